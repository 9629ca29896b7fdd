// The page: its sections, its address, its connection.

import { h, replace, setText } from "./dom.js";
import { follow } from "./live.js";
import { diagnosticsView } from "./diagnostics.js";
import { logView } from "./log.js";
import { migrationsView } from "./migrations.js";
import { overview } from "./overview.js";
import { schemaView } from "./schema.js";
import { shapesView } from "./shapes.js";

const at = (id) => document.getElementById(id);
const base = new URL(".", import.meta.url).pathname;
const state = {};
let phase = "connecting";
let current = null;

const log = logView();
const views = {
  overview: overview(log),
  schema: schemaView(go),
  migrations: migrationsView(),
  shapes: shapesView(),
  diagnostics: diagnosticsView(),
  log,
};

const tabs = {};
for (const [id, view] of Object.entries(views)) {
  const badge = h("span", { class: "badge" });
  const link = h("a", { href: `#${id}` }, h("span", {}, view.title), badge);
  tabs[id] = { link, badge };
  at("tabs").append(link);
  view.section = h("section", { class: `view view-${id}`, "aria-label": view.title, hidden: true }, view.root);
  at("main").append(view.section);
}

// The address: "#schema/public.songs" is a section and what is open in it.

function go(hash) {
  location.hash = hash;
}

function route() {
  const [, id = "", rest = ""] = location.hash.match(/^#([^/]*)\/?(.*)$/) ?? [];
  const next = views[id] ? id : "overview";
  if (next !== current) {
    views[current]?.leave?.();
    for (const [name, view] of Object.entries(views)) {
      view.section.hidden = name !== next;
      if (name === next) tabs[name].link.setAttribute("aria-current", "page");
      else tabs[name].link.removeAttribute("aria-current");
    }
    document.body.dataset.view = next;
    if (current !== null) scrollTo(0, 0);
    current = next;
    showTab();
  }
  views[next].open?.(decoded(rest));
  if (next === "overview") views.overview.showLog();
}

// showTab brings the current one into sight, where the tabs do not fit.
function showTab() {
  tabs[current].link.scrollIntoView({ block: "nearest", inline: "center" });
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// What the server says.

const all = new Set(["server", "agreement", "change", "schema", "migrations", "shapes", "diagnostics"]);
let begun = false;

function update(sections) {
  Object.assign(state, sections);
  const changed = begun ? new Set(Object.keys(sections)) : all;
  const first = !begun;
  begun = true;
  for (const [id, view] of Object.entries(views)) {
    view.update(state, changed);
    const { text, kind = "" } = view.badge(state);
    setText(tabs[id].badge, text);
    tabs[id].badge.className = `badge ${kind}`;
  }
  views.overview.tick(state);
  head();
  if (first) showTab();
}

function head() {
  const { server = {}, diagnostics } = state;
  const project = server.project || "electric";
  const errors = diagnostics?.errors ?? 0;
  const gone = phase === "gone";
  const status = gone ? "stopped" : begun ? server.status : "connecting";
  setText(at("project"), project);
  setText(at("database"), [server.database?.name, server.database?.server && `PostgreSQL ${server.database.server}`].filter(Boolean).join(" · "));
  setText(at("status"), gone ? "not running" : status);
  at("pill").dataset.status = gone ? "gone" : status;
  at("pill").title = server.reason ?? "";
  setTitle(`${gone ? "○ " : errors > 0 ? "✕ " : ""}${project} · electric`);
  setIcon(gone ? "icon-gone.svg" : errors > 0 || server.status === "error" ? "icon-error.svg" : "icon.svg");
}

function setTitle(text) {
  if (document.title !== text) document.title = text;
}

function setIcon(name) {
  const link = document.querySelector("link[rel=icon]");
  if (!link.href.endsWith(`/${name}`)) link.href = base + name;
}

function setPhase(next) {
  if (next === phase) return;
  phase = next;
  document.body.dataset.phase = next;
  const gone = at("gone");
  gone.hidden = next !== "gone";
  if (next === "gone") {
    replace(gone, h("strong", {}, "electric stopped."), h("span", {}, begun ? " This is what was last known; the page goes on when it is back." : " The page comes to life when it is back."));
  }
  head();
}

// A newer electric has another page.
function checkAssets(hash) {
  const mine = document.querySelector("meta[name=electric-assets]").content;
  if (hash === mine || sessionStorage.getItem("electric.reloaded") === hash) return;
  sessionStorage.setItem("electric.reloaded", hash);
  location.reload();
}

// Keys.

function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    if (!views[current].escape?.()) document.activeElement.blur?.();
    return;
  }
  if (event.target.closest?.("input, select, textarea")) return;
  const id = Object.keys(views)[Number(event.key) - 1];
  if (id) go(id);
  else if (event.key === "/" && views[current].filter) views[current].filter.focus();
  else return;
  event.preventDefault();
}

addEventListener("hashchange", route);
addEventListener("keydown", keys);
at("skip").addEventListener("click", () => at("main").focus());
setInterval(() => begun && !document.hidden && phase === "live" && views.overview.tick(state), 1000);
route();
follow("/_electric/events", {
  state: update,
  log(lines) {
    log.add(lines, state.server?.instance);
    if (current === "overview") views.overview.showLog();
  },
  phase: setPhase,
  assets: checkAssets,
});
