// Chromium, headless, through Playwright. LAB_CHROMIUM names another one.
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const places = [process.env.LAB_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export const findBrowser = () => places.find(place => place && existsSync(place));

/** Opens a file, or the page of a server, and waits until it says that it is ready. What goes wrong there is in the list of problems. */
export async function open(browser, place, options = {}) {
  const url = /^https?:/.test(place) ? place : pathToFileURL(place).href;
  const isHome = url.startsWith("file:") ? /^(file|data|blob):/ : { test: other => other.startsWith(url) || /^(data|blob):/.test(other) };
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const problems = [];
  page.on("console", message => { if (["error", "warning"].includes(message.type())) problems.push(message.text()); });
  page.on("pageerror", error => problems.push(String(error)));
  page.on("request", request => { if (!isHome.test(request.url())) problems.push(`asked the network for ${request.url()}`); });
  await page.goto(url);
  await page.waitForFunction(() => performance.getEntriesByName("lab-ready").length > 0);
  return { page, problems };
}

export const launch = () => chromium.launch({ executablePath: findBrowser(), args: ["--no-sandbox", "--disable-gpu"] });
