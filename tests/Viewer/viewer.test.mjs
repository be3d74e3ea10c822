// What a person does with a page, done by a browser. The pages are made by `run`; LAB_PAGES is their folder.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, open } from "./browser.mjs";

const pages = process.env.LAB_PAGES;
const file = name => join(pages, `${name}.html`);
let browser;

before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

async function using(name, options, body) {
  const { page, problems } = await open(browser, file(name), options);
  try {
    await body(page);
    assert.deepEqual(problems, [], "the console stays silent and nothing is asked of the network");
    if (process.env.LAB_SCREENSHOTS) await page.screenshot({ path: join(process.env.LAB_SCREENSHOTS, `${name}${options.colorScheme ? `-${options.colorScheme}` : ""}.png`), fullPage: true });
  } finally {
    await page.context().close();
  }
}

const now = page => page.locator(".now strong").textContent();
const step = async page => Number(/^Step (\d+) of/.exec(await now(page))[1]);
const settled = page => page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
const press = async (page, ...keys) => {
  for (const key of keys) await page.keyboard.press(key);
  await settled(page);
};

test("a deadlock shows its verdict, the circle of waits and the line that replays it", () => using("deadlock", {}, async page => {
  assert.match(await page.locator(".banner").textContent(), /Failed: deadlock/);
  const circle = page.locator(".banner svg");
  assert.equal(await circle.locator("rect").count(), 4);
  assert.equal(await circle.locator("line").count(), 4);
  assert.match(await circle.getAttribute("aria-label"), /mutex#2 waits for T0\.2/);
  assert.match(await page.locator(".replay code").textContent(), /^lab replay .*abba-deadlock\.trace$/);
}));

test("a failure is opened where it failed", () => using("deadlock", {}, async page => {
  await settled(page);
  assert.equal(await step(page), 7);
  assert.match(await page.locator(".states tbody").textContent(), /held by T0\.1; waiting: T0\.2/);
}));

test("arrow keys scrub, and each step says who ran, why, what it did and where", () => using("deadlock", {}, async page => {
  await page.locator("canvas").focus();
  await press(page, "Home");
  assert.equal(await step(page), 0);
  await press(page, "n");
  assert.match(await page.locator(".now").textContent(), /T0\.(1 "rent" \(pre-empts T0\.2|2 "tickets" \(pre-empts T0\.1), which could go on with lock\)/);
  assert.match(await page.locator(".now li").first().textContent(), /locks mutex#[12].*AbbaDeadlock\.cs:\d+.*LockAsync/s);
  const before = await step(page);
  await press(page, "ArrowRight");
  assert.equal(await step(page), before + 1);
  await press(page, "ArrowLeft", "ArrowLeft");
  assert.equal(await step(page), before - 1);
  await press(page, "End");
  assert.equal(await step(page), 7);
}));

test("the state of every object follows the step", () => using("deadlock", {}, async page => {
  await page.locator("canvas").focus();
  const states = async () => Object.fromEntries(await page.locator(".states tbody tr").evaluateAll(rows => rows.map(row => [row.cells[0].textContent, row.cells[1].textContent])));
  await press(page, "Home");
  assert.equal((await states())["mutex#1"], undefined);
  await press(page, "End");
  assert.match((await states())["mutex#1"], /held by T0\.1; waiting: T0\.2/);
  assert.match((await states())["mutex#2"], /held by T0\.2; waiting: T0\.1/);
  assert.equal((await states())['T0.1 "rent"'], "waiting for mutex#2");
  await press(page, "ArrowLeft");
  assert.equal((await states())['T0.1 "rent"'], "ready");
  assert.equal((await states())['T0.2 "tickets"'], "running");
}));

test("the mouse picks a step in the lanes and an event in the list", () => using("lost-wakeup", {}, async page => {
  await page.locator("canvas").scrollIntoViewIfNeeded();
  const box = await page.locator("canvas").boundingBox();
  await page.mouse.click(box.x + box.width - 5, box.y + 30);
  await settled(page);
  const last = await step(page);
  assert.ok(last > 3);
  await page.locator(".list .row").filter({ hasText: "spawns" }).first().click();
  await settled(page);
  assert.ok(await step(page) < last);
  assert.equal(await page.locator(".list .row.picked").count(), 1);
}));

test("filters keep the events of a task, of an object, and of words", () => using("deadlock", {}, async page => {
  const texts = () => page.locator(".list .row").evaluateAll(rows => rows.map(row => row.textContent));
  await page.getByRole("searchbox").fill("mutex#1");
  await settled(page);
  assert.ok((await texts()).length > 0 && (await texts()).every(text => text.includes("mutex#1")));
  await page.getByRole("searchbox").fill("");
  await page.getByLabel("Task", { exact: true }).selectOption({ label: "T0.2 \"tickets\"" });
  await settled(page);
  assert.ok((await texts()).length > 0 && (await texts()).every(text => text.includes("T0.2")));
  assert.match(await page.locator(".bar > .soft").textContent(), /^\d+ of \d+ events$/);
}));

test("happens-before arrows are drawn on demand", () => using("lost-wakeup", {}, async page => {
  await page.locator("canvas").focus();
  await press(page, "End");
  const picture = () => page.locator("canvas").evaluate(canvas => canvas.toDataURL());
  const without = await picture();
  await press(page, "h");
  assert.notEqual(await picture(), without);
  await press(page, "h");
  assert.equal(await picture(), without);
}));

test("dark is another picture than light, and both are readable without the network", () => using("lost-wakeup", { colorScheme: "dark" }, async page => {
  const back = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(back, "rgb(20, 23, 27)");
}));

test("two executions stand side by side, aligned by cause, with the reversed orders marked", () => using("diff", {}, async page => {
  assert.equal(await page.locator("canvas").count(), 2);
  const orders = page.locator(".reversed li button");
  assert.ok(await orders.count() >= 1);
  assert.match(await orders.first().textContent(), /in A .* comes before .*; in B the other way round/);
  await orders.first().click();
  await settled(page);
  const picked = await page.locator(".list .row.picked").evaluateAll(rows => rows.map(row => row.children[2].textContent));
  assert.equal(picked.length, 2);
  await page.locator(".two section").first().locator(".list .row").filter({ hasText: /locks|writes|reads/ }).first().click();
  await settled(page);
  const both = await page.locator(".list .row.picked").evaluateAll(rows => rows.map(row => row.children[1].textContent + row.children[2].textContent));
  assert.equal(both.length, 2);
  assert.equal(both[0], both[1], "the other side went to the same operation");
}));

test("a page holds no text that could end its script", () => {
  const html = readFileSync(file("hostile"), "utf8");
  assert.equal(html.split("</script>").length - 1, 2);
  return using("hostile", {}, async page => {
    assert.match(await page.locator("h1").textContent(), /<\/script><b>bold<\/b>/);
  });
});
