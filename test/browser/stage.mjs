// What the tests of the page share: a browser, and the stage that
// devpage/browser_test.go sets up. Run by: go test ./devpage -run InBrowser

import assert from "node:assert/strict";

export const page = process.env.ELECTRIC_PAGE;
const control = process.env.ELECTRIC_STAGE;

export const missing = page ? false : "started by go test ./devpage -run InBrowser";

async function order(path) {
  const answer = await fetch(control + path, { method: "POST" });
  assert.equal(answer.status, 200, await answer.text());
}

export const scene = (name) => order(`/scene/${name}`);
export const stop = () => order("/stop");
export const start = () => order("/start");
export const streams = async () => Number(await (await fetch(`${control}/streams`)).text());

// patience is how long what has to come may take on a busy machine, in milliseconds.
const patience = 120_000;

const flags = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

export async function launch() {
  const { chromium } = await import("playwright-core");
  return chromium.launch({ executablePath: process.env.ELECTRIC_CHROMIUM, args: flags });
}

// visit opens a section in a browser of its own. The tab's trouble is what the
// console and the policy complained of, and requests to elsewhere.
export async function visit(browser, hash, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(patience);
  const tab = await context.newPage();
  tab.trouble = [];
  tab.on("console", (m) => ["error", "warning"].includes(m.type()) && tab.trouble.push(m.text()));
  tab.on("pageerror", (e) => tab.trouble.push(e.stack));
  tab.on("request", (r) => r.url().startsWith(page) || tab.trouble.push(`asked ${r.url()}`));
  await tab.addInitScript(() => {
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (e) => window.violations.push(e.violatedDirective));
    window.shifts = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  await tab.goto(`${page}/#${hash}`);
  await live(tab);
  return tab;
}

// live waits until the page shows what the server says. Its first words may come
// in pieces; the log is the last of them.
export async function live(tab) {
  await tab.locator('body[data-phase="live"]').waitFor();
  await tab.locator(".lines .log-line").first().waitFor({ state: "attached" });
}

// still waits until the diagram stands where it is: while anything flies, each
// frame shows it elsewhere.
export function still(tab) {
  return tab.evaluate(async () => {
    const places = () => [...document.querySelectorAll(".drawing, .drawing .box")].map((e) => {
      const { x, y, width } = e.getBoundingClientRect();
      return [x, y, width];
    }).join();
    for (let alike = 0, before = ""; alike < 10; ) {
      await new Promise(requestAnimationFrame);
      const now = places();
      alike = now === before ? alike + 1 : 0;
      before = now;
    }
  });
}

// open goes to a section of a tab: "shapes", "schema/public.songs".
export async function open(tab, hash) {
  await tab.evaluate((h) => (location.hash = h), hash);
  const [section, rest] = hash.split("/");
  await tab.locator(`body[data-view=${section}]`).waitFor();
  if (rest) await tab.locator(".panel").waitFor();
}

export async function leave(tab) {
  const violations = await tab.evaluate(() => window.violations);
  await tab.context().close();
  assert.deepEqual(violations, []);
  assert.deepEqual(tab.trouble, []);
}

// eventually waits until a check no longer throws.
export async function eventually(check) {
  const end = Date.now() + patience;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  }
}

export const sections = ["overview", "schema", "migrations", "shapes", "diagnostics", "log"];
