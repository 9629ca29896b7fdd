// The first section: the answers at a glance.

import { h, replace, setText } from "./dom.js";
import { bytes, count, lasting, number, tableName, clock as timeOfDay } from "./format.js";
import { icon } from "./icons.js";
import { clock } from "./live.js";
import { diagnosticCard } from "./diagnostics.js";
import { lastChange } from "./migrations.js";
import { card, copyButton, hashChip, link, setSince } from "./parts.js";

const verdicts = {
  same: ["check", "ok", "Everything agrees"],
  differs: ["alert", "warn", "Not everything agrees"],
  unknown: ["clock", "", "Not everything is known yet"],
};

const placeIcons = { files: "file", bundle: "box", recorded: "list", "live catalog": "database", database: "database", "sync server": "bolt" };

export function overview(log) {
  const alerts = h("div", { class: "alerts" });
  const hero = h("section", { class: "card hero" });
  const change = h("div", { class: "slot" });
  const connect = h("div", { class: "slot" });
  const shapes = shapesPeek();
  const tail = h("div", { class: "peek-lines" });
  const logCard = card("Log", h("a", { class: "aside", href: "#log" }, "All lines"), tail);
  logCard.classList.add("log-peek");
  const root = h("div", { class: "page overview" }, alerts, hero,
    h("div", { class: "grid" }, h("div", { class: "column" }, change, shapes.root, logCard), h("div", { class: "column" }, connect)));
  const uptime = h("span", {});
  const lsn = h("span", {});
  let facts = ""; // what connect was drawn from
  const changes = watch();

  return {
    root,
    title: "Overview",
    badge: () => ({ text: "" }),
    update(state, changed) {
      if (changes(state.server.status, state.server.reason, state.diagnostics)) drawAlerts(alerts, state);
      if (changed.has("agreement") || changed.has("schema")) drawHero(hero, state);
      if (changed.has("change")) replace(change, state.change && lastChange(state.change));
      if (changed.has("shapes")) shapes.update(state.shapes);
      if (changed.has("server")) drawServer(state.server);
    },
    showLog() {
      replace(tail, log.tail(8).map((line) => h("div", { class: `log-line ${line.level}` },
        h("time", {}, timeOfDay(new Date(line.time))), h("span", { class: "text" }, line.text))));
    },
    tick(state) {
      if (state.server?.started_at) setText(uptime, lasting(clock.now() - Date.parse(state.server.started_at)));
    },
  };

  function drawServer(server) {
    setText(lsn, server.lsn ? server.lsn : "–");
    const { lsn: _, ...rest } = server;
    const now = JSON.stringify(rest);
    if (now === facts) return;
    facts = now;
    replace(connect, connectCard(server), serverCard(server, uptime, lsn));
  }
}

// watch gives a function that tells whether it is called with other values than
// before.
function watch() {
  let before = [];
  return (...values) => {
    const other = values.length !== before.length || values.some((v, i) => v !== before[i]);
    before = values;
    return other;
  };
}

function drawAlerts(root, { server, diagnostics }) {
  const first = diagnostics?.list.find((d) => d.severity === "error");
  replace(root,
    server.status !== "active" && h("section", { class: `card notice ${server.status === "error" ? "bad" : "warn"}` },
      icon(server.status === "error" ? "cross" : "clock"), h("p", {}, h("strong", {}, `${capital(server.status)}. `), server.reason || "")),
    first && h("section", { class: "first-error" },
      h("div", { class: "summary" }, h("h2", {}, `${count(diagnostics.errors, "error")} in the last compile`),
        h("a", { class: "aside", href: "#diagnostics" }, diagnostics.errors > 1 ? `All ${diagnostics.errors} errors` : "Diagnostics")),
      diagnosticCard(first)));
}

const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);

function drawHero(root, { agreement, schema }) {
  const [mark, kind, title] = verdicts[agreement?.verdict] ?? verdicts.unknown;
  root.className = `card hero ${kind}`;
  const tables = schema ? count(schema.tables.length, "table") : "";
  replace(root,
    h("div", { class: "verdict" }, h("span", { class: "medal" }, icon(mark)),
      h("div", {}, h("h1", {}, title), h("p", {}, agreement?.summary ? `${capital(agreement.summary)}.` : "The server has not said yet.", " ", tables && h("a", { href: "#schema" }, tables)))),
    agreement && agreement.reasons.length > 0 && h("ul", { class: "reasons" }, agreement.reasons.map((r) => h("li", {}, r))),
    agreement && h("ol", { class: "flow" }, agreement.places.map(flowPlace)));
}

function flowPlace(p) {
  const kind = { same: "ok", differs: "warn", missing: "bad" }[p.state] ?? "";
  const word = { same: "the same", differs: "differs", missing: "missing" }[p.state] ?? "not known";
  return h("li", { class: kind },
    h("div", { class: "station" }, icon(placeIcons[p.name] ?? "box"), h("span", { class: "state", title: word }, icon(kind === "ok" ? "check" : kind === "" ? "minus" : "alert"), h("span", { class: "offstage" }, word))),
    h("div", { class: "name" }, p.name), h("div", { class: "about", title: p.about }, p.about),
    h("div", { class: "version" }, p.version || "no version"), h("div", {}, hashChip(p.schema_hash)));
}

function connectCard(server) {
  const line = (label, value) => value && h("div", { class: "line" }, h("dt", {}, label), h("dd", {}, h("code", {}, value))); // of no use elsewhere: its password is hidden
  const row = (label, value, shown) => value && h("div", { class: "line" }, h("dt", {}, label), h("dd", {}, shown ?? h("code", {}, value), copyButton(() => value, `Copy ${label}`)));
  const database = server.database ?? {};
  return card("Connect", null, h("dl", { class: "connect" },
    row("Sync server", server.url, link(server.url ?? "")),
    row("Over HTTPS", server.https_url, link(server.https_url ?? "")),
    row("Shapes", server.url && `${server.url.replace(/\/+$/, "")}/v1/shape`),
    database.private ? row("Database, in the project's folder", 'psql "$(cat .electric/database_url)"') : line("DATABASE_URL", database.url)),
    server.secret && h("p", { class: "quiet" }, "Requests need the secret: ", h("code", {}, "ELECTRIC_SECRET"), "."));
}

function serverCard(server, uptime, lsn) {
  const { database = {} } = server;
  const row = (label, value) => value && h("div", { class: "line" }, h("dt", {}, label), h("dd", {}, value));
  return card("Server", null, h("dl", { class: "facts" },
    row("Command", server.command), row("Version", server.version), row("Engine", server.engine), row("Up for", server.started_at && uptime),
    row("Database", database.name && `${database.name}${database.private ? ", electric's own" : ""}`), row("PostgreSQL", database.server),
    row("Slot", database.slot), row("Publication", database.publication), row("Last LSN", server.lsn && lsn)));
}

function shapesPeek() {
  const most = 5;
  const none = h("p", { class: "quiet" }, "No client has asked for a shape yet.");
  const rows = Array.from({ length: most }, peekRow);
  const root = card("Live shapes", h("a", { class: "aside", href: "#shapes" }, "All shapes"), none, rows);
  return {
    root,
    update(shapes) {
      const list = (shapes?.list ?? []).slice(0, most);
      none.hidden = list.length > 0;
      rows.forEach((row, i) => {
        row.hidden = i >= list.length;
        if (list[i]) fillPeek(row, list[i]);
      });
    },
  };
}

const peekRow = () =>
  h("div", { class: "peek" }, h("span", { class: "name" }), h("code", { class: "where" }), h("span", { class: "n" }), h("span", { class: "clients" }), h("time", { class: "since" }));

function fillPeek(row, x) {
  const [name, where, n, clients, changed] = row.children;
  setText(name, tableName(x.schema, x.table));
  setText(where, x.where ?? "");
  where.title = x.where ?? "";
  setText(n, `${count(x.rows + x.entries, "message")} · ${bytes(x.bytes)}`);
  const waiting = (x.waiting?.long_poll ?? 0) + (x.waiting?.sse ?? 0);
  setText(clients, waiting > 0 ? count(waiting, "client") : "no client");
  setSince(changed, x.changed_at);
}
