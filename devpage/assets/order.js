// In which order the nodes of each layer stand, so that few lines cross.

// order sorts layers in place; segments connect a node (left) to one of the next
// layer (right). Each layer is sorted by the mean place of its neighbours, to
// and fro; the best of all orders seen is kept.
export function order(layers, segments) {
  const toLeft = new Map();
  const toRight = new Map();
  for (const { left, right } of segments) {
    add(toRight, left, right);
    add(toLeft, right, left);
  }
  number(layers);
  let best = { crossings: crossings(layers, toRight), layers: layers.map((nodes) => [...nodes]) };
  const sweeps = rounds(segments, 24);
  for (let sweep = 0; sweep < sweeps && best.crossings > 0; sweep++) {
    if (sweep % 2 === 0) for (let i = 1; i < layers.length; i++) sort(layers[i], toLeft);
    else for (let i = layers.length - 2; i >= 0; i--) sort(layers[i], toRight);
    const now = crossings(layers, toRight);
    if (now < best.crossings) best = { crossings: now, layers: layers.map((nodes) => [...nodes]) };
  }
  layers.forEach((nodes, i) => nodes.splice(0, nodes.length, ...best.layers[i]));
  number(layers);
}

// rounds is how often to improve: less often where each round takes long.
export const rounds = (segments, most) => Math.min(Math.max(Math.round(8000 / (segments.length + 1)), 3), most);

function add(map, key, value) {
  if (map.has(key)) map.get(key).push(value);
  else map.set(key, [value]);
}

function number(layers) {
  for (const nodes of layers) nodes.forEach((node, i) => (node.at = i));
}

function sort(nodes, neighbours) {
  const mean = new Map();
  for (const node of nodes) {
    const near = neighbours.get(node);
    mean.set(node, near ? near.reduce((sum, n) => sum + n.at, 0) / near.length : node.at);
  }
  nodes.sort((a, b) => mean.get(a) - mean.get(b) || a.at - b.at);
  nodes.forEach((node, i) => (node.at = i));
}

// crossings counts the pairs of segments that cross.
function crossings(layers, toRight) {
  let total = 0;
  for (let i = 0; i < layers.length - 1; i++) {
    const ends = [];
    for (const node of layers[i]) ends.push(...(toRight.get(node) ?? []).map((n) => n.at).sort((a, b) => a - b));
    total += inversions(ends, layers[i + 1].length);
  }
  return total;
}

// inversions counts the pairs that are in the wrong order, with a Fenwick tree:
// numbers are below n.
function inversions(numbers, n) {
  const tree = new Array(n + 1).fill(0);
  let total = 0;
  numbers.forEach((value, seen) => {
    let notAbove = 0;
    for (let i = value + 1; i > 0; i -= i & -i) notAbove += tree[i];
    total += seen - notAbove;
    for (let i = value + 1; i <= n; i += i & -i) tree[i]++;
  });
  return total;
}
