// Prints one JSON object: how long a page took to open, and how many frames a second it drew while an arrow key was held.
import { findBrowser, launch, open } from "./browser.mjs";

if (!findBrowser()) {
  console.log(JSON.stringify({ missing: "chromium" }));
  process.exit(0);
}

const browser = await launch();
const { page, problems } = await open(browser, process.argv[2]);
const opened = await page.evaluate(() => performance.getEntriesByName("lab-ready")[0].startTime);
await page.locator("canvas").focus();
const frames = await page.evaluate(async () => {
  const canvas = document.querySelector("canvas");
  canvas.dispatchEvent(new KeyboardEvent("keydown", { key: "Home", bubbles: true }));
  await new Promise(requestAnimationFrame);
  const start = performance.now();
  let frames = 0;
  for (const key of ["0", "+", "+", "+", "+", "+", "+", "+", "+", "+", "+", "+", "+", "+", "+", "+"]) {
    canvas.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    for (let i = 0; i < 8; i++) {
      canvas.dispatchEvent(new KeyboardEvent("keydown", { key: "PageDown", bubbles: true }));
      await new Promise(requestAnimationFrame);
      frames++;
    }
  }
  return frames * 1000 / (performance.now() - start);
});
console.log(JSON.stringify({ opened, frames, problems }));
await browser.close();
