/* How the map of the atlas draws its sources, as layers of a MapLibre style. */

const ALWAYS = { "icon-allow-overlap": true, "icon-ignore-placement": true };

/** Focus areas, borders of districts where they are known, and their centres with names. */
export function areaLayers(source, areas, small) {
  const is = (layer) => ["==", ["get", "layer"], layer];
  const hasBorders = areas.features.some((feature) => feature.properties.layer === "border");
  // A line claims a border: a focus area whose borders are not known has none.
  const exact = ["all", is("focus-area"), ["!", ["get", "rough"]]];
  return [
    { id: "borders", type: "line", source, filter: is("border"), paint: { "line-color": "#aab5bd", "line-width": 1 } },
    { id: "areas-fill", type: "fill", source, filter: is("focus-area"), paint: { "fill-color": "#e0a526", "fill-opacity": 0.22 } },
    { id: "areas-line", type: "line", source, filter: exact, paint: { "line-color": "#8a6100", "line-width": 1.5 } },
    {
      id: "districts",
      type: "circle",
      source,
      filter: is("district"),
      // Borders show better where a district is.
      paint: { "circle-radius": 2.5, "circle-color": "#8d9aa3", "circle-opacity": hasBorders ? 0 : 1 },
    },
    {
      id: "districts-name",
      type: "symbol",
      source,
      minzoom: small ? 10 : 11.5,
      filter: is("district"),
      layout: { "icon-image": ["concat", "name:district:", ["get", "title"]], "icon-anchor": "top", "icon-offset": [0, 5] },
    },
  ];
}

/** Names of focus areas. */
export const nameLayer = (source) => ({
  id: "areas-name",
  type: "symbol",
  source,
  layout: { "icon-image": ["concat", "name:area:", ["get", "title"]], "icon-anchor": "top", "icon-offset": [0, 19], "icon-allow-overlap": true },
});

/** Entries and their groups; below them the ring round what is pointed at, which has a source of its own. */
export function entryLayers(from, rings, count, image) {
  return [
    { id: "rings-line", type: "line", source: rings, filter: ["==", ["geometry-type"], "Polygon"], paint: { "line-color": "#1c2730", "line-width": 3.5 } },
    {
      id: "rings",
      type: "circle",
      source: rings,
      filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": 21, "circle-color": "#e0a526", "circle-opacity": 0.5, "circle-stroke-color": "#1c2730", "circle-stroke-width": 3 },
    },
    { id: "clusters", type: "symbol", ...from, filter: ["!", ["has", "key"]], layout: { "icon-image": ["concat", "count:", ["to-string", ["get", count]]], ...ALWAYS } },
    { id: "points", type: "symbol", ...from, filter: ["has", "key"], layout: { "icon-image": image, ...ALWAYS } },
  ];
}

/** Areas of entries that have no point. */
export const heldLayers = (source) => [
  { id: "held-fill", type: "fill", source, paint: { "fill-pattern": "hatch" } },
  { id: "held-line", type: "line", source, paint: { "line-color": "#a3125e", "line-width": 1.5, "line-dasharray": [4, 2] } },
];

/** How many entries have that area. */
export const badgeLayer = (source) => ({ id: "badges", type: "symbol", source, layout: { "icon-image": ["get", "image"], ...ALWAYS } });
