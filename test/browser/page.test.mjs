// The page in a browser: what people see of each section, and that it lives.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { eventually, launch, leave, live, missing, open, scene, sections, start, stop, streams, visit } from "./stage.mjs";

describe("the page", { skip: missing }, () => {
  let browser;
  before(async () => (browser = await launch()));
  after(() => browser?.close());
  beforeEach(() => start());
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

  test("tells at a glance who serves, and that all agree", async () => {
    const tab = await visit(browser, "");
    assert.equal(await tab.locator("#project").textContent(), "media-library");
    assert.equal(await tab.locator("#database").textContent(), "media · PostgreSQL 15.14");
    assert.equal(await tab.locator("#pill").innerText(), "active");
    assert.equal(await tab.locator("h1").textContent(), "Everything agrees");
    assert.deepEqual(await tab.locator(".flow .name").allTextContents(), ["files", "bundle", "recorded", "live catalog"]);
    assert.equal(await tab.locator(".flow li.ok").count(), 4);
    assert.match(await tab.locator(".connect").innerText(), /psql "\$\(cat \.electric\/database_url\)"/);
    assert.equal(await tab.title(), "media-library · electric");
    await leave(tab);
  });

  test("follows what changes, without being asked", async () => {
    const tab = await visit(browser, "overview");
    const first = await tab.locator(".peek-lines .log-line").last().textContent();
    await eventually(async () => assert.notEqual(await tab.locator(".peek-lines .log-line").last().textContent(), first));

    await scene("pending");
    await tab.getByText("Not everything agrees").waitFor();
    assert.equal(await tab.locator(".reasons").innerText(), "1 migration is not recorded as applied: run electric migrate apply");
    assert.equal(await tab.locator('.tabs a[href="#migrations"] .badge').innerText(), "1");

    await scene("apply");
    await tab.getByText("Everything agrees", { exact: true }).waitFor();
    assert.match(await tab.locator(".view-overview .diff").innerText(), /table lyrics, 4 columns/);

    await scene("starting");
    await tab.getByText("waiting for a transaction of psql").waitFor();
    assert.equal(await tab.locator("#pill").innerText(), "starting");
    await leave(tab);
  });

  test("shows mistakes as the terminal does", async () => {
    await scene("break");
    const tab = await visit(browser, "diagnostics");
    assert.equal(await tab.locator(".view-diagnostics .summary h2").innerText(), "5 errors");
    assert.equal(await tab.locator('.tabs a[href="#diagnostics"] .badge').innerText(), "5");
    const second = tab.locator(".view-diagnostics .diagnostic").nth(1);
    assert.equal(await second.locator(".place code").innerText(), "schema/1753000000_add_ratings.sql:10:14");
    assert.equal(await second.locator("h3").innerText(), 'error: column "title" of relation "songs" already exists');
    assert.equal(await second.locator(".tag").innerText(), "42701");
    assert.equal(await second.locator(".source").innerText(), "  ADD COLUMN title text,\n             ^^^^^");
    assert.match(await second.locator("dl").innerText(), /schema\/1749530140_create_songs.sql:21:14: the table is defined here/);
    const [marked, caret] = await second.locator(".source").evaluate((source) => {
      const range = document.createRange();
      const text = source.querySelector(".caret").firstChild;
      range.setStart(text, text.data.indexOf("^"));
      range.setEnd(text, text.length);
      return [source.querySelector("mark").getBoundingClientRect(), range.getBoundingClientRect()].map((box) => [Math.round(box.left), Math.round(box.width)]);
    });
    for (const i of [0, 1]) assert.ok(Math.abs(caret[i] - marked[i]) <= 1, `the carets stand below what they mean: ${caret}, ${marked}`);

    await scene("mend");
    await tab.getByText("All good").waitFor();
    assert.equal(await tab.locator(".badge.bad:not(:empty)").count(), 0);
    await leave(tab);
  });

  test("lists migrations, the newest first", async () => {
    await scene("pending");
    const tab = await visit(browser, "migrations");
    const items = tab.locator(".timeline li");
    assert.equal(await items.count(), 7);
    assert.match(await items.first().innerText(), /add_lyrics\s*pending\s*schema\/1752000000_add_lyrics.sql/);
    assert.match(await items.last().innerText(), /create_songs[^]*1749530140[^]*days ago/);
    await leave(tab);
  });

  test("counts what happens on shapes, in place", async () => {
    const tab = await visit(browser, "shapes");
    const rows = tab.locator(".shapes tbody tr");
    assert.equal(await rows.count(), 5);
    assert.match(await rows.nth(1).innerText(), /playlists\s+owner_id = \$1\s+columns id, owner_id, name, updated_at · replica full · \$1 = 0197580e/);
    await tab.evaluate(() => (window.kept = [...document.querySelectorAll(".shapes tbody tr")]));
    const before = await tab.locator('[data-label="Log"]').allTextContents();
    await eventually(async () => assert.notDeepEqual(await tab.locator('[data-label="Log"]').allTextContents(), before));
    assert.ok(await tab.evaluate(() => window.kept.every((row, i) => row === document.querySelectorAll(".shapes tbody tr")[i])), "rows are the same elements");
    await leave(tab);
  });

  test("holds exactly one stream, and none while nobody looks", async () => {
    const tab = await visit(browser, "");
    for (const section of [...sections, "overview"]) await open(tab, section);
    assert.equal(await streams(), 1);
    const hide = (hidden) =>
      tab.evaluate((value) => {
        Object.defineProperty(document, "hidden", { configurable: true, get: () => value });
        document.dispatchEvent(new Event("visibilitychange"));
      }, hidden);
    await hide(true);
    await eventually(async () => assert.equal(await streams(), 0));
    await scene("break");
    await hide(false);
    await eventually(async () => assert.equal(await streams(), 1));
    await tab.getByText("5 errors in the last compile").waitFor();
    await leave(tab);
  });

  test("says when electric stopped, and goes on when it is back", async () => {
    const tab = await visit(browser, "overview");
    const lines = await tab.locator(".peek-lines .log-line").count();
    await stop();
    await tab.getByText("electric stopped.").waitFor();
    assert.equal(await tab.locator("#pill").innerText(), "not running");
    assert.equal(await tab.locator(".peek-lines .log-line").count(), lines, "what was known stays");
    assert.match(await tab.title(), /^○ /);
    await start();
    await tab.locator("#gone").waitFor({ state: "hidden" });
    assert.equal(await tab.locator("#pill").innerText(), "active");
    await eventually(async () => assert.equal(await streams(), 1));
    tab.trouble = tab.trouble.filter((text) => !/net::ERR_/.test(text));
    await leave(tab);
  });

  test("loads itself again when the assets are another version's", async () => {
    const tab = await visit(browser, "log");
    await tab.evaluate(() => {
      window.old = true;
      document.querySelector("meta[name=electric-assets]").content = "another";
    });
    await start();
    await eventually(async () => assert.equal(await tab.evaluate(() => window.old), undefined));
    await live(tab);
    assert.equal(await tab.evaluate(() => document.body.dataset.view), "log");
    tab.trouble = tab.trouble.filter((text) => !/net::ERR_/.test(text));
    await leave(tab);
  });

  test("shows names, and obeys none", async () => {
    await scene("hostile");
    const tab = await visit(browser, "");
    const name = `<img src=x onerror="window.hacked=1">'"\\`;
    for (const section of [...sections, `schema/${encodeURIComponent(`${name}.${name}`)}`]) {
      await open(tab, section);
      assert.ok((await tab.locator("body").innerText()).includes(name), section);
      assert.equal(await tab.locator("img, iframe, object, embed, body script").count(), 0);
    }
    assert.equal(await tab.locator('a[href^="javascript"]').count(), 0);
    assert.equal(await tab.evaluate(() => window.hacked), undefined);
    await leave(tab);
  });

  test("has something to say when little is known", async () => {
    await scene("quiet");
    const tab = await visit(browser, "");
    const texts = { overview: "Not everything is known yet", schema: "No schema yet", migrations: "No migrations yet", shapes: "No shapes yet", diagnostics: "Nothing was compiled yet" };
    for (const [section, text] of Object.entries(texts)) {
      await open(tab, section);
      await tab.getByText(text).waitFor();
    }
    await leave(tab);
  });
});
