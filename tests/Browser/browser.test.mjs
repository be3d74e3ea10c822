// What samples/Browser does in a real browser: it explores, its report is right, it never keeps the page's thread, and what it finds replays elsewhere.
// `run` publishes it; LAB_PAGE is the folder.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, open } from "../Viewer/browser.mjs";
import { serve } from "./server.mjs";

let browser;
let site;

before(async () => {
  browser = await launch();
  site = await serve(process.env.LAB_PAGE);
});
after(async () => {
  await browser?.close();
  site?.close();
});

async function using(body, options = {}) {
  const { page, problems } = await open(browser, site.url, options);
  try {
    await body(page);
    assert.deepEqual(problems, [], "the console stays silent and nothing is asked of another place");
  } finally {
    await page.context().close();
  }
}

const text = async (page, id) => page.locator(`#${id}`).textContent();

async function explore(page, name, { executions = 500, strategy = "portfolio" } = {}) {
  await page.selectOption("#name", name);
  await page.fill("#executions", String(executions));
  await page.fill("#strategy", strategy);
  await page.click("#explore");
  await page.waitForFunction(() => document.getElementById("report").textContent);
  const report = await text(page, "report");
  return { status: await text(page, "status"), report, flat: report.replace(/\s+/g, " ") };
}

test("a lost update is found, made small, explained and shown as a table", () => using(async page => {
  const { status, report, flat } = await explore(page, "lost-update");
  assert.equal(status, "lost-update failed: assertion-failed");
  assert.match(report, /lost-update failed: assertion-failed/);
  assert.match(flat, /100 \+ 30 \+ 50 should be 180, but the balance is 130/);
  assert.match(report, /Interleaving: 8 steps, 4 context switches, 1 pre-emption/);
  assert.match(report, /^step {2}T0 +T0\.1 "web" +T0\.2 "mobile"$/m);
  assert.match(report, /reads shared#1 -> 100 \|/);
  assert.match(report, /^Replay: lab replay lost-update\.trace$/m);
  assert.equal(await page.locator("#trace").getAttribute("download"), "lost-update.trace");
  assert.match(flat, /Why: it fails when T0\.2's read of shared#1 .*comes before/);
  if (process.env.LAB_SCREENSHOTS) await page.screenshot({ path: join(process.env.LAB_SCREENSHOTS, "page.png"), fullPage: true });
}));

test("a deadlock is found, with its circle", () => using(async page => {
  const { flat } = await explore(page, "abba-deadlock");
  assert.match(flat, /3 tasks can never run again/);
  assert.match(flat, /T0\.1 "rent" .* waits to lock mutex#2/);
}));

test("a race of a timeout with its work is found, which needs the virtual clock", () => using(async page => {
  assert.match((await explore(page, "timeout-race")).flat, /timeout-race failed: assertion-failed/);
  assert.equal((await explore(page, "timeout-race-fixed", { executions: 200 })).status, "timeout-race-fixed passed");
}));

test("a search ends when every interleaving was explored", () => using(async page => {
  const { status, report } = await explore(page, "lost-update-fixed", { strategy: "dpor" });
  assert.equal(status, "lost-update-fixed passed");
  assert.match(report, /Every interleaving was explored: 4, up to declared sharing/);
}));

test("a program that waits for the page leaves the lab, and one that blocks is told that it cannot", () => using(async page => {
  const outside = await explore(page, "outside");
  assert.match(outside.flat, /outside failed: escape/);
  assert.match(outside.flat, /what its thread did between two slices; it last called the core at Programs\.cs:\d+/);
  assert.match((await explore(page, "blocking")).flat, /PlatformNotSupportedException: Cannot wait on monitors on this runtime/);
}));

test("the trace that the page hands out replays natively, decision by decision", () => using(async page => {
  const folder = mkdtempSync(join(tmpdir(), "lab-page-"));
  try {
    for (const name of ["lost-update", "dining-philosophers", "cancellation-loses-message"]) {
      await explore(page, name);
      const trace = await page.evaluate(async () => (await fetch(document.getElementById("trace").href)).text());
      writeFileSync(join(folder, `${name}.trace`), trace);
      // Exit status 0: reproduced exactly.
      execFileSync("dotnet", ["run", "--project", "../../src/Lab.Cli", "-c", "Release", "--no-build", "--", "replay", join(folder, `${name}.trace`)]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}));

test("the page goes on meanwhile: an exploration is spread over frames, and the page's own tasks get their turn in each", () => using(async page => {
  await page.selectOption("#name", "timeout-race-fixed");
  await page.fill("#executions", "1000000");
  await page.click("#explore");
  const messages = Number(await text(page, "messages"));
  await page.waitForFunction(() => lab.figures.frames >= 120);

  // The page still answers: it is asked from outside, and a click is heard.
  assert.match(await text(page, "status"), /^Exploring: \d+ executions, \d+ steps$/);
  assert.ok(Number(await text(page, "messages")) > messages + 20, "messages were passed on");
  await page.selectOption("#name", "lost-update");
  await page.click("#explore");
  await page.waitForFunction(() => document.getElementById("report").textContent.includes("balance is 130"));
}));

// Figures, and no test: how fast and how even depends on the machine and on who else uses it.
test("figures", () => using(async page => {
  await explore(page, "lost-update");
  await page.selectOption("#name", "timeout-race-fixed");
  await page.fill("#executions", "1000000");
  await page.click("#explore");
  await page.waitForFunction(() => lab.figures.frames >= 300);
  const figures = await page.evaluate(() => {
    const work = [...lab.figures.work].sort((a, b) => a - b);
    const at = share => work[Math.floor((work.length - 1) * share)];
    return { frames: lab.figures.frames, half: at(0.5), most: at(0.99), longest: at(1), gap: lab.figures.gap, steps: lab.page.StepsPerSecond(500) };
  });
  console.log(`figures: ${figures.frames} frames with 10 ms for the lab each; it took ${figures.half.toFixed(1)} ms (median), ${figures.most.toFixed(1)} ms (99 %), `
    + `${figures.longest.toFixed(1)} ms (longest); longest time between two frames ${figures.gap.toFixed(1)} ms; ${Math.round(figures.steps)} steps/s of a task that yields`);
}));
