// One table in full, beside the diagram.

import { h, replace } from "./dom.js";
import { count, shortType, tableKey, tableName } from "./format.js";
import { icon } from "./icons.js";
import { code, hashChip, remember, remembered } from "./parts.js";
import { curl, shapeStream } from "./snippets.js";

// tablePanel shows a table of a state's schema; close is called for its button.
export function tablePanel(close) {
  const body = h("div", { class: "panel-body" });
  const title = h("h2", { id: "table-title" });
  const button = h("button", { class: "icon-button", type: "button", "aria-label": "Close", on: { click: close } }, icon("cross"));
  const root = h("aside", { class: "panel", "aria-labelledby": "table-title", hidden: true }, h("header", {}, title, button), body);
  return {
    root,
    button,
    show(table, state) {
      root.hidden = false;
      replace(title, tableName(table.schema, table.name));
      const scroll = root.dataset.table === tableKey(table.schema, table.name) ? body.scrollTop : 0;
      root.dataset.table = tableKey(table.schema, table.name);
      replace(body, about(table, state), columns(table, state.schema), relations(table, state.schema), use(table, state), rules(table), sync(table));
      body.scrollTop = scroll;
    },
    hide() {
      root.hidden = true;
    },
  };
}

function about(table, state) {
  const live = (state.shapes?.list ?? []).filter((x) => x.schema === table.schema && x.table === table.name).length;
  return h("div", { class: "about" },
    h("div", { class: "tags" },
      h("span", { class: `tag ${table.client ? "accent" : ""}` }, table.client ? "for clients" : "the server's alone"),
      h("span", { class: "tag" }, count(table.columns.length, "column")),
      live > 0 && h("a", { class: "tag ok", href: "#shapes" }, count(live, "live shape"))),
    table.comment && h("p", { class: "comment" }, table.comment));
}

function columns(table, schema) {
  const enums = new Map((schema.enums ?? []).map((e) => [tableKey(e.schema, e.name), e]));
  const row = (c) => {
    const notes = [];
    if (c.generated) notes.push(`generated: ${c.generated}`);
    if (c.identity) notes.push(`identity, ${c.identity.toLowerCase()}`);
    if (c.default) notes.push(`default ${c.default}`);
    const labels = enums.get(c.type)?.labels;
    if (labels) notes.push(labels.join(" · "));
    if (c.server) notes.push("the server's alone");
    const mark = c.primary ? "primary" : c.foreign ? "foreign" : c.unique ? "unique" : "";
    return h("li", {},
      h("span", { class: `mark ${mark}`, title: { primary: "primary key", foreign: "foreign key", unique: "unique" }[mark] }),
      h("span", { class: "name" }, c.name),
      h("span", { class: "type", title: c.type }, shortType(c.type), h("span", { class: "null" }, c.nullable ? " null" : "")),
      notes.length > 0 && h("span", { class: "note" }, notes.join(", ")),
      c.comment && h("span", { class: "note said" }, c.comment));
  };
  return h("ul", { class: "columns", "aria-label": "Columns" }, table.columns.map(row));
}

function relations(table, schema) {
  const is = (end) => end.schema === table.schema && end.table === table.name;
  const item = (r, other, arrow) =>
    h("li", {},
      h("span", { class: "arrow", "aria-hidden": "true" }, arrow),
      h("a", { href: `#schema/${encodeURIComponent(tableKey(other.schema, other.table))}` }, tableName(other.schema, other.table)),
      h("span", { class: "quiet" }, r.from.columns.join(", "), r.on_delete && r.on_delete !== "NO ACTION" ? `, on delete ${r.on_delete.toLowerCase()}` : ""));
  const out = schema.relations.filter((r) => is(r.from)).map((r) => item(r, r.to, "→"));
  const back = schema.relations.filter((r) => is(r.to)).map((r) => item(r, r.from, "←"));
  if (out.length + back.length === 0) return null;
  return part("Relations", h("ul", { class: "relations" }, out, back));
}

function use(table, state) {
  if (!table.client) return null;
  const kinds = {
    TypeScript: () => code(shapeStream(state.server, table), "TypeScript"),
    curl: () => code(curl(state.server, { schema: table.schema, table: table.name }), "curl"),
  };
  const shown = h("div", {});
  const buttons = Object.keys(kinds).map((kind) => h("button", { type: "button", on: { click: () => choose(kind) } }, kind));
  const choose = (kind) => {
    remember("snippet", kind);
    buttons.forEach((b) => b.setAttribute("aria-pressed", String(b.textContent === kind)));
    replace(shown, kinds[kind]());
  };
  choose(kinds[remembered("snippet")] ? remembered("snippet") : "TypeScript");
  return part("Sync it", h("div", { class: "switch", role: "group", "aria-label": "Language" }, buttons), shown);
}

function rules(table) {
  const list = [...(table.checks ?? []), ...(table.indexes ?? [])];
  if (list.length === 0) return null;
  return folded("Checks and indexes", list.length, h("ul", { class: "rules" }, list.map((text) => h("li", {}, h("code", {}, text)))));
}

function sync(table) {
  const warnings = table.warnings ?? [];
  return [
    warnings.length > 0 && folded("Sync notes", warnings.length, h("ul", { class: "notes" }, warnings.map((w) => h("li", {}, icon("alert"), h("span", {}, w.message))))),
    folded("electric-schema header", null, code(pretty(table.header), "header")),
    h("dl", { class: "hashes" }, h("dt", {}, "schema hash"), h("dd", {}, hashChip(table.hash)), h("dt", {}, "sync hash"), h("dd", {}, hashChip(table.sync_hash))),
  ];
}

// pretty writes the header one column a line.
function pretty(header) {
  try {
    const columns = Object.entries(JSON.parse(header)).map(([name, c]) => `  ${JSON.stringify(name)}: ${JSON.stringify(c).replaceAll('":', '": ').replaceAll(',"', ', "')}`);
    return `{\n${columns.join(",\n")}\n}`;
  } catch {
    return header;
  }
}

const part = (title, ...children) => h("section", { class: "part" }, h("h3", {}, title), ...children);

const folded = (title, n, ...children) =>
  h("details", { class: "part" }, h("summary", {}, icon("right"), h("span", {}, title), n !== null && h("span", { class: "badge" }, n)), ...children);
