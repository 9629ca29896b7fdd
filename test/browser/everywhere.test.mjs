// What holds for every section: any width, dark or light, by keyboard, calmly.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { launch, leave, live, missing, open, scene, sections, start, visit } from "./stage.mjs";

describe("every section", { skip: missing }, () => {
  let browser;
  before(async () => (browser = await launch()));
  after(() => browser?.close());
  beforeEach(() => start());
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

  test("fits from a phone to a wall", async () => {
    await scene("break");
    const tab = await visit(browser, "");
    for (const width of [360, 600, 768, 1024, 1440, 3840]) {
      await tab.setViewportSize({ width, height: width > 700 ? Math.round(width * 0.6) : 740 });
      for (const section of [...sections, "schema/public.media_blobs"]) {
        await open(tab, section);
        assert.deepEqual(await tab.evaluate(tooWide), [], `${section} at ${width}`);
      }
    }
    await leave(tab);
  });

  test("does not jump: while loading, while living, from section to section", async () => {
    const tab = await visit(browser, "overview");
    await tab.waitForTimeout(1500);
    assert.ok((await tab.evaluate(() => window.shifts)) < 0.02, `overview: ${await tab.evaluate(() => window.shifts)}`);
    const bar = await tab.locator(".tabs a").last().boundingBox();
    for (const section of sections) {
      await open(tab, section);
      await tab.evaluate(() => (window.shifts = 0));
      await tab.waitForTimeout(900);
      assert.ok((await tab.evaluate(() => window.shifts)) < 0.02, `${section}: ${await tab.evaluate(() => window.shifts)}`);
      const now = await tab.locator(".tabs a").last().boundingBox();
      assert.ok(Math.abs(now.x - bar.x) < 6, `${section} moves the bar`);
    }
    await leave(tab);
  });

  test("goes by keyboard", async () => {
    const tab = await visit(browser, "overview");
    for (const [i, section] of sections.entries()) {
      await tab.keyboard.press(String(i + 1));
      await tab.locator(`body[data-view=${section}]`).waitFor();
      assert.equal(await tab.locator(".tabs [aria-current=page]").getAttribute("href"), `#${section}`);
    }
    await tab.keyboard.press("/");
    await tab.keyboard.type("1");
    assert.equal(await tab.evaluate(() => document.body.dataset.view), "log", "a filter takes digits");
    await tab.reload();
    await live(tab);
    await tab.keyboard.press("Tab");
    assert.equal(await tab.evaluate(() => document.activeElement.id), "skip");
    await tab.keyboard.press("Enter");
    assert.equal(await tab.evaluate(() => document.activeElement.id), "main");
    await leave(tab);
  });

  test("every control has a name and shows that it has the focus", async () => {
    await scene("break");
    const tab = await visit(browser, "");
    for (const section of [...sections, "schema/public.songs"]) {
      await open(tab, section);
      const nameless = await tab.evaluate(() =>
        [...document.querySelectorAll("a, button, input, select, summary, [tabindex='0']")]
          .filter((e) => e.getClientRects().length > 0)
          .filter((e) => !(e.getAttribute("aria-label") || e.textContent.trim() || e.labels?.length))
          .map((e) => e.outerHTML),
      );
      assert.deepEqual(nameless, [], section);
    }
    await tab.keyboard.press("1");
    await tab.locator(".brand").focus();
    await tab.keyboard.press("Tab");
    assert.notEqual(await tab.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), "none");
    await leave(tab);
  });

  for (const colorScheme of ["light", "dark"]) {
    test(`has enough contrast when ${colorScheme}`, async () => {
      await scene("break");
      const tab = await visit(browser, "", { colorScheme, reducedMotion: "reduce" });
      for (const section of [...sections, "schema/public.songs"]) {
        await open(tab, section);
        const faint = await tab.evaluate(faintTexts);
        assert.deepEqual(faint, [], section);
      }
      await leave(tab);
    });
  }

  test("keeps still when asked to", async () => {
    await scene("starting");
    const tab = await visit(browser, "shapes", { reducedMotion: "reduce" });
    await tab.waitForTimeout(500);
    const moving = () => tab.evaluate(() => document.getAnimations().filter((a) => a.effect.getTiming().duration > 0).length);
    assert.equal(await moving(), 0);
    await open(tab, "schema/public.songs");
    await scene("apply");
    await tab.locator('[data-table="public.lyrics"]').waitFor();
    assert.equal(await moving(), 0);
    await leave(tab);
  });
});

// tooWide runs in the page: what reaches out of it to the right, and the page
// itself if that can be scrolled sideways.
function tooWide() {
  const root = document.documentElement;
  const cut = (e) => e && (["auto", "scroll", "hidden"].includes(getComputedStyle(e).overflowX) || cut(e.parentElement));
  const out = [...document.querySelectorAll("main *, header *")].filter((e) => e.getClientRects().length > 0 && e.getBoundingClientRect().right > root.clientWidth + 1 && !cut(e.parentElement));
  return [...out.map((e) => e.className), ...(root.scrollWidth > root.clientWidth ? ["page"] : [])];
}

// faintTexts runs in the page: texts whose contrast with what is below them is
// less than 4.5.
function faintTexts() {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].map((n) => n / 255);
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((c, i) => c * a + below[i] * (1 - a));
  const ground = (e) => (e ? over(rgba(getComputedStyle(e).backgroundColor), ground(e.parentElement)) : rgba(getComputedStyle(document.documentElement).getPropertyValue("--bg")).slice(0, 3));
  const luminance = (c) => c.map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const found = [];
  for (const e of document.querySelectorAll("body *:not(svg *)")) {
    const text = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!text || e.getClientRects().length === 0 || e.closest(".offstage, .skip")) continue;
    const below = ground(e);
    const [a, b] = [luminance(over(rgba(getComputedStyle(e).color), below)), luminance(below)];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) found.push(`${contrast.toFixed(2)} ${e.className || e.tagName}: ${e.textContent.slice(0, 30)}`);
  }
  return [...new Set(found)];
}
