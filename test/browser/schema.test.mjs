// The section of the schema: list, diagram, and a table in full.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { eventually, launch, leave, missing, page, scene, start, still, visit } from "./stage.mjs";

// shows waits for a table's panel: where the address leads, the page follows a
// moment later.
const shows = (tab, table) =>
  eventually(async () => assert.equal(await tab.locator(".panel h2").innerText(), table));

describe("the schema", { skip: missing }, () => {
  let browser;
  before(async () => (browser = await launch()));
  after(() => browser?.close());
  beforeEach(() => start());
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

  const transform = (tab) => tab.locator(".drawing").evaluate((e) => e.style.transform);

  test("is drawn: tables, columns, keys, relations", async () => {
    const tab = await visit(browser, "schema");
    assert.equal(await tab.locator(".drawing .table").count(), 14);
    assert.equal(await tab.locator(".drawing .edge").count(), 16);
    assert.equal(await tab.locator(".drawing .table.server").count(), 1);
    const songs = tab.locator('.drawing [data-table="public.songs"]');
    assert.deepEqual(await songs.locator(".name").allTextContents(), ["id", "album_id", "title", "track_no", "duration_ms", "isrc", "metadata", "added_at", "updated_at"]);
    assert.equal(await songs.locator(".type").nth(1).textContent(), "uuid?");
    assert.equal(await songs.locator(".mark.primary").count(), 1);
    assert.equal(await tab.locator(".edge title", { hasText: "songs_album_id_fkey: album_id → id" }).count(), 1);
    await leave(tab);
  });

  test("draws no table over another, and each text inside its table", async () => {
    const tab = await visit(browser, "schema");
    const boxes = await tab.locator(".drawing .table").evaluateAll((all) =>
      all.map((g) => {
        const { left, right, top, bottom } = g.querySelector(".box").getBoundingClientRect();
        const inside = [...g.querySelectorAll("text")].every((text) => {
          const t = text.getBoundingClientRect();
          return t.left >= left && t.right <= right + 0.5 && t.top >= top && t.bottom <= bottom + 1;
        });
        return { name: g.dataset.table, left, right, top, bottom, inside };
      }),
    );
    for (const a of boxes) {
      assert.ok(a.inside, `${a.name} holds its texts`);
      for (const b of boxes) {
        if (a !== b) assert.ok(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top, `${a.name}, ${b.name}`);
      }
    }
    await leave(tab);
  });

  test("a click opens a table, Escape closes it", async () => {
    const tab = await visit(browser, "schema");
    await tab.locator('.drawing [data-table="public.plays"] .title').click();
    assert.equal(await tab.evaluate(() => location.hash), "#schema/public.plays");
    const panel = tab.locator(".panel");
    await shows(tab, "plays");
    assert.match(await panel.locator(".columns").innerText(), /source\s+play_source\s+default 'album'::public.play_source, album · playlist · radio · search/);
    assert.match(await panel.locator(".relations").innerText(), /songs\s+song_id, on delete cascade/);
    assert.match(await panel.locator(".code code").first().textContent(), new RegExp(`url: '${page}/v1/shape',\\s+params: { table: 'plays' },`));
    await panel.getByRole("button", { name: "curl" }).click();
    assert.equal(await panel.locator(".code code").first().textContent(), `curl -i '${page}/v1/shape?table=plays&offset=-1'`);
    await panel.getByText("electric-schema header").click();
    assert.match(await panel.locator("details[open] code").textContent(), /"user_id": {"not_null": true, "type": "uuid"}/);
    assert.equal(await tab.locator(".edge.lit").count(), 3);
    assert.equal(await tab.locator(".table.near").count(), 4);
    await panel.getByRole("link", { name: "songs" }).click();
    await shows(tab, "songs");
    await tab.keyboard.press("Escape");
    await panel.waitFor({ state: "hidden" });
    await tab.goBack();
    await shows(tab, "songs"); // the browser's own ways work
    await leave(tab);
  });

  test("the table and its neighbours are in sight beside the panel", async () => {
    const tab = await visit(browser, "schema/public.songs", { viewport: { width: 1600, height: 1000 } });
    await eventually(async () => {
      const panel = await tab.locator(".panel").boundingBox();
      for (const box of await tab.locator(".drawing .table.near .box").all()) {
        const { x, y, width, height } = await box.boundingBox();
        assert.ok(x + width <= panel.x && y >= 0 && y + height <= 1000);
      }
    });
    await leave(tab);
  });

  test("is searched by tables and columns", async () => {
    const tab = await visit(browser, "schema");
    await tab.keyboard.press("/");
    await tab.keyboard.type("genre_id");
    assert.deepEqual(await tab.locator(".table-list a").allInnerTexts().then((all) => all.map((t) => t.replace(/\s+/g, " "))), ["song_genres genre_id"]);
    assert.equal(await tab.locator(".side .total").innerText(), "1 of 14 tables");
    assert.equal(await tab.locator(".table.found").count(), 1);
    await tab.keyboard.press("Enter");
    await shows(tab, "song_genres");
    await tab.locator(".find input").first().fill("");
    assert.equal(await tab.locator(".table-list a").count(), 14);
    await tab.locator(".find input").first().press("ArrowDown");
    await tab.keyboard.press("ArrowDown");
    assert.equal(await tab.evaluate(() => document.activeElement.title), "artists");
    await leave(tab);
  });

  test("moves by mouse, wheel and keys", async () => {
    const tab = await visit(browser, "schema");
    const moved = async (act) => {
      const before = await transform(tab);
      await act();
      await eventually(async () => assert.notEqual(await transform(tab), before));
    };
    const frame = await tab.locator(".frame").boundingBox();
    const middle = [frame.x + 20, frame.y + 30];
    await moved(async () => {
      await tab.mouse.move(...middle);
      await tab.mouse.down();
      await tab.mouse.move(middle[0] + 80, middle[1] + 40, { steps: 4 });
      await tab.mouse.up();
    });
    assert.equal(await tab.evaluate(() => location.hash), "#schema", "a drag is not a click");
    await moved(() => tab.mouse.wheel(0, -240));
    await tab.locator(".frame").focus();
    for (const key of ["ArrowLeft", "ArrowDown", "+", "-", "0"]) await moved(() => tab.keyboard.press(key));
    await moved(() => tab.getByRole("button", { name: "Zoom in" }).click());
    await moved(() => tab.getByRole("button", { name: "Show all" }).click());
    await leave(tab);
  });

  test("takes a new migration in without losing the place", async () => {
    const tab = await visit(browser, "schema/public.songs");
    await shows(tab, "songs");
    await still(tab);
    const place = () => tab.locator('.drawing [data-table="public.songs"] .title').boundingBox();
    const before = await place();
    await scene("apply");
    await tab.locator('.drawing [data-table="public.lyrics"]').waitFor();
    assert.match(await tab.locator(".columns").innerText(), /bpm\s+numeric\(5,1\) null/);
    await still(tab);
    const now = await place();
    for (const side of ["x", "y", "width"]) assert.ok(Math.abs(now[side] - before[side]) < 1.5, `the table stays where it was: ${JSON.stringify([before, now])}`);
    await leave(tab);
  });

  test("draws keys only, or names", async () => {
    const tab = await visit(browser, "schema");
    await tab.locator(".tools select").selectOption("keys");
    assert.deepEqual(await tab.locator('.drawing [data-table="public.songs"] .name').allTextContents(), ["id", "album_id", "isrc"]);
    await tab.locator(".tools select").selectOption("none");
    assert.equal(await tab.locator(".drawing .row").count(), 0);
    assert.equal(await tab.locator(".drawing .edge").count(), 16);
    await leave(tab);
  });

  test("moves 300 tables without styling or placing them anew", async () => {
    await scene("large");
    const tab = await visit(browser, "schema");
    await eventually(async () => assert.equal(await tab.locator(".drawing .table").count(), 314));
    await still(tab);
    await browser.startTracing(tab, { categories: ["devtools.timeline"] });
    const frames = 20;
    await tab.evaluate(async (n) => {
      for (let i = 0; i < n; i++) {
        document.querySelector(".frame").dispatchEvent(new WheelEvent("wheel", { deltaX: 7, deltaY: 5, cancelable: true }));
        await new Promise(requestAnimationFrame);
      }
    }, frames);
    const { traceEvents } = JSON.parse(await browser.stopTracing());
    const count = ({ name, args }) => ({ UpdateLayoutTree: args.elementCount, Layout: args.beginData?.dirtyObjects })[name] ?? 0;
    const most = Math.max(...traceEvents.map(count));
    assert.ok(most > 0 && most < 30, `${most} elements were styled or placed at once`); // the drawing is; each table has ten or more
    await leave(tab);
  });
});
