/* What the map draws with: images made on a canvas, so that no fonts, sprites or pictures are fetched. */

export const PIXELS = 2; // images are drawn at twice their size, for sharp screens
const FONT = "600 13px system-ui, 'Noto Sans', 'Liberation Sans', Arial, sans-serif";
const INK = "#1c2730";
const HELD = "#a3125e"; // of what has no exact place

/** The image that a layer asks for: "symbol:<id>", "count:<n>", "badge:<symbol>:<n>", "name:<layer>:<text>", "hatch". */
export function draw(id, symbols) {
  const [kind, ...rest] = id.split(":");
  return { symbol: drawSymbol, count: drawCount, badge: drawBadge, name: drawName, hatch: drawHatch }[kind]?.(symbols, ...rest);
}

/** An image of that size in CSS pixels, painted by `paint`. */
function image(width, height, paint) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width * PIXELS);
  canvas.height = Math.ceil(height * PIXELS);
  const context = canvas.getContext("2d");
  context.scale(PIXELS, PIXELS);
  paint(context);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function paintSymbol(context, symbol, size) {
  context.save();
  context.scale(size / 24, size / 24);
  const path = new Path2D(symbol.path);
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = "#ffffff";
  context.fillStyle = symbol.colour;
  context.stroke(path);
  context.fill(path);
  context.restore();
}

function drawSymbol(symbols, id) {
  return image(27, 27, (context) => {
    context.translate(2.5, 2.5);
    paintSymbol(context, symbols[id] ?? symbols.other, 22);
  });
}

/** Several entries: a disc in a ring, which is no entry's own shape. */
function drawCount(symbols, count) {
  const size = 36 + 5 * Math.max(0, Math.min(4, count.length - 1));
  return image(size, size, (context) => {
    const middle = size / 2;
    const ring = (radius, fill, stroke, width) => {
      context.beginPath();
      context.arc(middle, middle, radius, 0, 2 * Math.PI);
      context.fillStyle = fill;
      context.fill();
      context.lineWidth = width;
      context.strokeStyle = stroke;
      context.stroke();
    };
    ring(middle - 1.5, "rgb(255 255 255 / 85%)", INK, 1.5);
    ring(middle - 5, INK, INK, 0.5);
    text(context, count, middle, middle + 1, "#ffffff");
  });
}

/** Entries of an area: a label with the symbol and their number. */
function drawBadge(symbols, id, count) {
  const symbol = symbols[id] ?? symbols.other;
  const width = 44 + 8 * (count.length - 1);
  return image(width, 30, (context) => {
    context.beginPath();
    context.roundRect(1.5, 1.5, width - 3, 27, 6);
    context.fillStyle = "#ffffff";
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = HELD;
    context.stroke();
    context.save();
    context.translate(7, 7);
    paintSymbol(context, symbol, 16);
    context.restore();
    text(context, count, 30 + 4 * (count.length - 1), 16, INK);
  });
}

function drawHatch() {
  return image(10, 10, (context) => {
    context.strokeStyle = "rgb(163 18 94 / 45%)";
    context.lineWidth = 1.4;
    context.beginPath();
    for (const shift of [-10, 0, 10]) {
      context.moveTo(shift, 10);
      context.lineTo(shift + 10, 0);
    }
    context.stroke();
  });
}

function drawName(symbols, layer, ...words) {
  const name = words.join(":");
  const font = layer === "area" ? FONT : FONT.replace("600 13px", "400 12px");
  const measure = document.createElement("canvas").getContext("2d");
  measure.font = font;
  return image(measure.measureText(name).width + 8, 18, (context) => {
    context.font = font;
    context.textBaseline = "middle";
    context.lineWidth = 4;
    context.lineJoin = "round";
    context.strokeStyle = "#ffffff";
    context.strokeText(name, 4, 9);
    context.fillStyle = layer === "area" ? "#5c4100" : "#4a5760";
    context.fillText(name, 4, 9);
  });
}

function text(context, words, x, y, colour) {
  context.font = FONT;
  context.fillStyle = colour;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(words, x, y);
}
