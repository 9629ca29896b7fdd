// The section of the log: its tail, as it grows.

import { h, replace, setText } from "./dom.js";
import { clock, count } from "./format.js";
import { icon } from "./icons.js";
import { copyButton, remember, remembered } from "./parts.js";

const most = 600; // lines kept here
const ranks = { debug: 0, info: 1, warning: 2, error: 3 };
const levels = { debug: "All", info: "Info", warning: "Warnings", error: "Errors" };

export function logView() {
  let lines = []; // {seq, time, level, text, element}
  let instance = null;
  let level = levels[remembered("level")] ? remembered("level") : "debug";
  let unseen = 0;
  let shown = false;

  const filter = h("input", { type: "search", placeholder: "Filter", "aria-label": "Filter the log", spellcheck: "false", autocomplete: "off" });
  const buttons = Object.entries(levels).map(([value, text]) => h("button", { type: "button", "aria-pressed": String(value === level), on: { click: () => choose(value) } }, text));
  const list = h("div", { class: "lines", tabindex: "0", role: "log", "aria-label": "Log", "aria-live": "off" });
  const none = h("p", { class: "quiet none-found" });
  const fresh = h("span", {});
  const down = h("button", { class: "catch-up", type: "button", hidden: true, on: { click: toEnd } }, icon("down"), fresh);
  const state = h("span", { class: "total" });
  const copy = copyButton(() => lines.filter(passes).map((l) => `${l.time} ${l.level} ${l.text}`).join("\n"), "Copy these lines");
  const root = h("div", { class: "log" },
    h("div", { class: "toolbar" }, h("label", { class: "find" }, icon("search"), filter), h("div", { class: "switch", role: "group", "aria-label": "Level" }, buttons), state, copy),
    h("div", { class: "viewport" }, list, none, down));

  filter.addEventListener("input", refresh);
  list.addEventListener("scroll", () => {
    if (atEnd()) unseen = 0;
    status();
  });

  const atEnd = () => list.scrollHeight - list.scrollTop - list.clientHeight < 8;

  function toEnd() {
    list.scrollTop = list.scrollHeight;
    unseen = 0;
    status();
  }

  function choose(value) {
    level = value;
    remember("level", value);
    buttons.forEach((b, i) => b.setAttribute("aria-pressed", String(Object.keys(levels)[i] === value)));
    refresh();
  }

  function passes(line) {
    if ((ranks[line.level] ?? 1) < ranks[level]) return false;
    const text = filter.value.trim().toLowerCase();
    return !text || line.text.toLowerCase().includes(text) || line.level.includes(text);
  }

  function lineElement(line) {
    const kind = line.level in ranks ? line.level : "info";
    return h("div", { class: `log-line ${kind}` }, h("time", { datetime: line.time }, clock(new Date(line.time))), h("span", { class: "level" }, line.level), h("span", { class: "text" }, line.text));
  }

  function refresh() {
    const passing = lines.filter(passes);
    replace(list, passing.map((line) => line.element));
    toEnd();
  }

  function status() {
    const passing = list.childElementCount;
    const reading = !atEnd() && passing > 0;
    setText(state, reading ? "Paused" : passing === lines.length ? count(lines.length, "line") : `${passing} of ${count(lines.length, "line")}`);
    setText(none, passing > 0 ? "" : lines.length === 0 ? "Nothing was logged yet." : "No line is like that.");
    setText(fresh, unseen > 0 ? count(unseen, "new line") : "To the end");
    down.hidden = !reading;
  }

  return {
    root,
    title: "Log",
    badge: () => ({ text: "", kind: "" }),
    filter,
    update() {},
    // add takes lines in; a stream that begins anew repeats some.
    add(news, from) {
      if (from !== instance) lines = [];
      const last = lines.at(-1)?.seq ?? 0;
      if (from !== instance) list.replaceChildren();
      instance = from;
      const follow = !shown || atEnd();
      const added = news.filter((line) => line.seq > last).map((line) => ({ ...line, element: lineElement(line) }));
      if (added.length === 0) return;
      if (last > 0 && added[0].seq > last + 1) added[0].element.classList.add("gap");
      lines.push(...added);
      const passing = added.filter(passes);
      list.append(...passing.map((line) => line.element));
      if (follow) for (const old of lines.splice(0, Math.max(lines.length - most, 0))) old.element.remove();
      if (shown && follow) toEnd();
      else unseen += passing.length;
      status();
    },
    tail: (n) => lines.slice(-n),
    open() {
      shown = true;
      toEnd();
    },
    leave() {
      shown = false;
    },
  };
}
