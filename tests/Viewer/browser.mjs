// Chromium, headless, through Playwright. LAB_CHROMIUM names another one.
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const places = [process.env.LAB_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export const findBrowser = () => places.find(place => place && existsSync(place));

export async function open(browser, file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const problems = [];
  page.on("console", message => { if (["error", "warning"].includes(message.type())) problems.push(message.text()); });
  page.on("pageerror", error => problems.push(String(error)));
  page.on("request", request => { if (!/^(file|data):/.test(request.url())) problems.push(`asked the network for ${request.url()}`); });
  await page.goto(pathToFileURL(file).href);
  await page.waitForFunction(() => performance.getEntriesByName("lab-ready").length > 0);
  return { page, problems };
}

export const launch = () => chromium.launch({ executablePath: findBrowser(), args: ["--no-sandbox", "--disable-gpu"] });
