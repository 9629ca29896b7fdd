// The section of the migrations: each file, and what the database knows of it.

import { h, replace } from "./dom.js";
import { count, milliseconds } from "./format.js";
import { icon } from "./icons.js";
import { card, chip, empty, hashChip, since } from "./parts.js";

const states = {
  applied: ["check", "ok", "applied"],
  pending: ["clock", "warn", "pending"],
  edited: ["alert", "warn", "edited since"],
  error: ["cross", "bad", "failed"],
};

export function migrationsView() {
  const root = h("div", { class: "page" });
  let list = [];
  return {
    root,
    title: "Migrations",
    badge: () => {
      const pending = list.filter((m) => m.state && m.state !== "applied").length;
      return pending > 0 ? { text: pending, kind: list.some((m) => m.state === "error") ? "bad" : "warn" } : { text: list.length || "" };
    },
    update(state, changed) {
      list = state.migrations ?? [];
      if (!changed.has("migrations") && !changed.has("change")) return;
      if (list.length === 0) return replace(root, empty("file", "No migrations yet", h("p", {}, "electric migrate new NAME begins one.")));
      replace(root, state.change && lastChange(state.change), timeline(list));
    },
  };
}

export function lastChange(change) {
  return card("Last change", h("span", { class: "aside" }, since(change.at)),
    h("p", { class: "lead" }, change.title, change.took_ms ? h("span", { class: "quiet" }, ` in ${milliseconds(change.took_ms)}`) : null),
    change.lines.length > 0 && h("ul", { class: "diff" }, change.lines.map(diffLine)));
}

const signs = { "+": "plus", "-": "minus", "~": "tilde", "!": "bang" };

const diffLine = (line) => h("li", { class: signs[line.sign] ?? "" }, h("span", { class: "sign" }, line.sign.slice(0, 1)), h("span", {}, line.text));

function timeline(list) {
  const applied = list.filter((m) => m.state === "applied").length;
  const known = list.some((m) => m.state);
  const aside = h("span", { class: "aside" }, known ? `${applied} of ${list.length} applied` : count(list.length, "migration"));
  return card("Migrations", aside, h("ol", { class: "timeline", reversed: true }, [...list].reverse().map(item)));
}

function item(m) {
  const [mark, kind, word] = states[m.state] ?? ["file", "", m.state || "not looked at"];
  return h("li", { class: kind },
    h("span", { class: "node" }, icon(mark)),
    h("div", { class: "what" },
      h("div", { class: "name" }, m.name || m.file, h("span", { class: `tag ${kind}` }, word)),
      h("div", { class: "file" }, m.file, h("span", {}, count(m.statements, "statement")))),
    h("div", { class: "facts" },
      h("span", { class: "fact" }, h("span", {}, "version"), chip(m.version)),
      h("span", { class: "fact" }, h("span", {}, "schema"), hashChip(m.schema_hash)),
      h("span", { class: "fact" }, h("span", {}, "file"), m.checksum ? chip(m.checksum.slice(0, 10), m.checksum, "Copy checksum") : "–")),
    h("div", { class: "when" }, m.applied_at ? since(m.applied_at) : h("span", { class: "none" }, "–")),
    m.problem && h("p", { class: "problem" }, m.problem));
}
