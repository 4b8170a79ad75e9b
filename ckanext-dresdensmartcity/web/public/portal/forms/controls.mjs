/* Puts a search on the form's plain controls: selects, boxes to tick, lists of entries, keywords. */

import { chips, combobox, element, matching } from "./combobox.mjs";

/** Asked at most every 200 ms, and only while somebody waits for it. */
function asking(address, read) {
  let last = 0;
  return async (text) => {
    const turn = ++last;
    await new Promise((done) => setTimeout(done, 200));
    if (turn !== last) return [];
    const answer = await fetch(address(text), { headers: { Accept: "application/json" } });
    return answer.ok ? read(await answer.json()) : [];
  };
}

/** A list of choices with removable buttons: `get` and `set` read and write the control underneath. */
function many(host, { get, set, source, words, ...more }) {
  const box = element("div", {});
  host.append(box);
  const shown = chips(box, words);
  let combo;
  const draw = () => shown.show(get(), (item) => {
    set(get().filter((one) => one.value !== item.value));
    combo.say(words.removed.replace("{name}", item.label));
    draw();
    combo.input.focus();
  });
  combo = combobox(box, {
    ...more,
    words,
    source,
    chosen: (item) => get().some((one) => one.value === item.value),
    choose(item) {
      const value = item.value ?? item.label;
      const others = get().filter((one) => one.value !== value);
      // Choosing a chosen one takes it back.
      set(others.length < get().length && item.value !== undefined ? others : [...others, { ...item, value }]);
      draw();
    },
    removeLast() {
      const last = get().at(-1);
      if (!last) return;
      set(get().slice(0, -1));
      combo.say(words.removed.replace("{name}", last.label));
      draw();
    },
  });
  draw();
  return combo;
}

export function searchableSelect(select, words) {
  const options = [...select.options].filter((option) => option.value);
  const items = options.map((option) => ({
    value: option.value, label: option.text, words: option.dataset.words || "",
    group: option.parentElement.label || "",
  }));
  const empty = [...select.options].find((option) => !option.value);
  const all = empty && !select.required ? [{ value: "", label: empty.text }, ...items] : items;
  const set = (value) => {
    select.value = value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const host = element("div", {});
  select.after(host);
  const { id } = select;
  select.id = `${id}-list`;
  select.hidden = true;
  combobox(host, {
    id,
    words,
    source: (text) => matching(all, text),
    chosen: (item) => item.value === select.value,
    choose: (item) => set(item.value),
    current: () => select.selectedOptions[0]?.text || "",
    clear: () => empty && set(""),
    describedby: select.getAttribute("aria-describedby"),
    invalid: select.getAttribute("aria-invalid"),
    required: select.required,
  });
}

export function searchableBoxes(fieldset, words) {
  const checks = fieldset.querySelector(".form-checks");
  const boxes = [...checks.querySelectorAll("input[type=checkbox]")];
  const items = boxes.map((box) => ({
    value: box.value, label: box.nextElementSibling.textContent, words: box.dataset.words || "", box,
  }));
  checks.hidden = true;
  // The field is called as its group is.
  const legend = fieldset.querySelector("legend").firstChild.textContent.trim();
  const { id } = fieldset;
  fieldset.id = `${id}-group`;
  fieldset.removeAttribute("tabindex");
  const describedby = fieldset.getAttribute("aria-describedby");
  fieldset.removeAttribute("aria-describedby");
  many(fieldset, {
    id,
    words,
    label: legend,
    describedby,
    invalid: boxes[0]?.getAttribute("aria-invalid"),
    source: (text) => matching(items, text),
    get: () => items.filter((item) => item.box.checked),
    set(chosen) {
      for (const item of items) item.box.checked = chosen.some((one) => one.value === item.value);
      fieldset.dispatchEvent(new Event("change", { bubbles: true }));
    },
  });
}

export function entries(host, words) {
  const area = host.querySelector("textarea");
  const titles = JSON.parse(host.dataset.titles || "{}");
  under(host, area, words, {
    read: () => area.value.split("\n"),
    write: (values) => values.join("\n"),
    label: (value) => titles[value] || value,
    learn: (item) => { titles[item.value] = item.label; },
    source: asking((text) => `${host.dataset.entries}&q=${encodeURIComponent(text)}`, (found) => found),
  });
}

/** One entry of the atlas: its name is shown, its id is sent; what is typed and not found is sent as it is. */
export function entry(host, words) {
  const input = host.querySelector("input");
  const titles = JSON.parse(host.dataset.titles || "{}");
  const { id } = input;
  const box = element("div", {});
  host.append(box);
  input.id = `${id}-text`;
  input.hidden = true;
  const set = (value) => {
    input.value = value;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  combobox(box, {
    id,
    words,
    free: true,
    source: asking((text) => `${host.dataset.entry}&q=${encodeURIComponent(text)}`, (found) => found),
    chosen: (item) => item.value === input.value,
    choose(item) {
      if (item.value !== undefined) titles[item.value] = item.label;
      set(item.value ?? item.label);
    },
    current: () => titles[input.value] || input.value,
    clear: () => set(""),
    describedby: input.getAttribute("aria-describedby"),
    invalid: input.getAttribute("aria-invalid"),
  });
}

export function keywords(host, words) {
  const input = host.querySelector("input");
  under(host, input, words, {
    read: () => input.value.split(","),
    write: (values) => values.join(", "),
    label: (value) => value,
    learn() {},
    separator: ",",
    source: asking(
      (text) => `${host.dataset.keywords}?incomplete=${encodeURIComponent(text)}`,
      (found) => found.ResultSet.Result.map((one) => ({ value: one.Name, label: one.Name })),
    ),
  });
}

/** A list of choices over a text control, which takes what is typed as well. */
function under(host, control, words, { read, write, label, learn, source, separator }) {
  const { id } = control;
  control.id = `${id}-text`;
  control.hidden = true;
  many(host, {
    id,
    words,
    free: true,
    separator,
    source: (text) => (text ? source(text) : separator ? [] : source("")),
    describedby: control.getAttribute("aria-describedby"),
    invalid: control.getAttribute("aria-invalid"),
    get: () => [...new Set(read().map((one) => one.trim()).filter(Boolean))].map((value) => ({ value, label: label(value) })),
    set(chosen) {
      for (const item of chosen) if (item.value !== item.label) learn(item);
      control.value = write(chosen.map((item) => item.value));
      control.dispatchEvent(new Event("change", { bubbles: true }));
    },
  });
}
