/* The background of the map, where the city has one. */

const BASEMAP_PATIENCE_MS = 8000;

/** The style of the background map; nothing where none is configured, or where it cannot be reached. */
export async function styleOf({ basemap, basemapIsRaster }) {
  if (!basemap) return undefined;
  if (basemapIsRaster) {
    return {
      version: 8,
      sources: { ground: { type: "raster", tiles: [basemap], tileSize: 256 } },
      layers: [
        { id: "paper", type: "background", paint: { "background-color": "#f7f8f6" } },
        { id: "ground", type: "raster", source: "ground", paint: { "raster-saturation": -0.7, "raster-opacity": 0.75 } },
      ],
    };
  }
  try {
    const answer = await fetch(basemap, { signal: AbortSignal.timeout(BASEMAP_PATIENCE_MS) });
    return answer.ok ? basemap : undefined;
  } catch {
    return undefined;
  }
}
