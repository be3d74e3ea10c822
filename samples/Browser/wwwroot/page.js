import { dotnet } from "./_framework/dotnet.js";

// A frame has 16 ms; the browser needs some of them.
const budget = 10;

const { getAssemblyExports, getConfig } = await dotnet.create();
const { Lab: { Samples: { Browser: { Page: page } } } } = await getAssemblyExports(getConfig().mainAssemblyName);
const at = id => document.getElementById(id);
const figures = { frames: 0, longest: 0, gap: 0, work: [] };
let before = 0;
let isExploring = false;
let exploring = "";

at("name").append(...page.Names().map(name => new Option(name)));
at("form").addEventListener("submit", event => {
  event.preventDefault();
  Object.assign(figures, { frames: 0, longest: 0, gap: 0, work: [] });
  before = 0;
  at("report").textContent = "";
  at("trace").hidden = true;
  exploring = at("name").value;
  page.Explore(exploring, at("strategy").value, Number(at("executions").value));
  isExploring = true;
});

function show() {
  at("report").textContent = page.Report();
  const trace = page.Trace();
  at("trace").hidden = !trace;
  if (trace) at("trace").href = URL.createObjectURL(new Blob([trace]));
  at("trace").download = `${exploring}.trace`;
}

function frame(now) {
  if (isExploring) {
    if (before) figures.gap = Math.max(figures.gap, now - before);
    before = now;
  }
  const start = performance.now();
  const goesOn = page.Frame(budget);
  const work = performance.now() - start;
  if (isExploring) {
    figures.frames++;
    figures.work.push(work);
    figures.longest = Math.max(figures.longest, work);
    at("status").textContent = goesOn ? `Exploring: ${page.Progress()}` : page.Verdict();
    if (!goesOn) show();
    isExploring = goesOn;
  }
  at("messages").textContent = page.Messages();
  at("frames").textContent = figures.frames;
  at("longest").textContent = figures.longest.toFixed(1);
  at("gap").textContent = figures.gap.toFixed(1);
  requestAnimationFrame(frame);
}

page.Start();
at("status").textContent = "Ready";
requestAnimationFrame(frame);
globalThis.lab = { figures, page };
performance.mark("lab-ready");
