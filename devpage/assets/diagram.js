// The schema as a drawing: tables with their columns, and the foreign keys
// between them, from column to column.

import { camera } from "./camera.js";
import { h, s, stillness } from "./dom.js";
import { shortType, tableKey, tableName } from "./format.js";
import { layout } from "./layout.js";

const titleHeight = 34;
const rowHeight = 22;
const padding = 12;
const keyWidth = 20;
const mostRows = 24; // of a table; the rest is counted
const nameWidth = 7.0; // of a character
const typeWidth = 6.3;

// How much of each table is drawn.
export const details = { all: "All columns", keys: "Keys only", none: "Names only" };

// A diagram draws into a frame of its own; on.select(key) is called for the
// table that is clicked, on.select(null) for the ground.
export function diagram(on) {
  const edgeLayer = s("g", { class: "edges" });
  const boxLayer = s("g", { class: "boxes" });
  const svg = s("svg", { class: "drawing", role: "img" }, edgeLayer, boxLayer);
  const frame = h("div", { class: "frame", tabindex: "0", role: "group", "aria-label": "Diagram: arrow keys move it, + and - zoom, 0 shows all" }, svg);
  const boxes = new Map(); // by table's key
  let edges = [];
  let size = { width: 1, height: 1 };
  let selected = null;
  let hovered = null;
  let drawn = false;

  const view = camera(
    frame,
    () => size,
    (x, y, scale) => {
      svg.style.transform = `translate(${x.toFixed(2)}px, ${y.toFixed(2)}px) scale(${scale.toFixed(4)})`;
      move();
      svg.classList.toggle("far", scale < 0.33);
      const grid = `${24 * steps(scale)}px`;
      frame.style.backgroundSize = `${grid} ${grid}`;
      frame.style.backgroundPosition = `${x}px ${y}px`;
    },
  );

  // While it moves, the drawing is a layer of its own, which is quick; at rest it
  // is painted anew, which is sharp.
  let rest;
  function move() {
    frame.classList.add("moving");
    clearTimeout(rest);
    rest = setTimeout(() => frame.classList.remove("moving"), 200);
  }

  frame.addEventListener("click", (event) => on.select(event.target.closest?.("[data-table]")?.getAttribute("data-table") ?? null));
  frame.addEventListener("pointerover", (event) => {
    const key = event.target.closest?.("[data-table]")?.getAttribute("data-table") ?? null;
    if (event.pointerType === "mouse" && key !== hovered) highlight(selected, key);
  });
  frame.addEventListener("pointerleave", () => highlight(selected, null));
  new ResizeObserver(() => frame.clientWidth > 0 && (drawn ? view.again() : first())).observe(frame);

  function first() {
    if (boxes.size === 0) return;
    drawn = true;
    view.home(boxes.get(center()));
  }

  function draw(schema, detail) {
    const tables = schema.tables.map((table) => boxOf(table, detail));
    const byKey = new Map(tables.map((box) => [box.key, box]));
    const lines = schema.relations.map((relation) => lineOf(relation, byKey)).filter(Boolean);
    const placed = layout(tables, lines.filter((line) => line.from !== line.to));
    size = { width: Math.max(placed.width, 1), height: Math.max(placed.height, 1) };
    svg.setAttribute("width", size.width);
    svg.setAttribute("height", size.height);
    const shift = shiftOf(selected, placed.places);
    drawBoxes(tables, placed.places, shift);
    drawEdges(lines, byKey, placed);
    svg.setAttribute("aria-label", `Diagram of ${tables.length} tables; the list beside it leads to each`);
    highlight(selected, null);
    if (frame.clientWidth === 0) return;
    if (drawn) view.shift(shift);
    first();
  }

  // shiftOf tells how far a table moves when it is drawn anew: the view moves
  // with the selected one, so that it stays where people look.
  function shiftOf(key, places) {
    const [old, now] = [boxes.get(key), places.get(key)];
    return old && now ? { x: now.x - old.x, y: now.y - old.y } : { x: 0, y: 0 };
  }

  function drawBoxes(tables, places, shift) {
    const kept = new Set();
    for (const box of tables) {
      kept.add(box.key);
      const old = boxes.get(box.key);
      const element = boxElement(box);
      const place = places.get(box.key);
      Object.assign(box, place);
      const from = old ? { x: old.x + shift.x, y: old.y + shift.y } : box;
      element.style.transform = `translate(${from.x}px, ${from.y}px)`;
      if (old) old.element.replaceWith(element);
      else boxLayer.append(element);
      if (!old && drawn && !stillness.matches) element.classList.add("new");
      if (old) requestAnimationFrame(() => (element.style.transform = `translate(${box.x}px, ${box.y}px)`));
      boxes.set(box.key, { ...box, element });
    }
    for (const [key, { element }] of boxes) {
      if (kept.has(key)) continue;
      element.remove();
      boxes.delete(key);
    }
  }

  function drawEdges(lines, byKey, placed) {
    const routed = lines.filter((line) => line.from !== line.to);
    edges = lines.map((line) => {
      const route = line.from === line.to ? ownRoute(byKey.get(line.from), line) : placed.routes[routed.indexOf(line)];
      const element = edgeElement(line, route);
      if (drawn && !stillness.matches) element.classList.add("new");
      return { ...line, element };
    });
    edgeLayer.replaceChildren(...edges.map((edge) => edge.element));
  }

  // highlight shows what belongs to a table: the one under the pointer, or else
  // the selected one.
  function highlight(select, hover) {
    selected = select;
    hovered = hover;
    const center = boxes.has(hovered) ? hovered : boxes.has(selected) ? selected : null;
    const near = new Set([center]);
    for (const edge of edges) {
      const lit = center !== null && (edge.from === center || edge.to === center);
      edge.element.classList.toggle("lit", lit);
      if (lit) {
        near.add(edge.from);
        near.add(edge.to);
        edgeLayer.append(edge.element);
      }
    }
    svg.classList.toggle("focused", center !== null);
    for (const [key, { element }] of boxes) {
      element.classList.toggle("near", near.has(key));
      element.classList.toggle("selected", key === selected);
    }
  }

  // center is the table with the most lines.
  function center() {
    const lines = new Map();
    for (const { from, to } of edges) for (const key of [from, to]) lines.set(key, (lines.get(key) ?? 0) + 1);
    return [...lines].reduce((most, one) => (one[1] > most[1] ? one : most), [null, 0])[0];
  }

  // around is the box of a table and of all that its lines lead to.
  function around(key) {
    const near = new Set([key]);
    for (const { from, to } of edges) if (from === key || to === key) near.add(from).add(to);
    const all = [...near].map((k) => boxes.get(k));
    const [left, top] = [Math.min(...all.map((b) => b.x)), Math.min(...all.map((b) => b.y))];
    return { x: left, y: top, width: Math.max(...all.map((b) => b.x + b.width)) - left, height: Math.max(...all.map((b) => b.y + b.height)) - top };
  }

  // mark dims all tables but those that a search found; null: it found all.
  function mark(keys) {
    svg.classList.toggle("searching", keys !== null);
    for (const [key, { element }] of boxes) element.classList.toggle("found", keys?.has(key) ?? false);
  }

  return {
    frame,
    draw,
    mark,
    fit: view.fit,
    zoom: view.zoom,
    // select lights a table up; look: and brings it into sight, left of inset.
    select(key, look, inset) {
      highlight(key, null);
      const box = boxes.get(key);
      if (box && look && frame.clientWidth > 0) view.show(box, around(key), inset);
    },
  };
}

// steps keeps the grid of dots about equally dense at all scales.
function steps(scale) {
  while (scale < 0.6) scale *= 2;
  while (scale > 1.6) scale /= 2;
  return scale;
}

// boxOf tells what is drawn of a table, and how large that is.
function boxOf(table, detail) {
  const isKey = (c) => c.primary || c.foreign || c.unique;
  const chosen = { all: table.columns, keys: table.columns.filter(isKey), none: [] }[detail];
  const rows = chosen.slice(0, chosen.length > mostRows ? mostRows - 1 : mostRows);
  const title = tableName(table.schema, table.name);
  const wide = (c) => [...c.name].length * nameWidth + [...typeText(c)].length * typeWidth + keyWidth + 2 * padding + 22;
  const width = Math.min(Math.max(150, [...title].length * 8 + 2 * padding + 34, ...rows.map(wide)), 420);
  const more = chosen.length - rows.length;
  const lines = rows.length + (more > 0 ? 1 : 0);
  return {
    key: tableKey(table.schema, table.name), table, title, rows, more, width: Math.ceil(width),
    height: titleHeight + (lines > 0 ? lines * rowHeight + 10 : 0), count: table.columns.length,
  };
}

const typeText = (c) => shortType(c.type) + (c.nullable ? "?" : "");

function lineOf(relation, byKey) {
  const from = byKey.get(tableKey(relation.from.schema, relation.from.table));
  const to = byKey.get(tableKey(relation.to.schema, relation.to.table));
  if (!from || !to) return null;
  return { relation, from: from.key, to: to.key, fromY: rowY(from, relation.from.columns[0]), toY: rowY(to, relation.to.columns[0]) };
}

// rowY is where a column's line meets its box.
function rowY(box, column) {
  const row = box.rows.findIndex((c) => c.name === column);
  if (row < 0) return titleHeight / 2;
  return titleHeight + 5 + rowHeight * (row + 0.5);
}

function boxElement(box) {
  const { table, width, height } = box;
  const body = [
    s("rect", { class: "shade", x: 0, y: 2, width, height, rx: 9 }),
    s("rect", { class: "box", width, height, rx: 9 }),
    s("circle", { class: "kind", cx: padding + 4, cy: titleHeight / 2, r: 4 }),
    s("text", { class: "title", x: padding + 16, y: titleHeight / 2 + 4.5 }, fitted(box.title, (width - 60) / 7.4)),
  ];
  if (box.rows.length < box.count) body.push(s("text", { class: "count", x: width - padding, y: titleHeight / 2 + 4, "text-anchor": "end" }, box.count));
  if (height > titleHeight) body.push(s("path", { class: "rule", d: `M0 ${titleHeight}h${width}` }));
  box.rows.forEach((column, i) => body.push(rowElement(column, width, titleHeight + 5 + rowHeight * i)));
  if (box.more > 0) body.push(s("text", { class: "more row", x: padding + keyWidth, y: titleHeight + 5 + rowHeight * (box.rows.length + 0.5) + 4 }, `and ${box.more} more`));
  const kind = table.client ? "" : " server";
  return s("g", { class: `table${kind}`, "data-table": box.key }, s("title", {}, table.client ? box.title : `${box.title} (the server's alone)`), body);
}

function rowElement(column, width, y) {
  const middle = y + rowHeight / 2 + 4;
  const mark = column.primary ? "primary" : column.foreign ? "foreign" : column.unique ? "unique" : "";
  const type = fitted(typeText(column), 22);
  const room = (width - 2 * padding - keyWidth - [...type].length * typeWidth - 8) / nameWidth;
  return s("g", { class: `row${column.server ? " hidden" : ""}` },
    mark && keyMark(mark, padding + 4, y + rowHeight / 2),
    s("text", { class: `name ${mark}`, x: padding + keyWidth - 4, y: middle }, fitted(column.name, room)),
    s("text", { class: "type", x: width - padding, y: middle, "text-anchor": "end" }, type));
}

// keyMark is what stands before a column: filled for the primary key, a ring for
// a foreign one, a small square for a unique one.
function keyMark(kind, x, y) {
  if (kind === "unique") return s("rect", { class: "mark unique", x: x - 3, y: y - 3, width: 6, height: 6, rx: 1.5 });
  return s("path", { class: `mark ${kind}`, d: `M${x} ${y - 4.4}l4.4 4.4l-4.4 4.4l-4.4 -4.4z` });
}

function fitted(text, characters) {
  const all = [...text];
  const most = Math.max(Math.floor(characters), 4);
  return all.length <= most ? text : all.slice(0, most - 1).join("") + "…";
}

// ownRoute leads from a table round its right side back to itself.
function ownRoute(box, line) {
  const x = box.x + box.width;
  return { own: true, points: [[x, box.y + line.fromY], [x, box.y + line.toY]] };
}

function edgeElement(line, route) {
  const { points, back, own } = route;
  const [start, end] = [points[0], points.at(-1)];
  const out = own ? 1 : back ? 1 : -1; // where the line goes from its start
  const into = own ? 1 : -out;
  const path = own ? ownPath(points) : spline(points, out);
  const label = `${line.relation.from.columns.join(", ")} → ${line.relation.to.columns.join(", ")}`;
  const optional = line.relation.optional;
  return s("g", { class: "edge" },
    s("title", {}, `${line.relation.name}: ${label}`),
    s("path", { class: "reach", d: path }),
    s("path", { class: "line", d: path }),
    line.relation.one ? s("path", { class: "line", d: `M${start[0] + out * 7} ${start[1] - 4}v8` }) : s("path", { class: "line", d: foot(start, out) }),
    optional ? s("circle", { class: "ring", cx: end[0] + into * 6, cy: end[1], r: 3 }) : s("path", { class: "line", d: `M${end[0] + into * 6} ${end[1] - 4}v8` }));
}

const foot = ([x, y], out) => `M${x} ${y - 4.5}L${x + out * 9} ${y}L${x} ${y + 4.5}`;

// spline goes through points, horizontally at each.
function spline(points, out) {
  let d = `M${points[0][0]} ${points[0][1]}`;
  for (let i = 1; i < points.length; i++) {
    const [[x1, y1], [x2, y2]] = [points[i - 1], points[i]];
    if (y1 === y2) d += `H${x2}`;
    else {
      const reach = Math.max(Math.abs(x2 - x1) * 0.5, 24) * out;
      d += `C${x1 + reach} ${y1} ${x2 - reach} ${y2} ${x2} ${y2}`;
    }
  }
  return d;
}

function ownPath([[x, y1], [, y2]]) {
  const reach = x + 34;
  return `M${x} ${y1}C${reach} ${y1} ${reach} ${y2} ${x} ${y2}`;
}
