/* Entries of the atlas that may be the same as the one that somebody is typing. The server looks again when it is saved. */

import { element } from "./combobox.mjs";

const PAUSE_MS = 400;
const SHORTEST = 3;

export function duplicates(host) {
  const form = host.closest("form");
  const found = host.querySelector("[data-found]");
  const value = (name) => form.querySelector(`[name="${name}"]`)?.value.trim() || "";
  let turn = 0;
  let shown = found.textContent.trim() !== "";

  async function look() {
    const mine = ++turn;
    await new Promise((done) => setTimeout(done, PAUSE_MS));
    if (mine !== turn) return;
    const asked = { type: host.dataset.kind, title: value("title"), url: value("url"), longitude: value("longitude"), latitude: value("latitude") };
    if (host.dataset.own) asked.name = host.dataset.own;
    if (asked.title.length < SHORTEST) return draw([]);
    const given = Object.entries(asked).filter(([, one]) => one !== "");
    const answer = await fetch(`${host.dataset.duplicates}?${new URLSearchParams(given)}`);
    if (!answer.ok || mine !== turn) return;
    draw((await answer.json()).result.duplicates);
  }

  function draw(entries) {
    if (!entries.length) {
      found.replaceChildren(...(shown ? [host.dataset.none] : []));
      return;
    }
    shown = true;
    const language = document.documentElement.lang.startsWith("en") ? "en" : "de";
    found.replaceChildren(host.dataset.says, element("ul", {}, ...entries.map((one) => {
      const link = element("a", { href: one.url, target: "_blank", rel: "noopener" }, one.title);
      const why = one.reasons.map((reason) => reason.sentence[language]).join("; ");
      return element("li", {}, link, " ", element("span", { class: "form-part-about" }, why));
    })));
  }

  for (const name of ["title", "url", "longitude", "latitude"]) {
    form.querySelector(`[name="${name}"]`)?.addEventListener("input", look);
  }
}
