/* The small map on the page of an entry; without it the place stands there in words. */

import { AtlasMap, MapUnavailableError } from "./atlas-map.mjs";

async function start(element) {
  const options = JSON.parse(element.dataset.atlasSmallMap);
  element.dataset.mapState = "loading";
  try {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = options.engineStyle;
    document.head.append(style);
    const [map, areas] = await Promise.all([AtlasMap.create(element, options), fetch(options.areas).then((answer) => answer.json())]);
    map.setAreas(areas);
    map.setData(options.data);
    map.fit();
    await map.idle();
    element.dataset.mapState = "idle";
  } catch (error) {
    if (!(error instanceof MapUnavailableError)) throw error;
    element.dataset.mapState = "failed";
  }
}

for (const element of document.querySelectorAll("[data-atlas-small-map]")) {
  element.dataset.mapState = "waiting";
  const seen = new IntersectionObserver(
    (changes) => {
      if (!changes.some((change) => change.isIntersecting)) return;
      seen.disconnect();
      start(element);
    },
    { rootMargin: "200px" },
  );
  seen.observe(element);
}
