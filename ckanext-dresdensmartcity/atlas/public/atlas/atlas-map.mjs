/*
The map of the atlas: the only module that knows the map engine, so that the engine can be changed.

Nothing is called outside the portal unless a background map is configured. Entries come as one GeoJSON collection
(setData) or, where there are very many, as vector tiles (setTiles).
*/

import { draw, PIXELS } from "./atlas-drawing.mjs";
import { styleOf } from "./atlas-ground.mjs";
import { areaLayers, badgeLayer, entryLayers, heldLayers, nameLayer } from "./atlas-layers.mjs";
import { circle, collection, commonest, ellipse, NOTHING, point, top } from "./atlas-shapes.mjs";
import { contents } from "./atlas-window.mjs";

const SOURCE = "atlas-entries";
const HELD = "atlas-held"; // areas of entries that have no point
const AREAS = "atlas-areas";
const CLUSTER_MAX_ZOOM = 15;
const MAX_ZOOM = 18;
const FIT_PADDING = { top: 50, bottom: 30, left: 30, right: 55 }; // pixels; room for names and for the buttons
// The layers of each switch of the page.
const SWITCHES = {
  focus: ["areas-fill", "areas-line", "areas-name"],
  districts: ["borders", "districts", "districts-name"],
  areas: ["held-fill", "held-line", "badges"],
};

export class MapUnavailableError extends Error {}

/** Whether the reader asked for no motion. */
const still = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

export class AtlasMap {
  /** Loads engine and background. Throws MapUnavailableError where there is no engine or no WebGL. */
  static async create(element, options) {
    let engine;
    const [style] = await Promise.all([
      styleOf(options),
      import(options.engine).then(
        (found) => (engine = found),
        (error) => {
          throw new MapUnavailableError("The map engine cannot be loaded.", { cause: error });
        },
      ),
    ]);
    const map = new AtlasMap(element, options, engine, style);
    await map.#loaded();
    return map;
  }

  /** Whether a background map is configured and cannot be reached. */
  lacksBasemap;

  #options;
  #engine;
  #map;
  #popup;
  #listeners = new Map();
  #areas = new Map(); // feature by id
  #features = new Map(); // those with a point, by key
  #groups = new Map(); // entries without a point by area: {area, entries}
  #hovered = "";
  #tiled = false;

  constructor(element, options, engine, style) {
    this.#options = options;
    this.#engine = engine;
    this.lacksBasemap = Boolean(options.basemap) && !style;
    const { texts, bbox } = options;
    const blank = { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: { "background-color": "#f7f8f6" } }] };
    try {
      this.#map = new engine.Map({
        container: element,
        style: style ?? blank,
        bounds: bbox,
        fitBoundsOptions: { padding: 20 },
        attributionControl: style ? { compact: false, customAttribution: options.basemapAttribution || undefined } : false,
        dragRotate: false,
        pitchWithRotate: false,
        touchPitch: false,
        maxZoom: MAX_ZOOM,
        fadeDuration: still() ? 0 : 300,
        // On a small map in a text the page must go on scrolling.
        scrollZoom: !options.small,
        cooperativeGestures: false,
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

  /** Calls `listener` with the keys of entries when they are "hover"ed (none: no more), with one when it is "select"ed,
  and without anything when the reader has "move"d the map. */
  on(event, listener) {
    this.#listeners.set(event, listener);
  }

  /** Draws the city's areas: focus areas with their names, borders of districts where they are known, and centres. */
  setAreas(areas) {
    const map = this.#map;
    this.#areas = new Map(areas.features.map((feature) => [feature.id, feature]));
    map.addSource(AREAS, { type: "geojson", data: areas });
    for (const layer of areaLayers(AREAS, areas, this.#options.small)) map.addLayer(layer);
    // The name stands inside, under the number of entries that have no point but this area.
    const names = [...this.#areas.values()]
      .filter(({ properties }) => properties.layer === "focus-area")
      .map(({ properties }) => point(properties.centre, { title: properties.title }));
    map.addSource(`${AREAS}-names`, { type: "geojson", data: collection(names) });
    map.addLayer(nameLayer(`${AREAS}-names`));
  }

  /** Shows the entries of a GeoJSON collection; those without geometry are only counted. */
  setData(entries) {
    this.#start(false);
    const drawn = entries.features.filter((feature) => feature.geometry);
    const points = drawn.filter((feature) => feature.properties.place !== "area");
    this.#features = new Map(points.map((feature) => [feature.id, feature]));
    this.#group(drawn.filter((feature) => feature.properties.place === "area"));
    const data = collection(
      points.map((feature) => ({ ...feature, properties: { ...feature.properties, key: feature.id, image: `symbol:${feature.properties.symbol}` } })),
    );
    const known = this.#map.getSource(SOURCE);
    if (known) {
      known.setData(data);
      return;
    }
    this.#map.addSource(SOURCE, { type: "geojson", data, cluster: true, clusterRadius: 40, clusterMaxZoom: CLUSTER_MAX_ZOOM });
    this.#addEntries({ source: SOURCE }, "point_count", ["get", "image"]);
  }

  /** Shows the entries of vector tiles, whose groups are made on the server; the address is that of their TileJSON. */
  setTiles(address) {
    this.#start(true);
    this.#features = new Map();
    this.#group([]);
    const known = this.#map.getSource(SOURCE);
    if (known) {
      known.setUrl(address);
      return;
    }
    this.#map.addSource(SOURCE, { type: "vector", url: address });
    this.#addEntries({ source: SOURCE, "source-layer": "entries" }, "n", ["concat", "symbol:", ["get", "symbol"]]);
  }

  /** Draws a circle of that radius in metres, or none. */
  setNear(position, radius) {
    const data = position ? circle(position, radius) : NOTHING;
    const known = this.#map.getSource("atlas-near");
    if (known) {
      known.setData(data);
      return;
    }
    this.#map.addSource("atlas-near", { type: "geojson", data });
    this.#map.addLayer({ id: "near", type: "line", source: "atlas-near", paint: { "line-color": "#0b4f6c", "line-width": 2, "line-dasharray": [3, 2] } });
  }

  /** Shows or hides the layers of a switch: "focus", "districts" or "areas". */
  setLayer(name, visible) {
    for (const layer of SWITCHES[name] ?? []) {
      if (this.#map.getLayer(layer)) this.#map.setLayoutProperty(layer, "visibility", visible ? "visible" : "none");
    }
  }

  /** Shows that box, or else all entries and all focus areas, at once: the first view is no motion.
   *  Entries of other cities (their ids have two hyphens) are out of it, unless there are no others. `extent` is that
   *  of entries that tiles hold: a box as `bbox` is, and unlike it only a part of what should be seen. */
  fit(bbox, extent) {
    const bounds = new this.#engine.LngLatBounds();
    if (bbox) {
      this.#map.fitBounds(bbox, { animate: false });
      return;
    }
    if (extent) bounds.extend(extent);
    const own = [...this.#features].filter(([key]) => !key.includes("--"));
    for (const [, feature] of own.length ? own : this.#features) bounds.extend(feature.geometry.coordinates);
    const wanted = this.#options.small ? [...this.#groups.keys()] : [...this.#areas.keys()].filter((id) => id.startsWith("focus-area/"));
    for (const id of wanted) if (this.#areas.get(id)?.bbox) bounds.extend(this.#areas.get(id).bbox);
    if (!bounds.isEmpty()) this.#map.fitBounds(bounds, { padding: FIT_PADDING, maxZoom: this.#options.small ? 12.5 : 14, animate: false });
  }

  /** What is in view: west, south, east, north in degrees. */
  bounds() {
    return this.#map.getBounds().toArray().flat();
  }

  /** Rings an entry, or none for null. Its position is asked for where tiles hold the entries. */
  highlight(key, position) {
    this.#ring(key ? [key] : [], position);
  }

  /** Moves to an entry and opens its window. */
  reveal(key, position) {
    const group = this.#groupOf(key);
    const entry = this.#features.get(key);
    const place = entry?.geometry.coordinates ?? group?.centre ?? position;
    if (!place) return;
    const zoom = entry || position ? Math.max(this.#map.getZoom(), 14) : Math.max(this.#map.getZoom(), 11);
    this.#map.easeTo({ center: place, zoom, animate: !still() });
    this.highlight(key, position);
    this.#open(place, [entry ?? group?.entries.find((one) => one.id === key) ?? { id: key, properties: {} }], "", true);
  }

  /** How many entries the clusters, symbols and areas in view stand for. */
  shownCount() {
    const seen = new Map();
    const keys = new Set();
    const layers = ["clusters", "points", "badges"].filter((layer) => this.#map.getLayer(layer));
    for (const { layer, properties, geometry } of this.#map.queryRenderedFeatures({ layers })) {
      if (layer.id === "badges") for (const entry of this.#groups.get(properties.area).entries) keys.add(entry.id);
      else if (layer.id === "points") keys.add(properties.key);
      else seen.set(properties.cluster_id ?? String(geometry.coordinates), properties.point_count ?? properties.n);
    }
    return [...seen.values()].reduce((sum, count) => sum + count, keys.size);
  }

  /** The map as it is now, as the address of a picture. */
  picture() {
    this.#map.redraw();
    return this.#map.getCanvas().toDataURL("image/png");
  }

  /** Resolves when everything is drawn. */
  idle() {
    return new Promise((resolve) => {
      this.#map.once("idle", resolve);
      this.#map.triggerRepaint();
    });
  }

  async #loaded() {
    const map = this.#map;
    await new Promise((resolve, reject) => {
      map.once("load", resolve);
      // What a source or a picture lacks leaves the map as it is.
      map.on("error", (event) => event.sourceId || event.tile || map.loaded() || reject(new MapUnavailableError(event.error?.message ?? "The map cannot be drawn.")));
    });
    map.addImage("hatch", draw("hatch", this.#options.symbols), { pixelRatio: PIXELS });
    map.addSource(`${SOURCE}-ring`, { type: "geojson", data: NOTHING });
    map.on("moveend", (event) => event.originalEvent && this.#tell("move"));
    map.on("click", (event) => this.#click(event));
    map.on("mousemove", (event) => this.#hover(this.#hit(event.point)));
    map.on("mouseout", () => this.#hover(undefined));
  }

  /** Makes ready for entries as collection or as tiles; what was there of the other kind goes. */
  #start(tiled) {
    this.#popup?.remove();
    if (this.#tiled !== tiled && this.#map.getSource(SOURCE)) {
      for (const layer of ["rings", "rings-line", "clusters", "points"]) this.#map.removeLayer(layer);
      this.#map.removeSource(SOURCE);
    }
    this.#tiled = tiled;
  }

  #addEntries(from, count, image) {
    for (const layer of entryLayers(from, `${SOURCE}-ring`, count, image)) this.#map.addLayer(layer);
  }

  /** Gathers entries without a point by their focus areas, else by their districts, and draws these. */
  #group(entries) {
    this.#groups = new Map();
    for (const entry of entries) {
      const { focus_areas: focus = [], districts = [] } = entry.properties;
      const ids = focus.length ? focus.map((one) => `focus-area/${one}`) : districts.map((one) => `district/${one}`);
      for (const id of ids.filter((one) => this.#areas.has(one))) {
        const area = this.#areas.get(id);
        if (!this.#groups.has(id)) this.#groups.set(id, { area, centre: top(this.#shape(area)), entries: [] });
        this.#groups.get(id).entries.push(entry);
      }
    }
    const shapes = [...this.#groups].map(([id, { area }]) => ({ type: "Feature", geometry: this.#shape(area), properties: { area: id } }));
    const badges = [...this.#groups].map(([id, { centre, entries: held }]) =>
      point(centre, { area: id, image: `badge:${commonest(held.map((one) => one.properties.symbol))}:${held.length}` }),
    );
    if (this.#map.getSource(HELD)) {
      this.#map.getSource(HELD).setData(collection(shapes));
      this.#map.getSource(`${HELD}-badges`).setData(collection(badges));
      return;
    }
    this.#map.addSource(HELD, { type: "geojson", data: collection(shapes) });
    this.#map.addSource(`${HELD}-badges`, { type: "geojson", data: collection(badges) });
    const before = this.#map.getLayer("areas-name") ? "areas-name" : undefined;
    for (const layer of heldLayers(HELD)) this.#map.addLayer(layer, before);
    this.#map.addLayer(badgeLayer(`${HELD}-badges`));
  }

  /** The outline of an area; of a district without borders the ellipse of its box. */
  #shape(area) {
    if (area.geometry.type !== "Point") return area.geometry;
    const border = this.#areas.get(`border/${area.properties.id}`);
    if (border) return border.geometry;
    const [west, south, east, north] = area.bbox;
    return ellipse([(west + east) / 2, (south + north) / 2], (east - west) / 2, (north - south) / 2);
  }

  #groupOf(key) {
    return [...this.#groups.values()].find(({ entries }) => entries.some((one) => one.id === key));
  }

  #ring(keys, position) {
    const features = [];
    for (const key of keys) {
      const entry = this.#features.get(key);
      if (entry) features.push(entry);
      for (const { area, centre, entries } of this.#groups.values()) {
        if (!entries.some((one) => one.id === key)) continue;
        features.push({ type: "Feature", geometry: this.#shape(area), properties: {} }, point(centre, {}));
      }
    }
    if (!features.length && position && keys.length) features.push(point(position, {}));
    this.#map.getSource(`${SOURCE}-ring`).setData(collection(features));
  }

  #tell(event, value) {
    this.#listeners.get(event)?.(value);
  }

  /** What is drawn at a place of the screen, the uppermost first. */
  #hit(at) {
    const layers = ["points", "clusters", "badges", "held-fill"].filter((layer) => this.#map.getLayer(layer));
    const found = this.#map.queryRenderedFeatures(at, { layers });
    return layers.map((layer) => found.filter((feature) => feature.layer.id === layer)).find((some) => some.length);
  }

  #hover(hit) {
    this.#map.getCanvas().style.cursor = hit ? "pointer" : "";
    const [first] = hit ?? [];
    let keys = [];
    if (first?.layer.id === "points") keys = [first.properties.key];
    else if (first?.properties.area) keys = this.#groups.get(first.properties.area).entries.map((one) => one.id);
    if (keys.join() === this.#hovered) return;
    this.#hovered = keys.join();
    this.#ring(keys, first?.geometry.coordinates);
    this.#tell("hover", keys);
  }

  #click(event) {
    const hit = this.#hit(event.point);
    if (!hit) return;
    const [first] = hit;
    if (first.layer.id === "clusters") {
      this.#openCluster(first);
    } else if (first.layer.id === "points") {
      this.#open(first.geometry.coordinates, hit.map(({ properties }) => this.#features.get(properties.key) ?? { id: properties.key, properties }));
      this.#tell("select", first.properties.key);
    } else {
      const { area, centre, entries } = this.#groups.get(first.properties.area);
      const title = this.#options.texts.inArea.replace("{area}", area.properties.title).replace("{count}", entries.length);
      this.#open(first.layer.id === "badges" ? centre : event.lngLat.toArray(), entries, title);
      this.#tell("select", entries[0].id);
    }
  }

  /** Zooms to where a cluster falls apart; entries at one and the same place are listed instead. */
  async #openCluster(cluster) {
    const center = cluster.geometry.coordinates;
    if (this.#tiled) {
      this.#map.easeTo({ center, zoom: this.#map.getZoom() + 2, animate: !still() }, { originalEvent: true });
      return;
    }
    const source = this.#map.getSource(SOURCE);
    const { cluster_id: id, point_count: count } = cluster.properties;
    const zoom = await source.getClusterExpansionZoom(id);
    if (zoom <= CLUSTER_MAX_ZOOM) {
      this.#map.easeTo({ center, zoom, animate: !still() }, { originalEvent: true });
      return;
    }
    const leaves = await source.getClusterLeaves(id, count, 0);
    this.#open(center, leaves.map(({ properties }) => this.#features.get(properties.key)));
  }

  /** A window with links. */
  #open(position, entries, title = "", focus = false) {
    this.#popup?.remove();
    const before = document.activeElement;
    this.#popup = new this.#engine.Popup({ className: "atlas-popup", maxWidth: "300px", offset: 14, focusAfterOpen: focus })
      .setLngLat(position)
      .setDOMContent(contents(entries, title, this.#options))
      .addTo(this.#map);
    const popup = this.#popup;
    // By keyboard: closed with Escape, and back to where one came from.
    popup.getElement().addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      popup.remove();
      (before ?? this.#map.getCanvas()).focus();
    });
  }

  /** Draws the image that a layer asks for. */
  #draw(id) {
    if (this.#map.hasImage(id)) return;
    const image = draw(id, this.#options.symbols);
    if (image) this.#map.addImage(id, image, { pixelRatio: PIXELS });
  }
}
