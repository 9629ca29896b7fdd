// Where the tables of a diagram go. Layers from left to right: what is referred
// to is to the left of what refers to it. Tables that are connected form a
// group; groups are packed beside each other.
//
// Pure: it knows sizes, not pixels on a screen, and gives the same places for
// the same input.

import { order, rounds } from "./order.js";

const gapY = 26; // between boxes of a layer
const gapX = 72; // between layers, the least
const lane = 5; // more for each line between two layers
const groupGap = 48;
const screen = 1.6; // width by height of what is looked at
const manyLanes = 500;
const laneHeight = 12; // room that a line takes which passes a layer
const shortest = 900; // a layer may always be this high, and higher in a large diagram

// layout places boxes {key, width, height} and lines {from, to}, which are keys:
// from refers to to. Lines may have ports: fromY and toY, from a box's top.
//
// It gives places (by key: {x, y}), routes (one for each line: {points, back}) and the
// size of all. A route's points lead from the line's from to its to; at each,
// the line is horizontal.
export function layout(boxes, lines) {
  const groups = connected(boxes, lines).map((group) => placeGroup(group));
  const size = pack(groups);
  const places = new Map();
  const routes = new Map();
  for (const group of groups) {
    for (const node of group.nodes) {
      if (node.box) places.set(node.box.key, { x: node.x + group.x, y: node.y + group.y, layer: node.layer });
    }
    for (const edge of group.edges) {
      const points = edge.points.map(([x, y]) => [x + group.x, y + group.y]);
      routes.set(edge.line, { points: edge.reversed ? points.reverse() : points, back: edge.reversed });
    }
  }
  return { places, routes: lines.map((line) => routes.get(line)), ...size };
}

// connected gives the groups of boxes that lines connect, in the boxes' order.
function connected(boxes, lines) {
  const nodes = new Map(boxes.map((box) => [box.key, { box, width: box.width, height: box.height, refers: [], referred: [] }]));
  const edges = [];
  for (const line of lines) {
    const from = nodes.get(line.from);
    const to = nodes.get(line.to);
    if (from !== to) edges.push({ line, from, to, reversed: false });
  }
  const near = new Map([...nodes.values()].map((node) => [node, []]));
  for (const { from, to } of edges) {
    near.get(from).push(to);
    near.get(to).push(from);
  }
  const groups = [];
  const groupOf = new Map();
  for (const start of nodes.values()) {
    if (groupOf.has(start)) continue;
    const group = { nodes: [], edges: [] };
    const waiting = [start];
    groupOf.set(start, group);
    while (waiting.length > 0) {
      const node = waiting.pop();
      group.nodes.push(node);
      for (const other of near.get(node)) {
        if (groupOf.has(other)) continue;
        groupOf.set(other, group);
        waiting.push(other);
      }
    }
    groups.push(group);
  }
  const rank = new Map([...nodes.values()].map((node, i) => [node, i]));
  for (const group of groups) group.nodes.sort((a, b) => rank.get(a) - rank.get(b));
  for (const edge of edges) groupOf.get(edge.from).edges.push(edge);
  return groups;
}

function placeGroup(group) {
  breakCircles(group);
  layer(group);
  const layers = withLanes(group);
  order(layers, group.segments);
  placeX(layers, group.segments);
  placeY(layers, group.segments);
  moveToOrigin(group, layers);
  for (const edge of group.edges) edge.points = route(edge);
  return group;
}

// breakCircles turns round the lines that would close a circle.
function breakCircles(group) {
  for (const edge of group.edges) edge.from.refers.push(edge);
  const state = new Map();
  const visit = (node) => {
    state.set(node, "open");
    for (const edge of node.refers) {
      if (state.get(edge.to) === "open") edge.reversed = true;
      else if (!state.has(edge.to)) visit(edge.to);
    }
    state.set(node, "closed");
  };
  // Tables that nobody refers to first: what they lead to is then in its natural order.
  const referred = new Set(group.edges.map((edge) => edge.to));
  for (const node of group.nodes) if (!referred.has(node) && !state.has(node)) visit(node);
  for (const node of group.nodes) if (!state.has(node)) visit(node);
  for (const node of group.nodes) node.refers = [];
  for (const edge of group.edges) {
    if (edge.reversed) [edge.from, edge.to] = [edge.to, edge.from];
    edge.from.refers.push(edge);
    edge.to.referred.push(edge);
  }
}

// layer gives each node the layer behind the last one it refers to, or a later
// one when that is full; then brings what only is referred to next to who refers
// to it.
function layer(group) {
  const full = [];
  const area = group.nodes.reduce((sum, n) => sum + (n.height + gapY) * (n.width + gapX), 0);
  const limit = Math.max(Math.sqrt(area), shortest);
  const place = (node) => {
    if (node.layer !== undefined) return;
    let at = 0;
    for (const { to } of node.refers) {
      place(to);
      at = Math.max(at, to.layer + 1);
    }
    while ((full[at] ?? 0) > 0 && full[at] + node.height > limit) at++;
    node.layer = at;
    full[at] = (full[at] ?? 0) + node.height + gapY;
  };
  // Tables with more relations come first to the layers that fill up.
  const weight = (node) => node.refers.length + node.referred.length;
  for (const node of [...group.nodes].sort((a, b) => weight(b) - weight(a))) place(node);
  for (const node of group.nodes) {
    if (node.refers.length > 0 || node.referred.length === 0) continue;
    const nearest = Math.min(...node.referred.map(({ from }) => from.layer)) - 1;
    if (nearest > node.layer && full[nearest] + node.height <= limit) {
      full[node.layer] -= node.height + gapY;
      node.layer = nearest;
      full[nearest] += node.height + gapY;
    }
  }
  const used = [...new Set(group.nodes.map((n) => n.layer))].sort((a, b) => a - b);
  for (const node of group.nodes) node.layer = used.indexOf(node.layer);
}

// withLanes gives the layers, with a lane in each one that a line passes, and
// cuts the lines into segments from layer to layer. In a large diagram the long
// lines pass below the tables: lanes for all would push everything apart.
function withLanes(group) {
  const layers = [];
  for (const node of group.nodes) (layers[node.layer] ??= []).push(node);
  group.segments = [];
  const span = group.edges.reduce((sum, e) => sum + e.from.layer - e.to.layer, 0);
  const longest = span > manyLanes ? 2 : Infinity;
  for (const edge of group.edges) {
    edge.lanes = [];
    if (edge.from.layer - edge.to.layer > longest) continue;
    let last = edge.from;
    let lastPort = port(edge, edge.from);
    for (let at = edge.from.layer - 1; at > edge.to.layer; at--) {
      const node = { lane: true, width: 0, height: laneHeight, layer: at };
      layers[at].push(node);
      group.segments.push({ right: last, rightPort: lastPort, left: node, leftPort: laneHeight / 2 });
      edge.lanes.push(node);
      [last, lastPort] = [node, laneHeight / 2];
    }
    group.segments.push({ right: last, rightPort: lastPort, left: edge.to, leftPort: port(edge, edge.to) });
  }
  return layers;
}

// port is where a line meets a box, from the box's top.
function port(edge, node) {
  const { line } = edge;
  return (node.box.key === line.from ? line.fromY : line.toY) ?? node.height / 2;
}

function placeX(layers, segments) {
  const crowd = layers.map(() => 0);
  for (const { right } of segments) crowd[right.layer]++;
  let x = 0;
  layers.forEach((nodes, i) => {
    if (i > 0) x += gapX + Math.min(crowd[i], 20) * lane;
    const width = nodes.reduce((most, n) => Math.max(most, n.width), 0);
    for (const node of nodes) {
      node.x = x;
      node.layerWidth = width;
    }
    x += width;
  });
}

// placeY draws each node towards the ports of its neighbours, layer by layer, to
// and fro, without changing the order.
function placeY(layers, segments) {
  for (const nodes of layers) {
    let y = 0;
    for (const node of nodes) {
      node.y = y;
      y += node.height + gap(node);
    }
  }
  const toLeft = new Map();
  const toRight = new Map();
  for (const segment of segments) {
    push(toLeft, segment.right, segment);
    push(toRight, segment.left, segment);
  }
  const sweeps = rounds(segments, 16);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const indexes = layers.map((_, i) => (sweep % 2 === 0 ? i : layers.length - 1 - i));
    for (const i of indexes) settle(layers[i], wishes(layers[i], toLeft, toRight, sweep));
  }
}

function push(map, key, value) {
  if (map.has(key)) map.get(key).push(value);
  else map.set(key, [value]);
}

// wishes tells where each node would be best, and how much it weighs.
function wishes(nodes, toLeft, toRight, sweep) {
  return nodes.map((node) => {
    let sum = 0;
    let weight = 0;
    const add = (wish, w) => {
      sum += wish * w;
      weight += w;
    };
    const [near, far] = sweep % 2 === 0 ? [2, 1] : [1, 2];
    for (const { left, leftPort, rightPort } of toLeft.get(node) ?? []) add(left.y + leftPort - rightPort, near * (left.lane || node.lane ? 3 : 1));
    for (const { right, rightPort, leftPort } of toRight.get(node) ?? []) add(right.y + rightPort - leftPort, far * (right.lane || node.lane ? 3 : 1));
    return weight === 0 ? { at: node.y, weight: 0.1 } : { at: sum / weight, weight };
  });
}

// settle gives nodes their places: those that are closest to the wishes, by
// squares, while none comes too near to the one above (pool adjacent violators).
function settle(nodes, wish) {
  const offsets = [];
  const blocks = []; // {sum, weight, end}: nodes up to end that touch each other
  let offset = 0;
  nodes.forEach((node, i) => {
    offsets.push(offset);
    const { at, weight } = wish[i];
    let block = { sum: (at - offset) * weight, weight, end: i + 1 };
    for (let above = blocks.at(-1); above && above.sum / above.weight > block.sum / block.weight; above = blocks.at(-1)) {
      blocks.pop();
      block = { sum: above.sum + block.sum, weight: above.weight + block.weight, end: i + 1 };
    }
    blocks.push(block);
    offset += node.height + gap(node, nodes[i + 1]);
  });
  let i = 0;
  for (const { sum, weight, end } of blocks) for (; i < end; i++) nodes[i].y = sum / weight + offsets[i];
}

// gap is the room below a node; lanes are close to each other.
const gap = (node, below) => (node.lane && below?.lane ? 4 : node.lane || below?.lane ? 14 : gapY);

function moveToOrigin(group, layers) {
  const all = layers.flat();
  const top = all.reduce((least, n) => Math.min(least, n.y), Infinity);
  for (const node of all) node.y = Math.round(node.y - top);
  group.width = all.reduce((most, n) => Math.max(most, n.x + n.layerWidth), 0);
  group.height = all.reduce((most, n) => Math.max(most, n.y + n.height), 0);
}

// route gives the points of a line, from the box on the right to that on the
// left: where it leaves, the two ends of each lane, where it arrives.
function route(edge) {
  const points = [[edge.from.x, edge.from.y + port(edge, edge.from)]];
  for (const node of edge.lanes) {
    const y = node.y + laneHeight / 2;
    points.push([node.x + node.layerWidth, y], [node.x, y]);
  }
  points.push([edge.to.x + edge.to.width, edge.to.y + port(edge, edge.to)]);
  return points;
}

// pack puts groups beside and below each other, the largest first, so that all
// fit a screen as large as can be.
function pack(groups) {
  const sorted = [...groups].sort((a, b) => b.edges.length - a.edges.length || b.height - a.height);
  const widest = sorted.reduce((most, g) => Math.max(most, g.width), 0);
  const area = sorted.reduce((sum, g) => sum + (g.width + groupGap) * (g.height + groupGap), 0);
  let best = null;
  for (const factor of [1, 1.15, 1.3, 1.5, 1.8, 2.2]) {
    const packed = within(sorted, Math.max(Math.sqrt(area) * factor, widest));
    packed.measure = Math.max(packed.width / screen, packed.height);
    if (!best || packed.measure < best.measure) best = packed;
  }
  sorted.forEach((group, i) => ([group.x, group.y] = best.places[i]));
  return { width: best.width, height: best.height };
}

// within packs groups into a strip of some width: each as high up as it fits,
// below what is there already. The skyline is [x, y] from left to right: y is
// free from that x on.
function within(groups, strip) {
  let skyline = [[0, 0]];
  let [width, height] = [0, 0];
  const places = groups.map((group) => {
    const [w, h] = [group.width + groupGap, group.height + groupGap];
    let place = null;
    for (const [x] of skyline) {
      if (x > 0 && x + group.width > strip) continue;
      const y = Math.max(...skyline.filter(([from], i) => from < x + w && (skyline[i + 1]?.[0] ?? Infinity) > x).map(([, top]) => top));
      if (!place || y < place[1]) place = [x, y];
    }
    const [x, y] = place;
    const after = skyline.filter(([from]) => from <= x + w).at(-1)[1];
    const next = skyline.filter(([from]) => from < x).concat([[x, y + h]]);
    skyline = next.concat([[x + w, after]], skyline.filter(([from]) => from > x + w));
    width = Math.max(width, x + group.width);
    height = Math.max(height, y + group.height);
    return place;
  });
  return { places, width, height };
}
