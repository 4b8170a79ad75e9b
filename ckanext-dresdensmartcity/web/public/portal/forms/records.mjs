/* Contacts, periods, areas: add and remove groups of fields. */

import { element } from "./combobox.mjs";

const NUMBERED = ["id", "for", "name", "aria-describedby", "aria-labelledby", "list", "data-shows"];

export function records(host, words, enhance) {
  const spare = host.querySelector(":scope > .form-spare");
  const pattern = spare.querySelector(":scope > div");
  const number = spare.dataset.record;
  const title = spare.querySelector("summary").textContent.trim();
  let next = Number(number);

  const blank = pattern.cloneNode(true);
  // An emptied list is sent as empty: one record of nothing, which is left out when it is saved.
  const nothing = element("input", { type: "hidden", value: "" });
  const first = pattern.querySelector("[name]");
  nothing.name = first.name.replace(`-${number}-`, "-999-");
  const add = element("button", { type: "button", class: "form-small" }, title);
  spare.replaceWith(nothing, add);

  function groups() {
    return [...host.querySelectorAll(":scope > .form-record")];
  }

  function refresh() {
    const all = groups();
    add.hidden = host.hasAttribute("data-once") && all.length > 0;
  }

  function removable(group) {
    const heading = group.querySelector("legend").textContent.trim();
    const button = element("button", { type: "button", class: "form-small" }, words.remove.replace("{name}", heading));
    button.addEventListener("click", () => {
      const next_ = group.nextElementSibling;
      group.remove();
      refresh();
      (next_?.querySelector?.("input:not([type=hidden]), select, textarea") || add).focus();
      host.dispatchEvent(new Event("change", { bubbles: true }));
    });
    group.append(button);
  }

  add.addEventListener("click", () => {
    const key = String(next++).padStart(number.length, "0");
    const group = element("fieldset", { class: "form-record", "data-record": key });
    group.append(...blank.cloneNode(true).childNodes);
    for (const one of group.querySelectorAll("*")) {
      for (const attribute of NUMBERED) {
        if (one.hasAttribute(attribute)) one.setAttribute(attribute, one.getAttribute(attribute).replaceAll(`-${number}`, `-${key}`));
      }
    }
    const heading = title.replace(/\s+hinzufügen$|^Add\s+/, "");
    group.prepend(element("legend", {}, host.hasAttribute("data-once") ? heading : `${heading} ${groups().length + 1}`));
    nothing.before(group);
    removable(group);
    enhance(group);
    refresh();
    group.querySelector("input:not([type=hidden]):not([hidden]), select:not([hidden]), textarea:not([hidden])")?.focus();
  });
  groups().forEach(removable);
  refresh();
}
