/* The forms of datasets and of the atlas: all of it works without this file, which makes it pleasant. */

import { entries, entry, keywords, searchableBoxes, searchableSelect } from "./controls.mjs";
import { element } from "./combobox.mjs";
import { duplicates } from "./duplicates.mjs";
import { records } from "./records.mjs";

const CALENDAR = '<svg viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2"><path d="M4 6h16v14H4zM4 10h16M8 3v4M16 3v4"/></svg>';

const form = document.querySelector("[data-portal-form]");
if (form) {
  const words = Object.fromEntries(
    Object.entries(form.dataset).filter(([key]) => key.startsWith("word")).map(([key, value]) => [key.slice(4).toLowerCase(), value]),
  );
  enhance(form, words);
  warnOfLoss(form, words.leave);
  // The mistakes first, in every browser.
  document.getElementById("form-summary")?.focus();
  followLinks(form);
  form.dataset.enhanced = "";
}

function enhance(root, words) {
  // Groups first: what they clone must be as the server made it.
  for (const one of root.querySelectorAll("[data-records]")) records(one, words, (group) => enhance(group, words));
  for (const one of root.querySelectorAll("select[data-search]")) searchableSelect(one, words);
  for (const one of root.querySelectorAll("fieldset[data-search]")) searchableBoxes(one, words);
  for (const one of root.querySelectorAll("[data-entries]")) entries(one, words);
  for (const one of root.querySelectorAll("[data-entry]")) entry(one, words);
  for (const one of root.querySelectorAll("[data-keywords]")) keywords(one, words);
  for (const one of root.querySelectorAll("[data-duplicates]")) duplicates(one);
  for (const one of root.querySelectorAll("[data-understands]")) understood(one);
  for (const one of root.querySelectorAll("[data-shows]:not(option)")) shows(one);
  for (const one of root.querySelectorAll("[data-shows-for]")) showsFor(one);
  for (const one of root.querySelectorAll("[data-calendar]")) calendar(one);
  for (const one of root.querySelectorAll("[data-without-scripts]")) one.hidden = true;
  const format = root.querySelector("[data-format]");
  if (format) guessed(format);
}

/** Says how a date or a duration was understood while it is typed. */
function understood(host) {
  const input = host.querySelector("input");
  const output = host.querySelector("output");
  const example = output.textContent;
  let turn = 0;
  input.addEventListener("input", async () => {
    const mine = ++turn;
    await new Promise((done) => setTimeout(done, 300));
    if (mine !== turn) return;
    if (!input.value.trim()) {
      output.textContent = input.defaultValue ? "" : example;
      return;
    }
    const answer = await fetch(`${host.dataset.understands}?text=${encodeURIComponent(input.value)}`);
    if (answer.ok && mine === turn) output.textContent = (await answer.json()).says || example;
  });
}

/** A browser's own calendar fills the field; the field stays what it is. */
function calendar(host) {
  const input = host.querySelector("input");
  const picker = element("input", { type: "date", tabindex: "-1", "aria-hidden": "true" });
  if (!picker.showPicker) return;
  const button = element("button", { type: "button", "aria-label": host.dataset.calendar, title: host.dataset.calendar });
  button.innerHTML = CALENDAR;
  const row = element("div", { class: "form-calendar" });
  input.replaceWith(row);
  row.append(input, button, picker);
  button.addEventListener("click", () => {
    picker.value = /^\d{4}-\d\d-\d\d/.test(input.value) ? input.value.slice(0, 10) : "";
    picker.showPicker();
  });
  picker.addEventListener("change", () => {
    if (!picker.value) return;
    input.value = picker.value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.focus();
  });
}

/** A switch shows what belongs to it. */
function shows(box) {
  const more = document.getElementById(box.dataset.shows);
  if (!more) return;
  const draw = () => { more.hidden = !box.checked; };
  box.addEventListener("change", () => {
    // What is hidden says nothing: a category would turn the switch on again.
    if (!box.checked) for (const one of more.querySelectorAll("input:checked")) one.checked = false;
    draw();
  });
  draw();
}

/** A select shows what some of its options ask for. */
function showsFor(select) {
  const more = document.getElementById(select.dataset.showsFor);
  if (!more) return;
  const filled = () => [...more.querySelectorAll("input, textarea")].some((one) => one.value.trim());
  const draw = () => { more.hidden = !select.selectedOptions[0]?.hasAttribute("data-shows") && !filled(); };
  select.addEventListener("change", draw);
  draw();
}

/** The format, by the ending of the chosen file or of the address; the server decides the same way when it saves. */
function guessed(host) {
  const input = host.querySelector("input");
  const output = host.querySelector("output");
  const known = new Set([...host.querySelectorAll("datalist option")].map((option) => option.value));
  const file = document.getElementById("field-upload");
  const address = document.getElementById("field-url");
  const draw = () => {
    const name = file?.files[0]?.name || address?.value.split(/[?#]/)[0] || "";
    const ending = name.includes(".") ? name.split(".").pop().toUpperCase() : "";
    output.textContent = !input.value && known.has(ending) ? output.dataset.says.replace("{format}", ending) : "";
  };
  for (const one of [file, address, input]) one?.addEventListener("input", draw);
  file?.addEventListener("change", draw);
}

/** A link of the summary opens what its field is folded in, and puts the focus into it. */
function followLinks(root) {
  root.addEventListener("click", (event) => {
    const link = event.target.closest(".form-summary a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    for (let one = field.closest("details"); one; one = one.parentElement.closest("details")) one.open = true;
    field.focus();
    (field.closest(".form-field") || field).scrollIntoView({ block: "center" });
  });
}

function warnOfLoss(root, sentence) {
  let changed = root.hasAttribute("data-changed");
  root.addEventListener("change", () => { changed = true; });
  root.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => {
    if (!changed) return;
    event.preventDefault();
    event.returnValue = sentence;
  });
}
