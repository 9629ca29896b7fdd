// The section of the live shapes, with their counters.

import { h, reconcile, s, setText } from "./dom.js";
import { bytes, number, tableName } from "./format.js";
import { chip, copyButton, empty, setSince } from "./parts.js";
import { curl } from "./snippets.js";

const samples = 40; // of a sparkline, one a second

export function shapesView() {
  const rows = new Map();
  const tbody = h("tbody", {});
  const total = h("span", { class: "aside" });
  const table = h("table", { class: "shapes" },
    h("thead", {}, h("tr", {}, ["Shape", "Activity", "Rows", "Log", "Offset", "Clients", "Last change"].map((t) => h("th", { scope: "col" }, t)))), tbody);
  const more = h("p", { class: "quiet more" });
  const cardBox = h("section", { class: "card" }, h("header", {}, h("h2", {}, "Live shapes"), total), table, more);
  const nothing = empty("plug", "No shapes yet", h("p", {}, "A client that asks for one makes it appear here. The schema has a line to copy for each table."));
  const root = h("div", { class: "page wide" }, cardBox, nothing);
  let state = {};
  let shapes = null;

  setInterval(() => {
    const seen = root.offsetParent !== null && !document.hidden;
    for (const row of rows.values()) row.sample(seen);
  }, 1000);

  return {
    root,
    title: "Shapes",
    badge: () => ({ text: shapes?.total || "" }),
    update(next, changed) {
      state = next;
      shapes = next.shapes;
      if (!changed.has("shapes") && !changed.has("server")) return;
      const list = shapes?.list ?? [];
      cardBox.hidden = list.length === 0;
      nothing.hidden = list.length > 0;
      if (changed.has("shapes")) reconcile(tbody, rows, list, (x) => x.handle, () => shapeRow(() => state.server), (row, x) => row.update(x));
      const w = shapes?.waiting;
      setText(total, w ? `${number(w.long_poll + w.sse)} waiting for news` : "");
      const hidden = (shapes?.total ?? 0) - list.length;
      setText(more, hidden > 0 ? `and ${number(hidden)} more, which changed longer ago` : "");
    },
  };
}

// howWaiting tells how clients wait: "2 poll · 1 SSE", short enough for one line.
function howWaiting({ long_poll: polls = 0, sse = 0 }) {
  const parts = [];
  if (polls) parts.push(`${number(polls)} poll`);
  if (sse) parts.push(`${number(sse)} SSE`);
  return parts.join(" · ") || "idle";
}

function shapeRow(server) {
  let shape = null;
  let history = [];
  const cell = (label, ...children) => h("td", { "data-label": label }, ...children);
  const name = h("strong", {});
  const where = h("code", { class: "where" });
  const facts = h("span", { class: "facts" });
  const handle = h("span", { class: "handle" });
  const [rowCount, entries, offset, clients] = Array.from({ length: 4 }, () => h("span", { class: "counter" }));
  const [size, how] = [h("small", {}), h("small", {})];
  const changed = h("time", { class: "since" });
  const trace = s("polyline", {});
  const spark = s("svg", { class: "spark", viewBox: `0 0 ${samples - 1} 20`, preserveAspectRatio: "none", "aria-hidden": "true" }, trace);
  const root = h("tr", {},
    h("th", { scope: "row" }, h("div", { class: "title" }, name, copyButton(() => curl(server(), shape), "Copy as curl")), where, h("div", { class: "sub" }, facts, handle)),
    cell("Activity", spark), cell("Rows", rowCount), cell("Log", entries, size), cell("Offset", offset), cell("Clients", clients, how), cell("Last change", changed));

  const details = (x) => {
    const list = [];
    list.push(x.columns ? `columns ${x.columns.join(", ")}` : "all columns");
    if (x.replica && x.replica !== "default") list.push(`replica ${x.replica}`);
    const params = Object.entries(x.params ?? {}).map(([k, v]) => `$${k} = ${v}`);
    return list.concat(params).join(" · ");
  };

  return {
    root,
    update(x) {
      const grew = shape && (x.entries !== shape.entries || x.offset !== shape.offset);
      if (!shape) {
        setText(name, tableName(x.schema, x.table));
        setText(where, x.where ?? "");
        where.hidden = !x.where;
        setText(facts, details(x));
        handle.append(chip(x.handle, x.handle, "Copy handle"));
        history = new Array(samples).fill(0);
      }
      setText(rowCount, number(x.rows));
      setText(entries, number(x.entries));
      setText(size, bytes(x.bytes));
      setText(offset, x.offset);
      offset.title = x.offset;
      const waiting = x.waiting ?? {};
      setText(clients, number((waiting.long_poll ?? 0) + (waiting.sse ?? 0)));
      setText(how, howWaiting(waiting));
      setSince(changed, x.changed_at);
      if (grew) flash(root);
      if (shape) history[samples - 1] += Math.max(x.entries - shape.entries, 0);
      shape = x;
    },
    // sample lets the trace move on by a second, and draws it when it is seen.
    sample(seen) {
      if (seen) {
        const top = Math.max(4, ...history);
        trace.setAttribute("points", history.map((n, i) => `${i},${(19 - (n / top) * 17).toFixed(1)}`).join(" "));
      }
      history.shift();
      history.push(0);
    },
  };
}

// flash lights a row up for a moment: its counters changed.
function flash(row) {
  if (row.classList.contains("flash")) return;
  row.classList.add("flash");
  setTimeout(() => row.classList.remove("flash"), 700);
}
