/* Shapes as GeoJSON, for the map of the atlas. */

const EARTH_M = 6371008.8;

export const collection = (features) => ({ type: "FeatureCollection", features });
export const NOTHING = collection([]);
export const point = (coordinates, properties) => ({ type: "Feature", geometry: { type: "Point", coordinates }, properties });

/** A polygon round a position; half its width and height in degrees. */
export function ellipse([x, y], width, height) {
  const ring = Array.from({ length: 65 }, (_, step) => {
    const angle = (step / 64) * 2 * Math.PI;
    return [x + width * Math.cos(angle), y + height * Math.sin(angle)];
  });
  return { type: "Polygon", coordinates: [ring] };
}

/** A circle on the ground, of so many metres. */
export function circle([longitude, latitude], metres) {
  const degrees = (metres / EARTH_M) * (180 / Math.PI);
  return { type: "Feature", geometry: ellipse([longitude, latitude], degrees / Math.cos((latitude * Math.PI) / 180), degrees), properties: {} };
}

/** The northernmost corner of an outline. */
export function top(geometry) {
  const corners = geometry.coordinates.flat(Infinity);
  let highest = 1;
  for (let index = 3; index < corners.length; index += 2) if (corners[index] > corners[highest]) highest = index;
  return [corners[highest - 1], corners[highest]];
}

/** The value that stands there most often. */
export function commonest(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((one, other) => other[1] - one[1])[0][0];
}
