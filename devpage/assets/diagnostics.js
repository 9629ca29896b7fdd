// The section of the last compile's diagnostics, as the terminal shows them.

import { h, replace, setText } from "./dom.js";
import { count, milliseconds } from "./format.js";
import { icon } from "./icons.js";
import { copyButton, empty, since } from "./parts.js";

const kinds = { error: ["bad", "cross"], warning: ["warn", "alert"], note: ["info", "list"] };

export function diagnosticsView() {
  const root = h("div", { class: "page" });
  let diagnostics = null;
  return {
    root,
    title: "Diagnostics",
    badge: () => {
      const { errors = 0, warnings = 0 } = diagnostics ?? {};
      if (errors > 0) return { text: errors, kind: "bad" };
      return warnings > 0 ? { text: warnings, kind: "warn" } : { text: "" };
    },
    update(state, changed) {
      diagnostics = state.diagnostics;
      if (!changed.has("diagnostics")) return;
      if (!diagnostics) return replace(root, empty("file", "Nothing was compiled yet"));
      if (diagnostics.list.length === 0) return replace(root, allGood(diagnostics));
      const hidden = diagnostics.errors + diagnostics.warnings - diagnostics.list.filter((d) => d.severity !== "note").length;
      replace(root, h("div", { class: "summary" }, h("h2", {}, verdict(diagnostics)), h("span", { class: "aside" }, compiled(diagnostics))),
        diagnostics.list.map(diagnosticCard), hidden > 0 && h("p", { class: "quiet more" }, `and ${count(hidden, "more")}: electric migrate compile shows all`.replace("mores", "more")));
    },
  };
}

function verdict({ errors, warnings }) {
  const parts = [];
  if (errors > 0) parts.push(count(errors, "error"));
  if (warnings > 0) parts.push(count(warnings, "warning"));
  return parts.join(", ") || "No mistakes";
}

const compiled = (d) => [`${count(d.files, "file")}${d.took_ms ? ` in ${milliseconds(d.took_ms)}` : ""}, `, since(d.at)];

const allGood = (d) => {
  const box = empty("check", "All good", h("p", {}, compiled(d)));
  box.classList.add("ok");
  return box;
};

function place(d) {
  return d.start ? `${d.file}:${d.start.line}:${d.start.column}` : (d.file ?? "");
}

export function diagnosticCard(d) {
  const [kind, mark] = kinds[d.severity] ?? ["info", "list"];
  return h("article", { class: `card diagnostic ${kind}` },
    h("div", { class: "place" }, h("code", {}, place(d)), place(d) && copyButton(() => place(d), "Copy place"), d.code && h("span", { class: "tag" }, d.code)),
    h("h3", {}, icon(mark), h("span", { class: "severity" }, `${d.severity}: `), d.message),
    d.excerpt && excerpt(d),
    ((d.related ?? []).length > 0 || d.detail || d.hint) && h("dl", { class: "notes" },
      (d.related ?? []).map((n) => [h("dt", {}, "see"), h("dd", {}, h("code", {}, place(n)), n.message && `: ${n.message}`)]),
      d.detail && [h("dt", {}, "detail"), h("dd", {}, d.detail)], d.hint && [h("dt", {}, "hint"), h("dd", { class: "hint" }, d.hint)]));
}

// excerpt is the source line with a caret under the marked text. Tabs become
// spaces, so that both have the same width.
function excerpt({ excerpt: e, label }) {
  const wide = (text) => text.replaceAll("\t", "    ");
  const before = wide(e.before);
  const marked = wide(e.marked);
  const caret = " ".repeat([...before].length) + "^".repeat(Math.max([...marked].length, 1));
  const source = h("span", { class: "source" });
  const line = h("span", { class: "line" }, before, h("mark", {}, marked), wide(e.after));
  const under = h("span", { class: "caret", "aria-hidden": "true" });
  setText(under, caret);
  source.append(line, "\n", under);
  if (label) source.append(h("span", { class: "label" }, ` ${label}`));
  return h("pre", { class: "excerpt", tabindex: "0", "aria-label": `line ${e.line}` }, h("span", { class: "gutter", "aria-hidden": "true" }, e.line), source);
}
