// The section of the schema: the list of tables, the diagram, one table in full.

import { diagram, details } from "./diagram.js";
import { h, replace, setText } from "./dom.js";
import { count, tableKey, tableName } from "./format.js";
import { icon } from "./icons.js";
import { empty, remember, remembered } from "./parts.js";
import { tablePanel } from "./table.js";

const manyTables = 30; // from here on keys are enough at first

export function schemaView(go) {
  let state = {};
  let schema = null;
  let selected = null;
  let detail = details[remembered("detail")] ? remembered("detail") : null;

  const find = h("input", { type: "search", placeholder: "Find table or column", "aria-label": "Find a table or column", spellcheck: "false", autocomplete: "off" });
  const list = h("ul", { class: "table-list" });
  const total = h("span", { class: "total" });
  const drawing = diagram({ select: (key) => go(key === null ? "schema" : `schema/${encodeURIComponent(key)}`) });
  const panel = tablePanel(() => {
    go("schema");
    drawing.frame.focus({ preventScroll: true });
  });
  const choice = h("select", { "aria-label": "What is drawn of each table" }, Object.entries(details).map(([value, text]) => h("option", { value }, text)));
  const tool = (name, label, f) => h("button", { type: "button", "aria-label": label, title: label, on: { click: f } }, icon(name));
  const tools = h("div", { class: "tools" }, choice,
    tool("minus", "Zoom out", () => drawing.zoom(0.75)), tool("plus", "Zoom in", () => drawing.zoom(1.33)), tool("fit", "Show all", () => drawing.fit()));
  const nothing = empty("box", "No schema yet", h("p", {}, "Write CREATE TABLE into a migration; it will be drawn here."));
  const canvas = h("div", { class: "canvas" }, drawing.frame, tools, panel.root);
  const side = h("div", { class: "side" }, h("label", { class: "find" }, icon("search"), find), total, list);
  const root = h("div", { class: "schema" }, side, canvas, nothing);

  find.addEventListener("input", search);
  find.addEventListener("keydown", (event) => {
    const first = list.querySelector("a");
    if (event.key === "ArrowDown") first?.focus();
    else if (event.key === "Enter") first?.click();
    else if (event.key === "Escape" && find.value) {
      find.value = "";
      search();
      event.stopPropagation();
    } else return;
    event.preventDefault();
  });
  list.addEventListener("keydown", (event) => {
    const item = document.activeElement.closest("li");
    const next = { ArrowDown: item?.nextElementSibling, ArrowUp: item?.previousElementSibling ?? find }[event.key];
    if (next === undefined) return;
    (next?.querySelector?.("a") ?? next)?.focus();
    event.preventDefault();
  });
  choice.addEventListener("change", () => {
    detail = choice.value;
    remember("detail", detail);
    drawing.draw(schema, detail);
    show(false);
  });

  // search lists the tables whose name, or a column's, has the text.
  function search() {
    const text = find.value.trim().toLowerCase();
    const has = (name) => name.toLowerCase().includes(text);
    const tables = schema?.tables ?? [];
    const found = [];
    for (const table of tables) {
      const column = text && !has(table.name) ? table.columns.find((c) => has(c.name)) : null;
      if (!text || column || has(tableName(table.schema, table.name))) found.push({ table, column });
    }
    replace(list, found.map(listItem));
    setText(total, text ? `${found.length} of ${count(tables.length, "table")}` : count(tables.length, "table"));
    drawing.mark(text ? new Set(found.map(({ table }) => tableKey(table.schema, table.name))) : null);
  }

  function listItem({ table, column }) {
    const key = tableKey(table.schema, table.name);
    return h("li", {},
      h("a", { href: `#schema/${encodeURIComponent(key)}`, class: table.client ? "" : "server", "aria-current": key === selected ? "true" : null, title: tableName(table.schema, table.name) },
        h("span", { class: "kind" }), h("span", { class: "name" }, tableName(table.schema, table.name)), h("span", { class: "badge" }, column ? column.name : table.columns.length)));
  }

  // show shows the selected table; look: the diagram turns to it.
  function show(look) {
    const table = schema?.tables.find((t) => tableKey(t.schema, t.name) === selected);
    if (table) panel.show(table, state);
    else panel.hide();
    const inset = table && canvas.clientWidth > 760 ? panel.root.offsetWidth : 0;
    drawing.select(table ? selected : null, look, inset);
    for (const a of list.querySelectorAll("a")) {
      const current = table && a.getAttribute("href") === `#schema/${encodeURIComponent(selected)}`;
      if (current) a.setAttribute("aria-current", "true");
      else a.removeAttribute("aria-current");
    }
  }

  return {
    root,
    title: "Schema",
    badge: () => ({ text: schema?.tables.length || "" }),
    filter: find,
    update(next, changed) {
      state = next;
      if (!changed.has("schema")) return;
      schema = next.schema;
      const none = !schema || schema.tables.length === 0;
      root.classList.toggle("none", none);
      if (none) return panel.hide();
      choice.value = detail ?? (schema.tables.length > manyTables ? "keys" : "all");
      const first = list.childElementCount === 0;
      drawing.draw(schema, choice.value);
      search();
      show(first);
    },
    // open is called with what follows "schema/" in the address.
    open(key) {
      selected = key || null;
      show(true);
    },
    escape() {
      if (!selected) return false;
      go("schema");
      return true;
    },
  };
}
