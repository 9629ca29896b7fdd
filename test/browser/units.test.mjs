// Parts of the page that need no browser.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, test } from "node:test";
import { ago, bytes, count, lasting, milliseconds, shortHash, shortType } from "../../devpage/assets/format.js";
import { layout } from "../../devpage/assets/layout.js";
import { curl, shapeStream, tableParameter } from "../../devpage/assets/snippets.js";

const server = { url: "http://localhost:3000", secret: false };

describe("format", () => {
  test("numbers", () => {
    assert.deepEqual([0, 999, 1000, 9949, 9950, 999_499, 999_500, 2_911_402, 5e12].map(bytes), ["0 B", "999 B", "1.0 kB", "9.9 kB", "10 kB", "999 kB", "1.0 MB", "2.9 MB", "5.0 TB"]);
    assert.deepEqual([0.42, 9.94, 38.4, 999, 1234].map(milliseconds), ["0.4 ms", "9.9 ms", "38 ms", "999 ms", "1.2 s"]);
    assert.deepEqual([count(1, "table"), count(0, "table"), count(1200, "table")], ["1 table", "0 tables", "1,200 tables"]);
  });
  test("times", () => {
    const at = (s) => ago(0, s * 1000);
    assert.deepEqual([-5, 0, 1, 2, 59, 60, 3599, 3600, 86399, 86400, 172800].map(at), ["just now", "just now", "just now", "2 s ago", "59 s ago", "1 min ago", "59 min ago", "1 h ago", "23 h ago", "yesterday", "2 days ago"]);
    assert.deepEqual([-1, 5000, 61000, 3_900_000, 90_000_000].map(lasting), ["0 s", "5 s", "1 min", "1 h 5 min", "1 d 1 h"]);
  });
  test("names", () => {
    assert.equal(shortHash("s1:5f44216af987c9d430de"), "s1:5f44216af9");
    assert.deepEqual(
      ["timestamp(3) with time zone", "character varying(200)[]", "character(2)", "integer[]", "public.mood", "numeric(12,2)", "interval"].map(shortType),
      ["timestamptz(3)", "varchar(200)[]", "char(2)", "int[]", "mood", "numeric(12,2)", "interval"],
    );
  });
});

describe("snippets", () => {
  test("names are quoted as Electric reads them", () => {
    assert.equal(tableParameter("public", "songs"), "songs");
    assert.equal(tableParameter("public", "Songs"), '"Songs"');
    assert.equal(tableParameter("my app", 'a"b'), '"my app"."a""b"');
    assert.equal(tableParameter("app", "a.b"), 'app."a.b"');
  });

  test("a shell hands the address on as it is meant", () => {
    const name = `it's "$HOME" \`id\` \\ %41 & ü`;
    const line = curl(server, { schema: "public", table: name, where: "a = 'b' AND c > $1", params: { 1: "x&y" }, columns: ["id", "B"], replica: "full" });
    const printed = execFileSync("sh", ["-c", line.replace(/^curl -i /, "printf %s ")], { encoding: "utf8" });
    const url = new URL(printed);
    assert.equal(url.searchParams.get("table"), `"${name.replaceAll('"', '""')}"`);
    assert.equal(url.searchParams.get("where"), "a = 'b' AND c > $1");
    assert.equal(url.searchParams.get("params[1]"), "x&y");
    assert.equal(url.searchParams.get("columns"), '"id","B"');
    assert.equal(url.searchParams.get("replica"), "full");
    assert.equal(url.searchParams.get("offset"), "-1");
  });

  test("a secret is named, not told", () => {
    const line = curl({ ...server, secret: true }, { schema: "public", table: "songs" });
    assert.equal(line, `curl -i 'http://localhost:3000/v1/shape?table=songs&offset=-1'"&secret=$ELECTRIC_SECRET"`);
    assert.match(shapeStream({ ...server, secret: true }, { schema: "public", name: "songs" }), /secret: process\.env\.ELECTRIC_SECRET/);
  });

  test("the TypeScript is a program, whatever the name", () => {
    for (const name of ["songs", "Song Artists", "class", "1st", "", "it's \\ \"x\" ${y} `z`\n", "ünï", "await"]) {
      const text = shapeStream(server, { schema: "public", name });
      const made = [];
      const body = text.replace(/^import .*$/m, "").replace("console.log(rows)", "rows");
      class ShapeStream { constructor(options) { made.push(options); } }
      class Shape { subscribe() {} }
      new Function("ShapeStream", "Shape", `"use strict"; ${body}`)(ShapeStream, Shape);
      assert.deepEqual(made, [{ url: "http://localhost:3000/v1/shape", params: { table: tableParameter("public", name) } }]);
    }
  });
});

describe("layout", () => {
  // dice throws the same numbers each time.
  function dice(seed) {
    return () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  }

  function schema(tables, relations, seed = 1) {
    const next = dice(seed);
    const boxes = Array.from({ length: tables }, (_, i) => ({ key: `t${i}`, width: 150 + Math.floor(next() * 120), height: 60 + Math.floor(next() * 300) }));
    const lines = Array.from({ length: relations }, () => ({ from: `t${Math.floor(next() * tables)}`, to: `t${Math.floor(next() * tables)}`, fromY: 40, toY: 30 })).filter((l) => l.from !== l.to);
    return [boxes, lines];
  }

  function check([boxes, lines]) {
    const { places, routes, width, height } = layout(boxes, lines);
    assert.equal(places.size, boxes.length);
    boxes.forEach((a, i) => {
      const p = places.get(a.key);
      assert.ok(p.x >= 0 && p.y >= 0 && p.x + a.width <= width && p.y + a.height <= height, a.key);
      for (const b of boxes.slice(i + 1)) {
        const q = places.get(b.key);
        assert.ok(p.x + a.width <= q.x || q.x + b.width <= p.x || p.y + a.height <= q.y || q.y + b.height <= p.y, `${a.key} and ${b.key} lie on each other`);
      }
    });
    assert.equal(routes.length, lines.length);
    lines.forEach((line, i) => {
      const { points, back } = routes[i];
      const [from, to] = [places.get(line.from), places.get(line.to)];
      const box = (key) => boxes.find((b) => b.key === key);
      assert.deepEqual(points[0], [back ? from.x + box(line.from).width : from.x, from.y + 40], "a line begins at its column");
      assert.deepEqual(points.at(-1), [back ? to.x : to.x + box(line.to).width, to.y + 30], "and ends at the one it refers to");
    });
    return { width, height };
  }

  test("keeps tables apart and lines at their columns", () => {
    check(schema(0, 0));
    check(schema(1, 0));
    for (let seed = 1; seed <= 20; seed++) check(schema(5 + seed * 3, 4 + seed * 4, seed));
    check(schema(60, 0));
  });

  test("takes circles", () => {
    const boxes = ["a", "b", "c"].map((key) => ({ key, width: 100, height: 60 }));
    check([boxes, [["a", "b"], ["b", "c"], ["c", "a"], ["a", "c"]].map(([from, to]) => ({ from, to, fromY: 40, toY: 30 }))]);
  });

  test("is the same each time", () => {
    const places = () => JSON.stringify([...layout(...schema(40, 60)).places]);
    assert.equal(places(), places());
  });

  test("puts what is referred to left of what refers to it", () => {
    const boxes = ["song", "artist", "album"].map((key) => ({ key, width: 100, height: 60 }));
    const { places } = layout(boxes, [{ from: "song", to: "album" }, { from: "album", to: "artist" }]);
    assert.ok(places.get("artist").x < places.get("album").x && places.get("album").x < places.get("song").x);
  });

  test("is quick with 1,000 tables", () => {
    const began = process.cpuUsage(); // a busy machine takes longer, not more
    check(schema(1000, 1500));
    const { user, system } = process.cpuUsage(began);
    assert.ok(user + system < 5_000_000, `${user + system} µs`);
  });
});
