import { s } from "./dom.js";

// Icons are strokes on a grid of 16.
const paths = {
  check: "M3.2 8.6 6.5 12l6.3-7.6",
  cross: "M4 4l8 8M12 4l-8 8",
  alert: "M8 2.2 14.4 13.4H1.6zM8 6.4v3.2M8 11.4v.1",
  clock: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 4.8V8l2.2 1.6",
  copy: "M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z",
  file: "M9.2 1.8H3.8v12.4h8.4V4.8zM9 2v3h3",
  box: "M8 1.8 13.6 5v6L8 14.2 2.4 11V5zM2.6 5.1 8 8.2l5.4-3.1M8 8.2v5.8",
  database: "M2.8 4c0-1.2 2.3-2 5.2-2s5.2.8 5.2 2-2.3 2-5.2 2-5.2-.8-5.2-2zM2.8 4v8c0 1.2 2.3 2 5.2 2s5.2-.8 5.2-2V4M2.8 8c0 1.2 2.3 2 5.2 2s5.2-.8 5.2-2",
  list: "M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.1M2.5 8h.1M2.5 12h.1",
  bolt: "M9.2 1.8 3.4 9h3.8l-.8 5.2L12.6 7H8.4z",
  key: "M10.6 2a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8zM8.2 7.8 2.4 13.6M4.4 11.6l1.8 1.8",
  link: "M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2-2a2.6 2.6 0 1 0-3.7-3.7l-.8.8M9.2 6.8a2.6 2.6 0 0 0-3.7 0l-2 2a2.6 2.6 0 1 0 3.7 3.7l.8-.8",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.4 10.4 13.8 13.8",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  down: "M8 3v10M4 9l4 4 4-4",
  right: "M6 3.5 10.5 8 6 12.5",
  plug: "M5.5 2v3.5M10.5 2v3.5M3.8 5.5h8.4v2A4.2 4.2 0 0 1 8 11.7a4.2 4.2 0 0 1-4.2-4.2zM8 11.7V14.5",
};

// icon draws one; it means nothing to screen readers, the text beside it does.
export function icon(name, extra = "") {
  return s("svg", { class: `icon ${extra}`.trim(), viewBox: "0 0 16 16", "aria-hidden": "true" }, s("path", { d: paths[name] }));
}
