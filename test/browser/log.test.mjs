// The section of the log.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { eventually, launch, leave, missing, start, visit } from "./stage.mjs";

describe("the log", { skip: missing }, () => {
  let browser;
  before(async () => (browser = await launch()));
  after(() => browser?.close());
  beforeEach(() => start());
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

  const atEnd = (tab) => tab.locator(".lines").evaluate((e) => e.scrollHeight - e.scrollTop - e.clientHeight < 8);

  test("grows and stays at its end", async () => {
    const tab = await visit(browser, "log");
    const count = await tab.locator(".lines .log-line").count();
    assert.ok(count >= 10);
    await eventually(async () => assert.ok((await tab.locator(".lines .log-line").count()) > count + 3));
    assert.ok(await atEnd(tab));
    await leave(tab);
  });

  test("waits while somebody reads further up", async () => {
    const tab = await visit(browser, "log", { viewport: { width: 1000, height: 420 } });
    await eventually(async () => assert.ok(await tab.locator(".lines").evaluate((e) => e.scrollHeight > e.clientHeight + 60)));
    await tab.locator(".lines").evaluate((e) => (e.scrollTop = 0));
    await tab.getByText("Paused").waitFor();
    await tab.getByText(/^\d+ new lines?$/).waitFor();
    assert.equal(await tab.locator(".lines").evaluate((e) => e.scrollTop), 0);
    await tab.locator(".catch-up").click();
    await tab.locator(".catch-up").waitFor({ state: "hidden" });
    assert.ok(await atEnd(tab));
    await leave(tab);
  });

  test("is filtered by level and text", async () => {
    const tab = await visit(browser, "log");
    await tab.getByRole("button", { name: "Warnings" }).click();
    const levels = await tab.locator(".lines .level").allTextContents();
    assert.ok(levels.length > 0 && levels.every((l) => l === "warning" || l === "error"), levels.join());
    await tab.getByRole("button", { name: "All" }).click();
    await tab.locator(".log .find input").fill("SNAPSHOT OF");
    assert.equal(await tab.locator(".lines .log-line").count(), 3);
    assert.match(await tab.locator(".log .total").innerText(), /^3 of \d+ lines$/);
    await tab.locator(".log .find input").fill("no such words");
    await tab.getByText("No line is like that.").waitFor();
    await leave(tab);
  });

  test("begins anew with a new server, and repeats nothing with the old one", async () => {
    const tab = await visit(browser, "log");
    const hide = (hidden) =>
      tab.evaluate((value) => {
        Object.defineProperty(document, "hidden", { configurable: true, get: () => value });
        document.dispatchEvent(new Event("visibilitychange"));
      }, hidden);
    await hide(true);
    await hide(false);
    await tab.waitForTimeout(500);
    const opening = () => tab.locator(".lines .text", { hasText: "compiled 6 migrations" }).count();
    assert.equal(await opening(), 1);
    const first = () => tab.locator(".lines time").first().getAttribute("datetime");
    const before = await first();
    await start();
    await eventually(async () => assert.notEqual(await first(), before));
    assert.equal(await opening(), 1);
    tab.trouble = tab.trouble.filter((text) => !/net::ERR_/.test(text));
    await leave(tab);
  });
});
