/*
The map of the atlas: the only module that knows the map engine, so that the engine can be changed.

All images (symbols, counts, names) are drawn here on a canvas: no fonts, sprites or tiles are fetched, and nothing is
called outside the portal unless a background map is configured.
*/

const SOURCE = "atlas-entries";
const AREAS = "atlas-areas";
const CLUSTER_MAX_ZOOM = 15;
const FIT_PADDING = { top: 40, bottom: 30, left: 30, right: 55 }; // pixels; room for names and for the buttons
const PIXELS = 2; // images are drawn at twice their size, for sharp screens
const FONT = "600 13px system-ui, 'Noto Sans', 'Liberation Sans', Arial, sans-serif";

export class MapUnavailableError extends Error {}

/** Whether the reader asked for no motion. */
const still = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

export class AtlasMap {
  /** Loads the engine and draws the areas. Throws MapUnavailableError where there is no engine or no WebGL. */
  static async create(element, options) {
    let engine;
    try {
      engine = await import(options.engine);
    } catch (error) {
      throw new MapUnavailableError("The map engine cannot be loaded.", { cause: error });
    }
    const map = new AtlasMap(element, options, engine);
    await map.#loaded();
    return map;
  }

  #element;
  #options;
  #engine;
  #map;
  #popup;
  #listeners = new Map();
  #areas = [];
  #features = [];
  #hovered = null;

  constructor(element, options, engine) {
    this.#element = element;
    this.#options = options;
    this.#engine = engine;
    const { texts, bbox } = options;
    const blank = { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: { "background-color": "#f7f8f6" } }] };
    try {
      this.#map = new engine.Map({
        container: element,
        style: options.basemap || blank,
        bounds: bbox,
        fitBoundsOptions: { padding: 20 },
        attributionControl: options.basemap ? {} : false,
        dragRotate: false,
        pitchWithRotate: false,
        touchPitch: false,
        cooperativeGestures: false,
        maxZoom: 18,
        locale: {
          "Map.Title": texts.title,
          "NavigationControl.ZoomIn": texts.zoomIn,
          "NavigationControl.ZoomOut": texts.zoomOut,
          "Popup.Close": texts.close,
        },
      });
    } catch (error) {
      throw new MapUnavailableError("The browser has no WebGL.", { cause: error });
    }
    this.#map.keyboard.disableRotation();
    this.#map.touchZoomRotate.disableRotation();
    this.#map.addControl(new engine.NavigationControl({ showCompass: false }), "top-right");
    this.#map.setMissingStyleImageResolver((id) => this.#draw(id));
  }

  /** Calls `listener(key)` with the key of an entry when it is "hover"ed (null: no more) or "select"ed. */
  on(event, listener) {
    this.#listeners.set(event, listener);
  }

  /** Draws the city's areas: focus areas with their names, borders of districts where they are known, and centres. */
  setAreas(collection) {
    this.#map.addSource(AREAS, { type: "geojson", data: collection });
    const focus = ["==", ["get", "layer"], "focus-area"];
    this.#areas = collection.features.filter((feature) => feature.properties.layer === "focus-area");
    const borders = ["==", ["get", "layer"], "border"];
    this.#map.addLayer({ id: "borders", type: "line", source: AREAS, filter: borders, paint: { "line-color": "#c3ccd2", "line-width": 1 } });
    const exact = ["all", focus, ["!", ["get", "rough"]]];
    this.#map.addLayer({ id: "areas-fill", type: "fill", source: AREAS, filter: focus, paint: { "fill-color": "#e0a526", "fill-opacity": 0.22 } });
    // A line claims a border: a focus area whose borders are not known has none.
    this.#map.addLayer({ id: "areas-line", type: "line", source: AREAS, filter: exact, paint: { "line-color": "#8a6100", "line-width": 1.5 } });
    const hasBorders = collection.features.some((feature) => feature.properties.layer === "border");
    this.#map.addLayer({
      id: "districts",
      type: "circle",
      layout: { visibility: hasBorders ? "none" : "visible" }, // borders show better where a district is
      source: AREAS,
      filter: ["==", ["get", "layer"], "district"],
      paint: { "circle-radius": 2.5, "circle-color": "#aab5bd" },
    });
    this.#map.addLayer({
      id: "districts-name",
      type: "symbol",
      source: AREAS,
      minzoom: 12,
      filter: ["==", ["get", "layer"], "district"],
      layout: { "icon-image": ["concat", "name:district:", ["get", "title"]], "icon-anchor": "top", "icon-offset": [0, 5] },
    });
    // The name stands inside, under the place of entries that have no point but this area.
    const names = this.#areas.map(({ properties }) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: properties.centre },
      properties: { title: properties.title },
    }));
    this.#map.addSource(`${AREAS}-names`, { type: "geojson", data: { type: "FeatureCollection", features: names } });
    this.#map.addLayer({
      id: "areas-name",
      type: "symbol",
      source: `${AREAS}-names`,
      layout: { "icon-image": ["concat", "name:area:", ["get", "title"]], "icon-anchor": "top", "icon-offset": [0, 19], "icon-allow-overlap": true },
    });
  }

  /** Shows the entries of a GeoJSON collection; those without geometry are only counted. */
  setData(collection) {
    this.#features = collection.features.filter((feature) => feature.geometry);
    const drawn = {
      type: "FeatureCollection",
      features: this.#features.map((feature) => ({
        ...feature,
        properties: { ...feature.properties, key: feature.id, image: `symbol:${feature.properties.symbol}:${feature.properties.place}` },
      })),
    };
    if (this.#map.getSource(SOURCE)) {
      this.#map.getSource(SOURCE).setData(drawn);
      return;
    }
    this.#map.addSource(SOURCE, { type: "geojson", data: drawn, cluster: true, clusterRadius: 36, clusterMaxZoom: CLUSTER_MAX_ZOOM });
    this.#map.addLayer({
      id: "rings",
      type: "circle",
      source: `${SOURCE}-ring`,
      paint: { "circle-radius": 20, "circle-color": "#e0a526", "circle-opacity": 0.5, "circle-stroke-color": "#1c2730", "circle-stroke-width": 3 },
    });
    this.#map.addLayer({
      id: "clusters",
      type: "symbol",
      source: SOURCE,
      filter: ["has", "point_count"],
      layout: { "icon-image": ["concat", "count:", ["get", "point_count"]], "icon-allow-overlap": true, "icon-ignore-placement": true },
    });
    this.#map.addLayer({
      id: "points",
      type: "symbol",
      source: SOURCE,
      filter: ["!", ["has", "point_count"]],
      layout: { "icon-image": ["get", "image"], "icon-allow-overlap": true, "icon-ignore-placement": true },
    });
    this.#listen();
  }

  /** Shows all entries and all focus areas, at once: the first view is no motion. */
  fit() {
    const bounds = new this.#engine.LngLatBounds();
    for (const feature of this.#features) bounds.extend(feature.geometry.coordinates);
    for (const { bbox } of this.#areas) bounds.extend(bbox);
    if (bounds.isEmpty()) return;
    this.#map.fitBounds(bounds, { padding: FIT_PADDING, maxZoom: 14, animate: false });
  }

  /** What is in view: west, south, east, north in degrees. */
  bounds() {
    return this.#map.getBounds().toArray().flat();
  }

  /** Rings an entry, or none for null. */
  highlight(key) {
    const feature = this.#features.find((one) => one.id === key);
    this.#map.getSource(`${SOURCE}-ring`).setData({ type: "FeatureCollection", features: feature ? [feature] : [] });
  }

  /** How many entries the clusters and symbols in view stand for. */
  shownCount() {
    const seen = new Map();
    for (const feature of this.#map.queryRenderedFeatures({ layers: ["clusters", "points"] })) {
      const { cluster_id: cluster, point_count: count, key } = feature.properties;
      seen.set(cluster === undefined ? key : `cluster ${cluster}`, count ?? 1);
    }
    return [...seen.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Resolves when everything is drawn. */
  idle() {
    return new Promise((resolve) => {
      this.#map.once("idle", resolve);
      this.#map.triggerRepaint();
    });
  }

  async #loaded() {
    await new Promise((resolve, reject) => {
      this.#map.once("load", resolve);
      this.#map.once("error", (event) => reject(new MapUnavailableError(event.error?.message ?? "The map cannot be drawn.")));
    });
    this.#map.addSource(`${SOURCE}-ring`, { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  }

  #tell(event, key) {
    this.#listeners.get(event)?.(key);
  }

  #listen() {
    const map = this.#map;
    map.on("mousemove", "points", (event) => this.#hover(event.features[0].properties.key));
    map.on("mouseleave", "points", () => this.#hover(null));
    for (const layer of ["points", "clusters"]) {
      map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
      map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
    }
    map.on("click", "points", (event) => {
      const found = event.features.map((feature) => feature.properties);
      this.#open(event.features[0].geometry.coordinates, found);
      this.#tell("select", found[0].key);
    });
    map.on("click", "clusters", (event) => this.#openCluster(event.features[0]));
  }

  #hover(key) {
    if (key === this.#hovered) return;
    this.#hovered = key;
    this.highlight(key);
    this.#tell("hover", key);
  }

  /** Zooms to where a cluster falls apart; entries at one and the same place are listed instead. */
  async #openCluster(cluster) {
    const source = this.#map.getSource(SOURCE);
    const { cluster_id: id, point_count: count } = cluster.properties;
    const zoom = await source.getClusterExpansionZoom(id);
    const center = cluster.geometry.coordinates;
    if (zoom <= CLUSTER_MAX_ZOOM) {
      this.#map.easeTo({ center, zoom, animate: !still() });
      return;
    }
    const leaves = await source.getClusterLeaves(id, count, 0);
    this.#open(center, leaves.map((leaf) => leaf.properties));
  }

  /** A popup with links; everything from outside goes in as text. */
  #open(position, entries) {
    const { texts } = this.#options;
    const box = document.createElement("div");
    if (entries.length > 1) {
      const title = document.createElement("strong");
      title.textContent = texts.several.replace("{count}", entries.length);
      box.append(title);
    }
    const list = document.createElement("ul");
    for (const entry of entries) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = entry.url;
      link.textContent = entry.title;
      const kind = document.createElement("span");
      kind.textContent = texts[entry.type] + (entry.place === "area" ? ` (${texts.area})` : "");
      item.append(link, kind);
      list.append(item);
    }
    box.append(list);
    this.#popup?.remove();
    this.#popup = new this.#engine.Popup({ className: "atlas-popup", maxWidth: "300px", offset: 12 })
      .setLngLat(position)
      .setDOMContent(box)
      .addTo(this.#map);
  }

  /** Draws the image that a layer asks for: "symbol:<id>:<place>", "count:<n>", "name:<layer>:<text>". */
  #draw(id) {
    const [kind, ...rest] = id.split(":");
    const draw = { symbol: drawSymbol, count: drawCount, name: drawName }[kind];
    if (!draw || this.#map.hasImage(id)) return;
    this.#map.addImage(id, draw(this.#options, ...rest), { pixelRatio: PIXELS });
  }
}

/** An image of that size in CSS pixels, painted by `paint`. */
function image(width, height, paint) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width * PIXELS);
  canvas.height = Math.ceil(height * PIXELS);
  const context = canvas.getContext("2d");
  context.scale(PIXELS, PIXELS);
  paint(context);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function drawSymbol(options, id, place) {
  const symbol = options.symbols[id] ?? { path: "M4 4h16v16h-16z", colour: "#4a4a4a" };
  const hollow = place === "area";
  return image(26, 26, (context) => {
    context.translate(2, 2);
    context.scale(22 / 24, 22 / 24);
    const path = new Path2D(symbol.path);
    context.lineJoin = "round";
    context.lineWidth = hollow ? 3 : 2;
    context.strokeStyle = hollow ? symbol.colour : "#ffffff";
    context.fillStyle = hollow ? "#ffffff" : symbol.colour;
    context.stroke(path);
    context.fill(path);
    if (hollow) context.stroke(path);
  });
}

function drawCount(options, count) {
  const size = 30 + 4 * Math.min(4, count.length);
  return image(size, size, (context) => {
    const middle = size / 2;
    context.beginPath();
    context.arc(middle, middle, middle - 2, 0, 2 * Math.PI);
    context.fillStyle = "#1c2730";
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = "#ffffff";
    context.stroke();
    context.font = FONT;
    context.fillStyle = "#ffffff";
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(count, middle, middle + 1);
  });
}

function drawName(options, layer, ...words) {
  const text = words.join(":");
  const font = layer === "area" ? FONT : FONT.replace("600 13px", "400 12px");
  const measure = document.createElement("canvas").getContext("2d");
  measure.font = font;
  return image(measure.measureText(text).width + 8, 18, (context) => {
    context.font = font;
    context.textBaseline = "middle";
    context.lineWidth = 4;
    context.lineJoin = "round";
    context.strokeStyle = "#ffffff";
    context.strokeText(text, 4, 9);
    context.fillStyle = layer === "area" ? "#5c4100" : "#4a5760";
    context.fillText(text, 4, 9);
  });
}
