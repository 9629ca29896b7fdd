// What several sections of the page are made of.

import { h, setText } from "./dom.js";
import { ago, fullTime, shortHash } from "./format.js";
import { icon } from "./icons.js";
import { clock } from "./live.js";

// A chip is a short value that can be copied whole.
export function chip(shown, value = shown, label = "Copy") {
  const mark = icon("copy");
  const button = h("button", { class: "chip", type: "button", title: value, "aria-label": `${label} ${shown}` }, h("span", {}, shown), mark);
  button.addEventListener("click", () => copied(button, value));
  return button;
}

export const hashChip = (hash) => (hash ? chip(shortHash(hash), hash, "Copy hash") : h("span", { class: "none" }, "–"));

// copyButton copies what get gives at that time.
export function copyButton(get, label = "Copy") {
  const button = h("button", { class: "copy", type: "button", title: label, "aria-label": label }, icon("copy"));
  button.addEventListener("click", () => copied(button, get()));
  return button;
}

async function copied(button, text) {
  const done = await copy(text);
  button.classList.add(done ? "done" : "failed");
  const old = button.querySelector(".icon");
  const mark = icon(done ? "check" : "cross");
  old.replaceWith(mark);
  announce(done ? "Copied" : "Could not copy");
  setTimeout(() => {
    button.classList.remove("done", "failed");
    mark.replaceWith(old);
  }, 1200);
}

// copy also works where there is no clipboard API: over plain HTTP from another
// machine.
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h("textarea", { class: "offstage", readonly: true, "aria-hidden": "true" });
    area.value = text;
    const focused = document.activeElement;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    focused?.focus();
    return done;
  }
}

const announcer = h("div", { class: "offstage", role: "status" });

// announce tells screen readers.
function announce(text) {
  if (!announcer.isConnected) document.body.append(announcer);
  announcer.textContent = "";
  setTimeout(() => (announcer.textContent = text), 30);
}

// code is a block of text that can be copied.
export function code(text, label) {
  return h("div", { class: "code" }, h("pre", { tabindex: "0", "aria-label": label }, h("code", {}, text)), copyButton(() => text, `Copy ${label}`));
}

// since is a time that tells how long ago it was, and keeps telling.
export function since(time) {
  const element = h("time", { class: "since" });
  setSince(element, time);
  return element;
}

export function setSince(element, time) {
  if (!time) {
    element.removeAttribute("datetime");
    element.removeAttribute("title");
    setText(element, "–");
    return;
  }
  if (element.getAttribute("datetime") !== time) {
    element.setAttribute("datetime", time);
    element.setAttribute("title", fullTime(new Date(time)));
  }
  setText(element, ago(Date.parse(time), clock.now()));
}

setInterval(() => {
  if (document.hidden) return;
  for (const element of document.querySelectorAll("time.since[datetime]")) {
    if (element.offsetParent) setText(element, ago(Date.parse(element.getAttribute("datetime")), clock.now()));
  }
}, 1000);

// card is a titled box. aside stands at the right of its title.
export function card(title, aside, ...children) {
  return h("section", { class: "card" }, h("header", {}, h("h2", {}, title), aside), ...children);
}

// empty is what stands where nothing is.
export function empty(mark, title, ...children) {
  return h("div", { class: "empty" }, h("div", { class: "medal" }, icon(mark)), h("p", { class: "lead" }, title), ...children);
}

// link is a link when its address is one of the web, and text otherwise: what
// the server says of itself is not trusted to be an address.
export function link(address) {
  if (!/^https?:\/\//i.test(address)) return h("span", {}, address);
  return h("a", { href: address, target: "_blank", rel: "noreferrer noopener" }, address);
}

// remember keeps a preference, where the browser lets it.
export function remember(name, value) {
  try {
    localStorage.setItem(`electric.${name}`, value);
  } catch {
    // Without storage the preference lasts as long as the page.
  }
}

export function remembered(name) {
  try {
    return localStorage.getItem(`electric.${name}`);
  } catch {
    return null;
  }
}
