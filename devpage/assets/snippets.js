// Text to copy: how to ask for a table's shape.

// identifier writes a name as Electric's table parameter wants it: quoted when
// it would be folded or cut otherwise.
function identifier(name) {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

export const tableParameter = (schema, name) => (schema === "public" ? identifier(name) : `${identifier(schema)}.${identifier(name)}`);

// script writes text as a TypeScript string.
function script(text) {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

// shell writes text as one word of a POSIX shell.
const shell = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

// word makes a variable's name of a table's: songArtists of "song_artists".
function word(name) {
  const parts = name.split(/[^A-Za-z0-9]+/).filter(Boolean);
  const joined = parts.map((p, i) => (i === 0 ? p[0].toLowerCase() : p[0].toUpperCase()) + p.slice(1)).join("");
  return /^[a-z]/.test(joined) && !reserved.has(joined) ? joined : "rows";
}

const reserved = new Set(
  "await break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield".split(" "),
);

const endpoint = (server) => `${(server.url || "http://localhost:3000").replace(/\/+$/, "")}/v1/shape`;

// shapeStream asks for a table with Electric's client.
export function shapeStream(server, table) {
  const name = word(table.name);
  const secret = server.secret ? `, secret: process.env.ELECTRIC_SECRET` : "";
  return `import { Shape, ShapeStream } from '@electric-sql/client'

const stream = new ShapeStream({
  url: ${script(endpoint(server))},
  params: { table: ${script(tableParameter(table.schema, table.name))}${secret} },
})
const ${name} = new Shape(stream)

${name}.subscribe(({ rows }) => console.log(rows))
`;
}

// curl asks for the first page of a shape: {schema, table, where, params,
// columns, replica}.
export function curl(server, shape) {
  const query = [["table", tableParameter(shape.schema, shape.table)]];
  if (shape.where) query.push(["where", shape.where]);
  for (const [key, value] of Object.entries(shape.params ?? {})) query.push([`params[${key}]`, value]);
  if (shape.columns) query.push(["columns", shape.columns.map((c) => `"${c.replaceAll('"', '""')}"`).join(",")]);
  if (shape.replica && shape.replica !== "default") query.push(["replica", shape.replica]);
  query.push(["offset", "-1"]);
  const given = query.map(([key, value]) => `${encode(key)}=${encode(value)}`).join("&");
  const address = shell(`${endpoint(server)}?${given}`);
  return `curl -i ${address}${server.secret ? '"&secret=$ELECTRIC_SECRET"' : ""}`;
}

// encode leaves readable what needs no escape in a query.
const encode = (text) => encodeURIComponent(text).replace(/%(2C|3A|2F|24)/g, decodeURIComponent).replaceAll("'", "%27");
