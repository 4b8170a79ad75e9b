/* Adds the map to the list of the atlas. The list is complete without this file. */

import { AtlasMap, MapUnavailableError } from "./atlas-map.mjs";

const element = document.getElementById("atlas-map");
const note = document.getElementById("atlas-map-note");

async function json(url) {
  const response = await fetch(url, { headers: { Accept: "application/geo+json" } });
  if (!response.ok) throw new MapUnavailableError(`${url} answered ${response.status}.`);
  return response.json();
}

/** Hover and focus in the list ring the entry on the map, and the other way round. */
function link(map) {
  const items = new Map([...document.querySelectorAll("[data-atlas-entry]")].map((item) => [item.dataset.atlasEntry, item]));
  for (const [key, item] of items) {
    item.addEventListener("mouseenter", () => map.highlight(key));
    item.addEventListener("mouseleave", () => map.highlight(null));
    item.addEventListener("focusin", () => map.highlight(key));
    item.addEventListener("focusout", () => map.highlight(null));
  }
  map.on("hover", (key) => {
    for (const [other, item] of items) item.classList.toggle("atlas-highlighted", other === key);
  });
  map.on("select", (key) => items.get(key)?.scrollIntoView({ block: "nearest" }));
}

async function start() {
  const options = JSON.parse(element.dataset.atlasMap);
  element.dataset.mapState = "loading";
  note.textContent = options.texts.loading;
  try {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = options.engineStyle;
    document.head.append(style);
    const [map, areas, entries] = await Promise.all([AtlasMap.create(element, options), json(options.areas), json(options.entries)]);
    map.setAreas(areas);
    map.setData(entries);
    map.fit();
    link(map);
    await map.idle();
    const placed = entries.features.filter((feature) => feature.geometry).length;
    const total = entries.features.length;
    note.textContent = options.texts.shown
      .replace("{shown}", placed)
      .replace("{total}", total)
      .replace("{without}", total - placed);
    element.dataset.mapCount = map.shownCount();
    element.dataset.mapBounds = map.bounds().join(",");
    element.dataset.mapState = "idle";
  } catch (error) {
    if (!(error instanceof MapUnavailableError)) throw error;
    element.dataset.mapState = "failed";
    note.textContent = options.texts.failed;
  }
}

if (element) start();
