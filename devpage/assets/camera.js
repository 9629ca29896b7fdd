// A camera moves a drawing: drag, wheel, pinch, keys and buttons.

import { stillness } from "./dom.js";

const closest = 2.2;
const farthest = 0.05;
const rim = 20; // least distance to the frame of what is shown
const foot = 36; // height that the buttons at the bottom take

// camera looks at the drawing that apply(x, y, scale) moves within a frame
// element. size() gives the drawing's {width, height}.
export function camera(frame, size, apply) {
  let view = { x: 0, y: 0, scale: 1 };
  let flight = 0;
  let touched = false;

  function set(next) {
    const { width, height } = size();
    const scale = clamp(next.scale, farthest, closest);
    const { clientWidth: w, clientHeight: h } = frame;
    // Some of the drawing stays in sight.
    const edge = 60;
    view = {
      scale,
      x: clamp(next.x, edge - width * scale, w - edge),
      y: clamp(next.y, edge - height * scale, h - edge),
    };
    apply(view.x, view.y, view.scale);
  }

  function fly(next) {
    cancelAnimationFrame(flight);
    if (stillness.matches) return set(next);
    const from = view;
    const began = performance.now();
    const step = (now) => {
      const t = Math.min((now - began) / 260, 1);
      const eased = 1 - (1 - t) ** 3;
      set({ x: mix(from.x, next.x, eased), y: mix(from.y, next.y, eased), scale: mix(from.scale, next.scale, eased) });
      if (t < 1) flight = requestAnimationFrame(step);
    };
    flight = requestAnimationFrame(step);
  }

  // by zooms around a point of the frame, by default its middle.
  function by(factor, x = frame.clientWidth / 2, y = frame.clientHeight / 2, move = set) {
    const scale = clamp(view.scale * factor, farthest, closest);
    const ratio = scale / view.scale;
    touched = true;
    move({ x: x - (x - view.x) * ratio, y: y - (y - view.y) * ratio, scale });
  }

  function pan(dx, dy) {
    touched = true;
    set({ ...view, x: view.x + dx, y: view.y + dy });
  }

  // whole shows all of the drawing, though not smaller than least.
  function whole(least, move = set) {
    const { width, height } = size();
    const { clientWidth: w, clientHeight: h } = frame;
    const margin = Math.min(w, h) > 500 ? 36 : 16;
    const scale = Math.max(least, Math.min((w - 2 * margin) / width, (h - 2 * margin - foot) / height, w > 2000 ? 1.6 : 1));
    const at = (room, length) => (length * scale + 2 * margin > room ? margin : (room - length * scale) / 2);
    move({ scale, x: at(w, width), y: at(h - foot, height) });
  }

  listen(frame, { by, pan, stop: () => cancelAnimationFrame(flight), whole: () => whole(0, fly) });

  return {
    // home is the first look: everything, or as much as can be read, around a box
    // that matters most.
    home(box) {
      if (touched) return;
      whole(0.36);
      const { clientWidth: w, clientHeight: h } = frame;
      const from = (offset, room, length, middle) => (length * view.scale < room ? offset : clamp(room / 2 - middle * view.scale, room - rim - length * view.scale, rim));
      const { width, height } = size();
      if (box) set({ ...view, x: from(view.x, w, width, box.x + box.width / 2), y: from(view.y, h, height, box.y + box.height / 2) });
    },
    fit: () => whole(0, fly),
    zoom: (factor) => by(factor, undefined, undefined, fly),
    // show brings a box, and what surrounds it if that can be, into the part of the
    // frame left of inset, near enough to be read.
    show(box, around, inset) {
      const w = frame.clientWidth - inset;
      const h = frame.clientHeight - foot;
      const wanted = Math.max(view.scale, 0.7);
      const whole = Math.min(wanted, (w - 2 * rim) / around.width, (h - 2 * rim) / around.height);
      const target = whole >= wanted * 0.7 ? around : box;
      const scale = target === around ? whole : wanted;
      const x = into(view.x, target.x * scale, target.width * scale, w);
      const y = into(view.y, target.y * scale, target.height * scale, h);
      if (x === view.x && y === view.y && scale === view.scale) return;
      touched = true;
      fly(scale === view.scale ? { scale, x, y } : { scale, x: (w - target.width * scale) / 2 - target.x * scale, y: Math.max((h - target.height * scale) / 2, rim) - target.y * scale });
    },
    again: () => set(view),
    // shift follows what moved within the drawing.
    shift: ({ x, y }) => set({ ...view, x: view.x - x * view.scale, y: view.y - y * view.scale }),
  };
}

const clamp = (n, low, high) => Math.min(Math.max(n, Math.min(low, high)), Math.max(low, high));

// into moves a length at some place, as little as possible, into a room.
function into(offset, at, length, room) {
  const low = rim - at;
  const high = room - rim - length - at;
  return high < low ? low : clamp(offset, low, high);
}

const mix = (a, b, t) => a + (b - a) * t;

function listen(frame, { by, pan, stop, whole }) {
  const pointers = new Map();
  let moved = 0;

  const where = (event) => {
    const box = frame.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  frame.addEventListener("pointerdown", (event) => {
    if (event.button > 1) return;
    stop();
    if (pointers.size === 0) moved = 0;
    pointers.set(event.pointerId, where(event));
  });
  frame.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = where(event);
    if (pointers.size === 2) {
      const other = [...pointers].find(([id]) => id !== event.pointerId)[1];
      const spread = (p) => Math.hypot(p[0] - other[0], p[1] - other[1]);
      const middle = [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2];
      pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
      if (spread(before) > 0) by(spread(now) / spread(before), ...middle);
    } else {
      moved += Math.hypot(now[0] - before[0], now[1] - before[1]);
      if (moved < 4) return;
      if (!frame.hasPointerCapture(event.pointerId)) frame.setPointerCapture(event.pointerId);
      frame.classList.add("dragging");
      pan(now[0] - before[0], now[1] - before[1]);
    }
    pointers.set(event.pointerId, now);
  });
  const up = (event) => {
    pointers.delete(event.pointerId);
    if (pointers.size === 0) frame.classList.remove("dragging");
  };
  frame.addEventListener("pointerup", up);
  frame.addEventListener("pointercancel", up);
  // A drag is not a click on what lies below.
  frame.addEventListener("click", (event) => moved >= 4 && event.stopPropagation(), true);

  frame.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      stop();
      if (event.ctrlKey || event.metaKey || fromMouse(event)) {
        const strength = event.deltaMode === 0 ? (event.ctrlKey ? 0.01 : 0.0016) : 0.04;
        by(Math.exp(-event.deltaY * strength), ...where(event));
      } else {
        pan(-event.deltaX, -event.deltaY);
      }
    },
    { passive: false },
  );

  const steps = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (steps[event.key]) pan(...steps[event.key]);
    else if (event.key === "+" || event.key === "=") by(1.25);
    else if (event.key === "-") by(0.8);
    else if (event.key === "0") whole();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

// fromMouse tells a mouse's wheel, which turns in steps, from a touchpad.
function fromMouse(event) {
  if (event.deltaMode !== 0) return true;
  return event.deltaX === 0 && Math.abs(event.wheelDeltaY ?? 0) >= 120 && event.wheelDeltaY % 120 === 0;
}
