/*
Adds the map to the list of the atlas, and keeps both, the address and the form in step. The page is complete without
this file: every state is an address that the server answers with a whole page.
*/

import { AtlasMap, MapUnavailableError } from "./atlas-map.mjs";

const DIGITS = 5; // of a degree in an address: about one metre
const element = document.getElementById("atlas-map");
const note = document.getElementById("atlas-map-note");
const here = document.getElementById("atlas-here");
const layers = document.getElementById("atlas-layers");
const options = element ? { ...JSON.parse(element.dataset.atlasMap), outside: Boolean(document.querySelector(".atlas-embed")) } : {};

let map;
let asked; // stops what is no longer wanted
let searched = location.search; // what the page shows
let resultsUrl = options.results;

const head = () => document.querySelector("[data-atlas-found]");
const state = () => JSON.parse(head().dataset.atlasFound);
const cards = () => document.querySelectorAll("[data-atlas-entry]");
const positionOf = (card) => card.dataset.atlasPosition?.split(",").map(Number);
const titleOf = () => head().dataset.atlasTitle;
const baseTitle = titleOf() && document.title.startsWith(`${titleOf()} – `) ? document.title.slice(titleOf().length + 3) : document.title;

async function json(url, signal) {
  const response = await fetch(url, { headers: { Accept: "application/geo+json" }, signal });
  if (!response.ok) throw new MapUnavailableError(`${url} answered ${response.status}.`);
  return response.json();
}

/** Shows the entries of the present state; `fit` moves the map to them. */
async function show(fit, signal) {
  const { entries, tiles, total, placed, extent, bbox, near, radius } = state();
  element.dataset.mapState = "loading";
  let counts;
  if (tiles) {
    map.setTiles(tiles);
    counts = { placed, total };
  } else {
    const { features } = await json(entries, signal);
    map.setData({ type: "FeatureCollection", features });
    const drawn = features.filter((feature) => feature.geometry);
    counts = { placed: drawn.length, byArea: drawn.filter((one) => one.properties.place === "area").length, total: features.length };
  }
  map.setNear(near, radius);
  if (fit) map.fit(bbox, extent);
  here.hidden = true;
  linkCards();
  await map.idle();
  tellCounts(counts);
  element.dataset.mapCount = map.shownCount();
  element.dataset.mapBounds = map.bounds().join(",");
  element.dataset.mapState = "idle";
}

/** How many entries the map shows, and what became of the others. */
function tellCounts({ placed, byArea = 0, total }) {
  const { shown, byArea: areas, without, noBasemap } = options.texts;
  const number = (count) => count.toLocaleString(options.language === "en" ? "en" : "de");
  const said = [];
  if (placed !== undefined) {
    said.push(shown.replace("{shown}", number(placed)).replace("{total}", number(total)));
    if (byArea) said.push(areas.replace("{count}", number(byArea)));
    if (total > placed) said.push(without.replace("{count}", number(total - placed)));
  }
  if (map.lacksBasemap) said.push(noBasemap);
  note.textContent = said.join(" ");
}

/** Hover and focus in the list ring the entry on the map, and each card gets a way to its place. */
function linkCards() {
  for (const card of cards()) {
    const key = card.dataset.atlasEntry;
    const ring = () => map.highlight(key, positionOf(card));
    const none = () => map.highlight(null);
    card.addEventListener("mouseenter", ring);
    card.addEventListener("mouseleave", none);
    card.addEventListener("focusin", ring);
    card.addEventListener("focusout", none);
    if (!("atlasPlaced" in card.dataset) || card.querySelector(".atlas-show")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "atlas-show";
    button.textContent = options.texts.showOnMap;
    button.setAttribute("aria-label", `${options.texts.showOnMap}: ${card.querySelector("h3").textContent}`);
    button.addEventListener("click", () => {
      element.scrollIntoView({ block: "nearest" });
      map.reveal(key, positionOf(card));
    });
    card.querySelector(".atlas-card-foot").append(button);
  }
}

/** The other way round: what is hovered on the map is marked in the list, what is clicked comes into view. */
function linkMap() {
  map.on("hover", (keys) => {
    const wanted = new Set(keys);
    for (const card of cards()) card.classList.toggle("atlas-highlighted", wanted.has(card.dataset.atlasEntry));
  });
  map.on("select", (key) => [...cards()].find((card) => card.dataset.atlasEntry === key)?.scrollIntoView({ block: "nearest" }));
  map.on("move", () => (here.hidden = false));
}

/** Puts the form and list of another state in place. `fit` moves the map to what is found. */
async function go(search, { push = true, fit = true } = {}) {
  asked?.abort();
  asked = new AbortController();
  const { signal } = asked;
  try {
    const response = await fetch(resultsUrl + search, { headers: { Accept: "text/html" }, signal });
    if (!response.ok && response.status !== 400) throw new Error(`${response.status}`);
    const parts = new DOMParser().parseFromString(await response.text(), "text/html");
    const open = document.getElementById("atlas-more")?.open;
    for (const id of ["atlas-search", "atlas-results"]) document.getElementById(id)?.replaceWith(parts.getElementById(id));
    if (open) document.getElementById("atlas-more").open = true;
    searched = search;
    if (push) history.pushState(null, "", location.pathname + search);
    document.title = titleOf() ? `${titleOf()} – ${baseTitle}` : baseTitle;
    ready();
    const { total } = state();
    const { found, foundOne, foundNone } = options.texts;
    document.getElementById("atlas-status").textContent = total ? (total === 1 ? foundOne : found.replace("{count}", document.getElementById("atlas-count").textContent.trim().split(" ")[0])) : foundNone;
    if (!document.activeElement || document.activeElement === document.body) document.getElementById("atlas-count").focus({ preventScroll: true });
    if (map) await show(fit, signal);
  } catch (error) {
    if (error.name === "AbortError") return;
    location.assign(location.pathname + search);
  }
}

/** The address of what a form asks for, without what is not set. */
function searchOf(form) {
  const given = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value) given.append(name, value);
  if (!given.has("near")) given.delete("radius");
  return given.size ? `?${given}` : "";
}

/** What has to be done to each new form and list. */
function ready() {
  for (const button of document.querySelectorAll("[data-atlas-copy]")) button.hidden = !navigator.clipboard;
}

function listen() {
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "atlas-form") return;
    event.preventDefault();
    go(searchOf(event.target));
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-atlas-go]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
      event.preventDefault();
      const { search } = new URL(link.href);
      const paged = Boolean(link.closest(".portal-pager"));
      go(search, { fit: !paged }).then(() => paged && document.getElementById("atlas-results").scrollIntoView());
    }
    const copy = event.target.closest("[data-atlas-copy]");
    if (copy) navigator.clipboard.writeText(document.getElementById(copy.dataset.atlasCopy).value).then(() => (copy.textContent = options.texts.copied));
  });
  // A jump to a part of the page is told the same way, and asks for nothing.
  window.addEventListener("popstate", () => location.search === searched || go(location.search, { push: false }));
  here.addEventListener("click", () => {
    const given = new URLSearchParams(location.search);
    given.delete("page");
    given.set("bbox", map.bounds().map((degrees) => degrees.toFixed(DIGITS)).join(","));
    element.querySelector("canvas")?.focus({ preventScroll: true });
    go(`?${given}`.replaceAll("%2C", ","), { fit: false });
  });
  layers.addEventListener("change", ({ target }) => map.setLayer(target.value, target.checked));
  window.addEventListener("beforeprint", picture);
}

/** Paper gets a picture: the map itself is cut off where the window was. */
function picture() {
  if (!map) return;
  const print = document.getElementById("atlas-map-print");
  const image = new Image();
  image.alt = options.texts.title;
  image.src = map.picture();
  print.replaceChildren(image);
  print.hidden = false;
}

async function start() {
  element.dataset.mapState = "loading";
  note.textContent = options.texts.loading;
  try {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = options.engineStyle;
    document.head.append(style);
    const [made, areas] = await Promise.all([AtlasMap.create(element, options), json(options.areas)]);
    map = made;
    map.setAreas(areas);
    layers.hidden = false;
    linkMap();
    await show(true);
  } catch (error) {
    if (!(error instanceof MapUnavailableError)) throw error;
    element.dataset.mapState = "failed";
    note.textContent = options.texts.failed;
  }
}

/** The engine is loaded when the map comes near the window: on a phone, where it stands below the list, maybe never. */
function startWhenNear() {
  const section = document.getElementById("atlas-map-section");
  const seen = new IntersectionObserver(
    (changes) => {
      if (!changes.some((change) => change.isIntersecting)) return;
      seen.disconnect();
      start();
    },
    { rootMargin: "300px" },
  );
  seen.observe(section);
  window.addEventListener("beforeprint", () => seen.disconnect());
}

ready();
if (element) {
  listen();
  startWhenNear();
}
