// How numbers, times and names are written.

const numbers = new Intl.NumberFormat("en-US");

export const number = (n) => numbers.format(n ?? 0);

export function bytes(n) {
  if (n < 1000) return `${n} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let i = -1;
  do {
    n /= 1000;
    i++;
  } while (n >= 999.5 && i < units.length - 1);
  return `${n < 9.95 ? n.toFixed(1) : Math.round(n)} ${units[i]}`;
}

export function milliseconds(ms) {
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(1)} s`;
}

// count writes "1 table", "2 tables".
export function count(n, noun, plural = `${noun}s`) {
  return `${number(n)} ${n === 1 ? noun : plural}`;
}

// ago tells how long before now a time was; both in milliseconds.
export function ago(time, now) {
  const seconds = Math.round((now - time) / 1000);
  if (seconds < 2) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  const days = Math.floor(seconds / 86400);
  return days === 1 ? "yesterday" : `${days} days ago`;
}

// lasting tells a length of time: "41 min", "3 h 5 min".
export function lasting(ms) {
  const minutes = Math.floor(ms / 60000);
  if (minutes < 1) return `${Math.max(0, Math.floor(ms / 1000))} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

const two = (n) => String(n).padStart(2, "0");

export function clock(date) {
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

export function fullTime(date) {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock(date)}`;
}

// shortHash keeps what tells a hash from others: "s1:5f44216af987".
export function shortHash(hash) {
  const colon = hash.indexOf(":") + 1;
  return hash.slice(0, colon + 10);
}

// tableName leaves the usual schema away.
export const tableName = (schema, name) => (schema === "public" ? name : `${schema}.${name}`);

// tableKey tells tables apart, in code and in addresses.
export const tableKey = (schema, name) => `${schema}.${name}`;

const shortTypes = [
  [/^timestamp(\(\d+\))? with time zone/, "timestamptz$1"],
  [/^timestamp(\(\d+\))? without time zone/, "timestamp$1"],
  [/^time(\(\d+\))? with time zone/, "timetz$1"],
  [/^time(\(\d+\))? without time zone/, "time$1"],
  [/^character varying/, "varchar"],
  [/^character/, "char"],
  [/^double precision/, "float8"],
  [/^integer/, "int"],
  [/^boolean/, "bool"],
  [/^public\./, ""],
];

// shortType is a type as people write it.
export function shortType(type) {
  for (const [from, to] of shortTypes) {
    if (from.test(type)) return type.replace(from, to);
  }
  return type;
}
