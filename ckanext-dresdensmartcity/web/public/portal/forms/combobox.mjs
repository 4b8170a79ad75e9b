/*
A search in a list: the combobox of the ARIA Authoring Practices with a listbox, on top of a control that works without
it. The control underneath keeps the value and is what the form sends.

    combobox(host, {id, source, chosen, choose, free, words, describedby, invalid, required, label})

source(text)  -> [{value, label, words, group}] or a promise of it
choose(item)  takes what was chosen; an item has no `value` where the text was typed and `free` is set
current()     -> the text that stands in the field while nobody types (a single choice); absent for a list of choices
*/

let made = 0;

/** A text as it is compared: no case, no accents, ß and ss alike. */
export function plain(text) {
  return text.toLocaleLowerCase().replaceAll("ß", "ss").normalize("NFD").replace(/\p{M}/gu, "");
}

/** Items that hold every word of the text, those first whose label begins with it, then those whose label holds it. */
export function matching(items, text) {
  const parts = plain(text).split(/\s+/).filter(Boolean);
  if (!parts.length) return items;
  const rated = [];
  items.forEach((item, place) => {
    const label = plain(item.label);
    const all = `${label} ${plain(item.words || "")}`;
    if (!parts.every((part) => all.includes(part))) return;
    const start = label.startsWith(parts[0]) ? 0 : parts.every((part) => label.includes(part)) ? 1 : 2;
    rated.push([start, place, item]);
  });
  return rated.sort((one, other) => one[0] - other[0] || one[1] - other[1]).map((one) => one[2]);
}

/** The word by which an item was found, where its label does not show it. */
function reason(item, text) {
  const parts = plain(text).split(/\s+/).filter(Boolean);
  const missing = parts.find((part) => !plain(item.label).includes(part));
  return missing ? (item.words || "").split(" · ").find((word) => plain(word).includes(missing)) || "" : "";
}

export function combobox(host, options) {
  const { words } = options;
  const number = ++made;
  const root = element("div", { class: "combo" });
  const field = element("div", { class: "combo-field" });
  const list = element("ul", { class: "combo-list", id: `combo-${number}`, role: "listbox", hidden: "" });
  const input = element("input", {
    class: "form-control", type: "text", id: options.id || `combo-${number}-input`, role: "combobox", autocomplete: "off",
    "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, spellcheck: "false",
  });
  const status = element("div", { class: "portal-hidden", role: "status" });
  // The arrow is for the mouse; keys open the list from the field.
  const button = element("button", { class: "combo-button", type: "button", tabindex: "-1", "aria-hidden": "true" }, "▾");
  if (options.describedby) input.setAttribute("aria-describedby", options.describedby);
  if (options.invalid) input.setAttribute("aria-invalid", "true");
  if (options.required) input.setAttribute("aria-required", "true");
  if (options.label) {
    input.setAttribute("aria-label", options.label);
    list.setAttribute("aria-label", options.label);
  } else {
    list.setAttribute("aria-label", words.list);
  }
  if (!options.current) input.placeholder = words.search;
  field.append(input, button);
  root.append(field, list, status);
  host.append(root);

  let items = [];
  let active = -1;
  let asked = 0;
  let typed = false;

  const isOpen = () => !list.hidden;

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  /** What stands in the field while nobody types. */
  function settle() {
    typed = false;
    input.value = options.current ? options.current() : "";
  }

  function mark(place) {
    active = place;
    [...list.querySelectorAll("[role=option]")].forEach((option, index) => {
      option.classList.toggle("combo-active", index === place);
      if (index === place) {
        input.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      }
    });
    if (place < 0) input.removeAttribute("aria-activedescendant");
  }

  async function open(text, place = -1) {
    const turn = ++asked;
    const found = await options.source(text);
    if (turn !== asked || document.activeElement !== input) return; // a later question, or the field was left
    items = found;
    const options_ = [];
    let group = "";
    for (const [index, item] of items.entries()) {
      if (item.group && item.group !== group && !text) options_.push(element("li", { class: "combo-group", role: "presentation" }, item.group));
      group = item.group;
      const option = element("li", { role: "option", id: `${list.id}-${index}`, "aria-selected": String(options.chosen(item)) }, item.label);
      const why = reason(item, text);
      if (why) option.append(element("small", {}, why));
      options_.push(option);
    }
    list.replaceChildren(...options_);
    list.hidden = !items.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = items.length ? words.found.replace("{number}", items.length) : words.none;
    mark(place < 0 && text && !options.free && items.length ? 0 : Math.min(place, items.length - 1));
  }

  function take(item) {
    options.choose(item);
    status.textContent = words.chosen.replace("{name}", item.label);
    close();
    settle();
    if (!options.current && !options.free) input.placeholder = words.search;
  }

  function takeTyped() {
    const text = input.value.trim();
    if (!options.free || !text) return false;
    const same = items.find((item) => plain(item.label) === plain(text));
    take(same || { label: text });
    return true;
  }

  input.addEventListener("input", () => {
    typed = true;
    if (options.separator && input.value.includes(options.separator)) {
      const pieces = input.value.split(options.separator);
      const rest = pieces.pop();
      for (const piece of pieces.map((one) => one.trim()).filter(Boolean)) options.choose({ label: piece });
      input.value = rest.trimStart();
    }
    open(input.value.trim());
  });
  input.addEventListener("focus", () => input.select());
  input.addEventListener("keydown", (event) => {
    const text = typed ? input.value.trim() : "";
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp": {
        event.preventDefault();
        const down = event.key === "ArrowDown";
        if (!isOpen()) open(text, down ? 0 : Infinity);
        else if (event.altKey) close();
        else mark((active + (down ? 1 : -1) + items.length) % items.length);
        break;
      }
      case "Enter":
        // Never sends the form: somebody who searches has not finished.
        event.preventDefault();
        if (isOpen() && active >= 0) take(items[active]);
        else if (!takeTyped() && !isOpen()) open(text, 0);
        break;
      case "Escape":
        if (isOpen()) {
          event.preventDefault();
          close();
        } else if (typed) settle();
        break;
      case "Backspace":
        if (!input.value && options.removeLast) options.removeLast();
        break;
      case "Tab":
        if (isOpen() && active >= 0 && typed) take(items[active]);
        break;
      default:
    }
  });
  input.addEventListener("blur", () => {
    // What was typed freely and not confirmed is kept; a choice that was wiped out is one taken back.
    if (typed && !takeTyped() && options.current && !input.value.trim() && options.clear) options.clear();
    asked += 1;
    close();
    settle();
  });
  input.addEventListener("click", () => (isOpen() ? close() : open("")));
  button.addEventListener("mousedown", (event) => {
    event.preventDefault();
    if (isOpen()) close();
    else {
      input.focus();
      open("");
    }
  });
  // Before the field loses the focus.
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option) take(items[[...list.querySelectorAll("[role=option]")].indexOf(option)]);
  });

  settle();
  return { root, input, say: (text) => { status.textContent = text; }, settle };
}

/** The chosen ones of a list as buttons that take them back. */
export function chips(host, words) {
  const list = element("ul", { class: "combo-chips" });
  host.prepend(list);
  return {
    list,
    show(items, remove) {
      list.replaceChildren(...items.map((item) => {
        const row = element("li", {}, element("span", {}, item.label));
        const button = element("button", { type: "button", "aria-label": words.remove.replace("{name}", item.label) }, "×");
        button.addEventListener("click", () => remove(item));
        row.append(button);
        return row;
      }));
    },
  };
}

export function element(name, attributes, ...children) {
  const made_ = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made_.setAttribute(key, value);
  made_.append(...children);
  return made_;
}
