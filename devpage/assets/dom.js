// Small helpers to build the page. Text only ever becomes text: nothing here
// parses markup, and the page's policy forbids it besides.

const svgNamespace = "http://www.w3.org/2000/svg";

// h makes an element: h("p", {class: "quiet", on: {click: f}}, "text", child).
// Attributes that are null, undefined or false are left out.
export function h(name, attributes, ...children) {
  return fill(document.createElement(name), attributes, children);
}

// s makes an SVG element.
export function s(name, attributes, ...children) {
  return fill(document.createElementNS(svgNamespace, name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(element, child);
    else element.append(child instanceof Node ? child : String(child));
  }
}

// setText changes a node's text, if it is another.
export function setText(node, text) {
  text = String(text);
  if (node.textContent !== text) node.textContent = text;
}

// replace gives a node other children.
export function replace(node, ...children) {
  const made = document.createDocumentFragment();
  append(made, children);
  node.replaceChildren(made);
}

// reconcile makes a parent's children those of a list, each made once for its
// key: update(child, item) brings one up to date. Elements stay where they are,
// and so does the focus.
export function reconcile(parent, known, list, key, make, update) {
  const seen = new Set();
  let before = parent.firstElementChild;
  for (const item of list) {
    const k = key(item);
    seen.add(k);
    let child = known.get(k);
    if (!child) known.set(k, (child = make(item)));
    update(child, item);
    if (child.root === before) before = before.nextElementSibling;
    else parent.insertBefore(child.root, before);
  }
  for (const [k, child] of known) {
    if (seen.has(k)) continue;
    child.root.remove();
    known.delete(k);
  }
}

export const stillness = matchMedia("(prefers-reduced-motion: reduce)");
