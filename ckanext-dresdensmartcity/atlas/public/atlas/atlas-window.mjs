/* What stands in a window of the map: entries with links. */

const MOST = 12; // entries in a window

/** A list of entries below a title; everything from outside goes in as text. */
export function contents(entries, title, { texts, symbols, page, outside }) {
  const box = document.createElement("div");
  const head = title || (entries.length > 1 ? texts.several.replace("{count}", entries.length) : "");
  if (head) box.append(element("strong", head));
  const list = document.createElement("ul");
  for (const { id, properties } of entries.slice(0, MOST)) {
    const item = document.createElement("li");
    const link = element("a", properties.title ?? id);
    link.href = `${page}/${id}`;
    if (outside) [link.target, link.rel] = ["_blank", "noopener"];
    const kind = symbols[properties.symbol]?.label ?? "";
    item.append(link, element("span", kind + (properties.place === "area" && !title ? ` (${texts.area})` : "")));
    list.append(item);
  }
  if (entries.length > MOST) list.append(element("li", texts.more.replace("{count}", entries.length - MOST)));
  box.append(list);
  return box;
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
