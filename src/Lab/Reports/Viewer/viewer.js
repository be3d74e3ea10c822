"use strict";
// Draws one execution, or two side by side. Everything that is drawn is looked up for the visible part only; the rest is typed arrays.
(() => {
  const LABEL = 150, LANE = 24, RULER = 22, ROW = 22, MAX_STATES = 200, MAX_ARROWS = 3000;
  const data = JSON.parse(document.getElementById("data").textContent);
  const el = (tag, props, ...children) => {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(props || {})) {
      if (key === "class") node.className = value;
      else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else if (value === true) node.setAttribute(key, "");
      else if (value !== false && value !== null && value !== undefined) node.setAttribute(key, value);
    }
    for (const child of children.flat()) if (child !== null && child !== undefined) node.append(child);
    return node;
  };
  const svg = (tag, props, ...children) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, value] of Object.entries(props || {})) node.setAttribute(key, value);
    node.append(...children);
    return node;
  };
  // Looked up once a frame: the scheme may change between two.
  let palette = {};
  const colour = name => palette[name] ??= getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const deltas = list => {
    const out = new Float64Array(list.length);
    let sum = 0;
    for (let i = 0; i < list.length; i++) out[i] = sum += list[i];
    return out;
  };
  const time = ticks => ticks === 0 ? "0" : ticks >= 1e7 ? +(ticks / 1e7).toFixed(7) + " s" : ticks >= 1e4 ? +(ticks / 1e4).toFixed(4) + " ms" : ticks / 10 + " us";
  // The last index whose value is at most x; -1 if there is none.
  const lastAtMost = (sorted, x) => {
    let low = 0, high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] <= x) low = middle + 1; else high = middle;
    }
    return low - 1;
  };

  // ---- One execution, indexed.
  class Execution {
    constructor(raw) {
      Object.assign(this, raw);
      const e = raw.events;
      this.count = e.step.length;
      this.step = deltas(e.step);
      this.time = deltas(e.time);
      this.lane = Int32Array.from(e.lane);
      this.kind = Int32Array.from(e.kind);
      this.object = Int32Array.from(e.object);
      this.text = Int32Array.from(e.text);
      this.site = Int32Array.from(e.site);
      this.access = Uint8Array.from(e.access);
      this.lastStep = Math.max(raw.steps, this.count ? this.step[this.count - 1] : 0);
      this.firstEvent = new Int32Array(this.lastStep + 2).fill(this.count);
      for (let i = this.count - 1; i >= 0; i--) this.firstEvent[this.step[i]] = i;
      for (let s = this.lastStep; s >= 0; s--) if (this.firstEvent[s] > this.firstEvent[s + 1]) this.firstEvent[s] = this.firstEvent[s + 1];
      this.runStep = Float64Array.from(raw.runs, run => run[0]);
      this.runLane = Int32Array.from(raw.runs, run => run[1]);
      this.runWhy = Uint8Array.from(raw.runs, run => run[2]);
      this.ofObject = raw.objects.map(() => []);
      for (let i = 0; i < this.count; i++) if (this.object[i] >= 0) this.ofObject[this.object[i]].push(i);
      this.changes = raw.objects.map(() => ({ at: [], state: [] }));
      deltas(raw.states.at).forEach((i, k) => {
        const changes = this.changes[raw.states.object[k]];
        changes.at.push(i);
        changes.state.push(raw.states.state[k]);
      });
      this.arrows = null;
    }
    isSeen(step) { return this.firstEvent[step] < this.firstEvent[step + 1]; }
    // A step without any event was somebody's, but nothing that it did could be seen: whose it was is not in the trace.
    run(step) { return this.isSeen(step) ? this.runs[lastAtMost(this.runStep, step)] : undefined; }
    laneOf(step) { const run = this.run(step); return run ? run[1] : -1; }
    timeAt(step) { const i = this.firstEvent[Math.min(step + 1, this.lastStep + 1)] - 1; return i < 0 ? 0 : this.time[i]; }
    words(i) { return this.strings[this.text[i]]; }
    // Immediate happens-before: a write after the reads since the last write, a read after that write; other tasks only.
    buildArrows() {
      if (this.arrows) return this.arrows;
      const into = new Map(), out = new Map();
      const add = (a, b) => {
        if (this.lane[a] === this.lane[b]) return;
        if (!into.has(b)) into.set(b, []);
        if (!out.has(a)) out.set(a, []);
        into.get(b).push(a);
        out.get(a).push(b);
      };
      for (const list of this.ofObject) {
        let write = -1, reads = [];
        for (const i of list) {
          if (this.access[i] === 1) {
            if (write >= 0) add(write, i);
            reads.push(i);
          } else if (this.access[i] === 2) {
            if (reads.length === 0 && write >= 0) add(write, i);
            for (const r of reads.slice(-64)) add(r, i);
            write = i;
            reads = [];
          }
        }
      }
      return this.arrows = { into, out };
    }
  }

  // ---- One execution on the screen.
  class View {
    constructor(execution, name, onPick) {
      this.x = execution;
      this.name = name;
      this.onPick = onPick;
      // A failure is asked about from its end: who waits for what, what every object holds.
      this.at = execution.verdict === "passed" ? Math.min(1, execution.lastStep) : execution.lastStep;
      this.event = -1;
      this.zoom = 0;
      this.left = 0;
      this.showArrows = false;
      this.marks = [];
      this.filterText = "";
      this.filterLane = -1;
      this.filterObject = -1;
      this.rows = null;
      this.pending = false;
      this.build();
    }

    build() {
      const x = this.x;
      this.canvas = el("canvas", { tabindex: "0", role: "img", "aria-label": `Swim lanes of ${x.lanes.length} tasks over ${x.lastStep} steps. Arrow keys move.` });
      this.lanes = el("div", { class: "lanes" }, this.canvas);
      this.scrub = el("input", { type: "range", class: "scrub", min: "0", max: String(x.lastStep), value: String(this.at), "aria-label": "Step" });
      this.scrub.addEventListener("input", () => this.go(+this.scrub.value));
      this.nowBox = el("div", { class: "now" });
      this.live = el("div", { class: "visually-hidden", "aria-live": "polite" });
      const search = el("input", { type: "search", placeholder: "filter: task, object, words", "aria-label": "Filter events" });
      search.addEventListener("input", () => { this.filterText = search.value.toLowerCase(); this.refilter(); });
      this.search = search;
      const lanes = el("select", { "aria-label": "Task" }, el("option", { value: "-1" }, "all tasks"), x.lanes.map((lane, i) => el("option", { value: String(i) }, lane)));
      lanes.addEventListener("change", () => { this.filterLane = +lanes.value; this.refilter(); });
      const objects = el("select", { "aria-label": "Object" }, el("option", { value: "-1" }, "all objects"), x.objects.slice(0, 2000).map((object, i) => el("option", { value: String(i) }, object)));
      objects.addEventListener("change", () => { this.filterObject = +objects.value; this.refilter(); });
      this.arrowBox = el("input", { type: "checkbox" });
      this.arrowBox.addEventListener("change", () => { this.showArrows = this.arrowBox.checked; this.paint(); });
      this.count = el("span", { class: "soft" });
      const bar = el("div", { class: "bar" }, search, lanes, objects, el("label", {}, this.arrowBox, " happens-before arrows"),
        el("button", { type: "button", onclick: () => this.zoomBy(1.6), title: "Zoom in (+)" }, "zoom in"),
        el("button", { type: "button", onclick: () => this.zoomBy(1 / 1.6), title: "Zoom out (-)" }, "zoom out"),
        el("button", { type: "button", onclick: () => this.fit(), title: "Everything (0)" }, "all"), this.count);
      this.list = el("div", { class: "list", tabindex: "0", role: "list", "aria-label": "Events" });
      this.spacer = el("div");
      this.list.append(this.spacer);
      this.list.addEventListener("scroll", () => this.paintList());
      this.states = el("div", { class: "states", tabindex: "0", "aria-label": "State of every object at this step" });
      this.root = el("section", { "aria-label": this.name || "Execution" }, this.header(), bar, this.lanes, this.scrub, this.nowBox, this.live,
        el("div", { class: "panes" },
          el("div", {}, el("h2", {}, "Events"), this.list),
          el("div", {}, el("h2", {}, "State of every object at this step"), this.states)));
      this.root.addEventListener("keydown", event => this.key(event));
      this.canvas.addEventListener("pointerdown", event => this.pointer(event));
      this.canvas.addEventListener("pointermove", event => { if (event.buttons & 1) this.pointer(event); });
      this.canvas.addEventListener("wheel", event => this.wheel(event), { passive: false });
    }

    header() {
      const x = this.x;
      const failed = x.verdict !== "passed";
      const banner = el("div", { class: "banner" + (failed ? "" : " passed"), role: "status" },
        el("strong", {}, (failed ? "Failed: " : "") + x.verdict), x.message ? el("pre", {}, x.message) : null);
      if (x.cycle.length > 1) banner.append(this.cycle());
      const head = el("div", {}, el("h1", {}, (this.name ? this.name + ": " : "") + x.scenario),
        el("p", { class: "soft" }, `${x.lastStep.toLocaleString("en")} steps, ${x.count.toLocaleString("en")} events, ${x.preemptions.toLocaleString("en")} pre-emption${x.preemptions === 1 ? "" : "s"}, virtual time ${time(x.virtualTime)}; strategy ${x.strategy}, seed ${x.seed}, execution ${x.execution}`), banner);
      if (x.replay) {
        const copied = el("span", { class: "soft", role: "status" });
        head.append(el("div", { class: "replay" }, "Replay: ", el("code", {}, x.replay),
          el("button", { type: "button", onclick: async () => {
            try { await navigator.clipboard.writeText(x.replay); copied.textContent = "copied"; } catch { copied.textContent = "select it and copy"; }
          } }, "copy"), copied));
      }
      return head;
    }

    // The circle of who waits for whom: tasks are boxes, what they wait for are rounded, an arrow is "waits for" or "held by".
    cycle() {
      const names = this.x.cycle, n = names.length, w = Math.max(360, Math.min(760, n * 130)), h = Math.max(140, Math.min(360, n * 46));
      const place = i => [w / 2 + (w / 2 - 90) * Math.sin(2 * Math.PI * i / n), h / 2 - (h / 2 - 24) * Math.cos(2 * Math.PI * i / n)];
      const picture = svg("svg", { width: w, height: h, viewBox: `0 0 ${w} ${h}`, role: "img", "aria-label": "Circle of waits: " + [...names, names[0]].join(" waits for ") });
      picture.append(svg("defs", {}, svg("marker", { id: "tip", viewBox: "0 0 8 8", refX: "8", refY: "4", markerWidth: "8", markerHeight: "8", orient: "auto" }, svg("path", { d: "M0 0L8 4L0 8z", fill: "currentColor" }))));
      for (let i = 0; i < n; i++) {
        const [ax, ay] = place(i), [bx, by] = place((i + 1) % n), d = Math.hypot(bx - ax, by - ay) || 1;
        const cut = (dx, dy) => Math.min(74 / Math.max(Math.abs(dx), 1e-6), 15 / Math.max(Math.abs(dy), 1e-6));
        const [ux, uy] = [(bx - ax) / d, (by - ay) / d], k = cut(ux, uy);
        picture.append(svg("line", { x1: ax + ux * k, y1: ay + uy * k, x2: bx - ux * k, y2: by - uy * k, stroke: "currentColor", "marker-end": "url(#tip)" }));
      }
      names.forEach((name, i) => {
        const [x, y] = place(i), isTask = name.startsWith("T");
        picture.append(svg("rect", { x: x - 72, y: y - 14, width: 144, height: 28, rx: isTask ? 2 : 14, fill: "var(--back)", stroke: "currentColor", "stroke-width": isTask ? 2 : 1 }));
        const label = svg("text", { x, y: y + 4, "text-anchor": "middle", fill: "currentColor", "font-size": "12" });
        label.textContent = name.length > 22 ? name.slice(0, 21) + "\u2026" : name;
        label.append(svg("title", {}, name));
        picture.append(label);
      });
      return picture;
    }

    // ---- Moving.
    go(step, event = -1, isFollowed = true) {
      this.at = Math.max(0, Math.min(this.x.lastStep, Math.round(step)));
      this.event = event;
      this.scrub.value = String(this.at);
      const visible = this.width() / this.scale();
      if (this.zoom && (this.at < this.left + 1 || this.at > this.left + visible - 2)) this.left = Math.max(0, Math.min(this.x.lastStep + 1 - visible, this.at - visible / 2));
      this.paint();
      if (isFollowed && this.onPick) this.onPick(this);
    }

    pickEvent(i, isFollowed = true) { this.go(this.x.step[i], i, isFollowed); }

    key(event) {
      if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) && event.target !== this.scrub) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const x = this.x, event0 = () => this.event >= 0 ? this.event : x.firstEvent[this.at];
      const actions = {
        ArrowRight: () => event.shiftKey ? this.pickEvent(Math.min(x.count - 1, event0() + 1)) : this.go(this.at + 1),
        ArrowLeft: () => event.shiftKey ? this.pickEvent(Math.max(0, event0() - 1)) : this.go(this.at - 1),
        PageDown: () => this.go(this.at + 20), PageUp: () => this.go(this.at - 20),
        Home: () => this.go(0), End: () => this.go(x.lastStep),
        "+": () => this.zoomBy(1.6), "=": () => this.zoomBy(1.6), "-": () => this.zoomBy(1 / 1.6), 0: () => this.fit(),
        h: () => this.arrowBox.click(), n: () => this.nextPreemption(1), p: () => this.nextPreemption(-1), "/": () => this.search.focus(),
      };
      const action = actions[event.key];
      if (action && !(event.key.startsWith("Arrow") && event.target === this.list && event.key.match(/Up|Down/))) {
        event.preventDefault();
        action();
      }
    }

    nextPreemption(direction) {
      const runs = this.x.runs;
      let i = lastAtMost(this.x.runStep, this.at);
      for (i += direction; i >= 0 && i < runs.length; i += direction) if (runs[i][2] === 1) return this.go(runs[i][0]);
    }

    pointer(event) {
      const box = this.canvas.getBoundingClientRect();
      const step = Math.floor(this.left + (event.clientX - box.left - LABEL) / this.scale());
      if (event.clientX - box.left >= LABEL) this.go(step);
    }

    wheel(event) {
      if (event.ctrlKey) {
        event.preventDefault();
        this.zoomBy(event.deltaY < 0 ? 1.25 : 0.8, event);
      } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        event.preventDefault();
        this.pan((event.deltaX || event.deltaY) / this.scale());
      }
    }

    pan(steps) { this.left = Math.max(0, Math.min(Math.max(0, this.x.lastStep + 1 - this.width() / this.scale()), this.left + steps)); this.paint(); }
    width() { return Math.max(50, (this.lanes.clientWidth || 800) - LABEL); }
    scale() { return this.zoom || Math.max(this.width() / (this.x.lastStep + 1), 1e-6); }
    fit() { this.zoom = 0; this.left = 0; this.paint(); }
    zoomBy(factor) {
      const middle = this.at, before = this.scale(), fitting = this.width() / (this.x.lastStep + 1);
      const after = Math.min(240, before * factor);
      if (after <= fitting) return this.fit();
      const screen = (middle - this.left) * before;
      this.zoom = after;
      this.left = Math.max(0, middle - Math.max(0, Math.min(this.width(), screen)) / after);
      this.paint();
    }

    // ---- Filtering.
    matches(i) {
      const x = this.x;
      if (this.filterLane >= 0 && x.lane[i] !== this.filterLane) return false;
      if (this.filterObject >= 0 && x.object[i] !== this.filterObject) return false;
      if (!this.filterText) return true;
      return x.words(i).toLowerCase().includes(this.filterText) || x.lanes[x.lane[i]].toLowerCase().includes(this.filterText)
        || x.kinds[x.kind[i]].toLowerCase().includes(this.filterText) || (x.object[i] >= 0 && x.objects[x.object[i]].toLowerCase().includes(this.filterText));
    }

    refilter() {
      const isOn = this.filterLane >= 0 || this.filterObject >= 0 || this.filterText;
      if (!isOn) {
        this.rows = null;
      } else {
        const rows = [];
        for (let i = 0; i < this.x.count; i++) if (this.matches(i)) rows.push(i);
        this.rows = Int32Array.from(rows);
      }
      this.count.textContent = isOn ? `${this.rows.length.toLocaleString("en")} of ${this.x.count.toLocaleString("en")} events` : "";
      this.list.scrollTop = 0;
      this.paint();
    }

    // ---- Painting, at most once a frame.
    paint() {
      if (this.pending) return;
      this.pending = true;
      requestAnimationFrame(() => {
        this.pending = false;
        palette = {};
        this.paintLanes();
        this.paintNow();
        this.scrollList();
        this.paintList();
        this.paintStates();
      });
    }

    paintLanes() {
      const x = this.x, lanes = x.lanes.length, height = RULER + lanes * LANE, ratio = window.devicePixelRatio || 1;
      const width = this.lanes.clientWidth || 800, canvas = this.canvas;
      if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(Math.min(height, 16000) * ratio)) {
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(Math.min(height, 16000) * ratio);
        canvas.style.height = Math.min(height, 16000) + "px";
      }
      const c = canvas.getContext("2d");
      c.setTransform(ratio, 0, 0, ratio, 0, 0);
      c.clearRect(0, 0, width, height);
      const top = Math.max(0, Math.floor((this.lanes.scrollTop - RULER) / LANE)), bottom = Math.min(lanes, top + Math.ceil(this.lanes.clientHeight / LANE) + 2);
      const scale = this.scale(), first = Math.max(0, Math.floor(this.left)), last = Math.min(x.lastStep, Math.ceil(this.left + (width - LABEL) / scale));
      const px = step => LABEL + (step - this.left) * scale;
      const ink = colour("--ink"), soft = colour("--soft"), line = colour("--line"), bar = colour("--bar"), barInk = colour("--bar-ink"), mark = colour("--mark");
      c.font = "12px system-ui, sans-serif";
      c.textBaseline = "middle";
      for (let i = top; i < bottom; i++) {
        c.fillStyle = colour(i % 2 ? "--panel" : "--lane");
        c.fillRect(0, RULER + i * LANE, width, LANE);
      }
      c.save();
      c.beginPath();
      c.rect(LABEL, 0, width - LABEL, height);
      c.clip();
      this.paintRuler(c, first, last, px, soft, line, height);
      if (scale >= 2) this.paintBars(c, first, last, top, bottom, px, scale, bar, barInk, mark, ink);
      else this.paintDense(c, first, last, top, bottom, px, bar, mark);
      this.paintArrows(c, first, last, px, scale);
      c.strokeStyle = mark;
      c.lineWidth = 2;
      c.strokeRect(px(this.at), 1, Math.max(scale, 2), height - 2);
      c.restore();
      c.fillStyle = colour("--panel");
      c.fillRect(0, 0, LABEL, RULER);
      for (let i = top; i < bottom; i++) {
        c.fillStyle = colour(i % 2 ? "--panel" : "--lane");
        c.fillRect(0, RULER + i * LANE, LABEL, LANE);
        c.fillStyle = i === x.laneOf(this.at) ? mark : ink;
        c.fillText((i === x.laneOf(this.at) ? "\u25B6 " : "") + this.fitText(c, x.lanes[i], LABEL - 22), 6, RULER + i * LANE + LANE / 2);
      }
      c.fillStyle = soft;
      c.fillText("step / virtual time", 6, RULER / 2);
    }

    paintRuler(c, first, last, px, soft, line, height) {
      const x = this.x, right = LABEL + this.width(), wish = 110 / this.scale(), base = Math.pow(10, Math.floor(Math.log10(Math.max(wish, 1)))), every = Math.max(1, [1, 2, 5, 10].map(f => f * base).find(v => v >= wish) || base * 10);
      c.strokeStyle = line;
      c.lineWidth = 1;
      c.fillStyle = soft;
      for (let s = Math.ceil(first / every) * every; s <= last; s += every) {
        c.beginPath();
        c.moveTo(px(s), 0);
        c.lineTo(px(s), height);
        c.stroke();
        const label = `${s} / ${time(x.timeAt(s))}`;
        if (px(s) + 3 + c.measureText(label).width <= right) c.fillText(label, px(s) + 3, RULER / 2);
      }
    }

    paintBars(c, first, last, top, bottom, px, scale, bar, barInk, mark, ink) {
      const x = this.x, clock = colour("--clock");
      for (let r = Math.max(0, lastAtMost(x.runStep, first)); r < x.runs.length && x.runs[r][0] <= last; r++) {
        const [start, lane, why] = x.runs[r], end = r + 1 < x.runs.length ? x.runs[r + 1][0] : x.lastStep + 1;
        if (lane < top || lane >= bottom) continue;
        const y = RULER + lane * LANE + 3, h = LANE - 6;
        c.fillStyle = x.lanes[lane] === "clock" ? clock : bar;
        c.globalAlpha = this.filterLane >= 0 && this.filterLane !== lane ? 0.25 : 1;
        for (let s = Math.max(start, first); s < end && s <= last; s++) {
          if (x.isSeen(s)) c.fillRect(px(s) + 0.5, y, Math.max(scale - 1, 1), h);
        }
        if (why === 1) {
          c.fillStyle = mark;
          c.beginPath();
          c.moveTo(px(start), y - 3);
          c.lineTo(px(start) + 9, y - 3);
          c.lineTo(px(start), y + 8);
          c.fill();
        }
        if (scale >= 34 && c.globalAlpha === 1) {
          c.fillStyle = barInk;
          for (let s = Math.max(start, first); s < end && s <= last; s++) {
            const text = this.stepText(s);
            if (text) c.fillText(this.fitText(c, text, scale - 12), px(s) + 8, y + h / 2 + 1);
          }
        } else if (why === 1 && scale >= 12) {
          c.fillStyle = barInk;
          c.fillText("P", px(start) + 3, y + h / 2 + 1);
        }
        c.globalAlpha = 1;
      }
    }

    // More steps than pixels: each pixel column shows which lanes ran in it.
    paintDense(c, first, last, top, bottom, px, bar, mark) {
      const x = this.x, marks = x.preemptions < this.width() / 2, count = x.runStep.length, seen = new Int32Array(x.lanes.length).fill(-1);
      for (let r = Math.max(0, lastAtMost(x.runStep, first)); r < count && x.runStep[r] <= last; r++) {
        const lane = x.runLane[r], start = x.runStep[r];
        if (lane < top || lane >= bottom) continue;
        const end = r + 1 < count ? x.runStep[r + 1] : x.lastStep + 1, from = Math.floor(px(Math.max(start, first))), to = Math.max(from + 1, Math.ceil(px(Math.min(end, last + 1))));
        if (seen[lane] < to) {
          const begin = Math.max(from, seen[lane]);
          c.fillStyle = x.lanes[lane] === "clock" ? colour("--clock") : bar;
          c.fillRect(begin, RULER + lane * LANE + 3, to - begin, LANE - 6);
          seen[lane] = to;
        }
        if (marks && x.runWhy[r] === 1) {
          c.fillStyle = mark;
          c.fillRect(from, RULER + lane * LANE, 2, 6);
        }
      }
    }

    paintArrows(c, first, last, px, scale) {
      const x = this.x, here = [];
      const { into, out } = this.showArrows || this.event >= 0 || x.count < 5000 ? x.buildArrows() : { into: new Map(), out: new Map() };
      const from = x.firstEvent[this.at], to = x.firstEvent[this.at + 1];
      for (let i = this.event >= 0 ? this.event : from; i < (this.event >= 0 ? this.event + 1 : to); i++) {
        for (const a of into.get(i) || []) here.push([a, i]);
        for (const b of out.get(i) || []) here.push([i, b]);
      }
      if (this.showArrows && scale >= 3) {
        // All of them are a thicket: those of the chosen step stand out.
        c.globalAlpha = 0.3;
        for (let i = x.firstEvent[first], n = 0; i < x.count && x.step[i] <= last && n < MAX_ARROWS; i++) {
          for (const a of into.get(i) || []) { if (n++ < MAX_ARROWS) this.arrow(c, px, scale, a, i, colour("--soft"), 1, [], ""); }
        }
        c.globalAlpha = 1;
      }
      if (this.showArrows || this.event >= 0) for (const [a, b] of here.slice(0, 200)) this.arrow(c, px, scale, a, b, colour("--arrow"), 2, [], "");
      for (const { from: a, to: b, label } of this.marks) this.arrow(c, px, scale, a, b, colour("--bad"), 2, [5, 3], label);
    }

    arrow(c, px, scale, a, b, stroke, width, dash, label) {
      const x = this.x, ax = px(x.step[a]) + scale / 2, ay = RULER + x.lane[a] * LANE + LANE / 2, bx = px(x.step[b]) + scale / 2, by = RULER + x.lane[b] * LANE + LANE / 2;
      const angle = Math.atan2(by - ay, bx - ax);
      c.strokeStyle = c.fillStyle = stroke;
      c.lineWidth = width;
      c.setLineDash(dash);
      c.beginPath();
      c.moveTo(ax, ay);
      c.lineTo(bx, by);
      c.stroke();
      c.setLineDash([]);
      c.beginPath();
      c.moveTo(bx, by);
      c.lineTo(bx - 8 * Math.cos(angle - 0.4), by - 8 * Math.sin(angle - 0.4));
      c.lineTo(bx - 8 * Math.cos(angle + 0.4), by - 8 * Math.sin(angle + 0.4));
      c.fill();
      if (label) this.tag(c, label, (ax + bx) / 2, (ay + by) / 2, stroke);
    }

    // Words over bars: on a ground of their own.
    tag(c, text, x, y, ink) {
      const width = c.measureText(text).width + 6;
      c.fillStyle = colour("--back");
      c.fillRect(x - width / 2, y - 8, width, 16);
      c.fillStyle = ink;
      c.fillText(text, x - width / 2 + 3, y);
    }

    stepText(step) {
      const x = this.x;
      for (let i = x.firstEvent[step]; i < x.firstEvent[step + 1]; i++) if (x.words(i)) return x.words(i);
      return "";
    }

    fitText(c, text, width) {
      if (width <= 8) return "";
      if (c.measureText(text).width <= width) return text;
      let low = 0, high = text.length;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (c.measureText(text.slice(0, middle) + "\u2026").width <= width) low = middle; else high = middle - 1;
      }
      return low ? text.slice(0, low) + "\u2026" : "";
    }

    paintNow() {
      const x = this.x, step = this.at, run = x.run(step), items = [];
      for (let i = x.firstEvent[step]; i < x.firstEvent[step + 1] && items.length < 40; i++) {
        if (!x.words(i)) continue;
        const site = x.strings[x.site[i]], source = x.sources[site];
        items.push(el("li", { class: i === this.event ? "picked" : "" }, x.words(i), site ? el("span", { class: "soft" }, `  ${site}`) : null, source ? el("pre", { class: "soft" }, source) : null));
      }
      const who = step === 0 ? "before the first step" : run ? x.lanes[run[1]] : "some task";
      const why = step === 0 || !run ? "" : run[0] === step ? x.strings[run[3]] : "goes on";
      this.nowBox.replaceChildren(
        el("div", {}, el("strong", {}, `Step ${step} of ${x.lastStep}: ${who}`), `${why ? ` (${why})` : ""}, virtual time ${time(x.timeAt(step))}`),
        items.length ? el("ol", {}, items) : el("p", { class: "soft" }, "nothing that another task could see"));
      this.live.textContent = `Step ${step}, ${who}${why ? `, ${why}` : ""}. ${items.map(item => item.firstChild.textContent).join("; ")}`;
    }

    index(row) { return this.rows ? this.rows[row] : row; }
    rowCount() { return this.rows ? this.rows.length : this.x.count; }

    scrollList() {
      const i = this.event >= 0 ? this.event : this.x.firstEvent[this.at];
      const row = this.rows ? Math.max(0, lastAtMost(this.rows, i)) : Math.min(i, this.x.count - 1), y = row * ROW;
      if (y < this.list.scrollTop || y > this.list.scrollTop + this.list.clientHeight - ROW * 3) this.list.scrollTop = Math.max(0, y - this.list.clientHeight / 3);
    }

    paintList() {
      const x = this.x, total = this.rowCount();
      this.spacer.style.height = total * ROW + "px";
      const first = Math.max(0, Math.floor(this.list.scrollTop / ROW) - 4), last = Math.min(total, first + Math.ceil(this.list.clientHeight / ROW) + 10), rows = [];
      for (let r = first; r < last; r++) {
        const i = this.index(r);
        const row = el("div", { class: "row" + (x.step[i] === this.at ? " here" : "") + (i === this.event ? " picked" : ""), role: "listitem", "data-event": i },
          el("span", { class: "mono" }, String(x.step[i])), el("span", {}, x.lanes[x.lane[i]]),
          el("span", { class: x.words(i) ? "" : "soft", title: x.words(i) || x.kinds[x.kind[i]] }, x.words(i) || x.kinds[x.kind[i]] + (x.object[i] >= 0 ? " " + x.objects[x.object[i]] : "")), el("span", { class: "soft" }, x.strings[x.site[i]]));
        row.style.top = r * ROW + "px";
        row.addEventListener("click", () => this.pickEvent(i));
        rows.push(row);
      }
      this.spacer.replaceChildren(...rows);
    }

    // Objects that have been touched and tasks that have been spawned by now, the last changed first.
    paintStates() {
      const x = this.x, limit = x.firstEvent[this.at + 1] - 1, found = [];
      for (let o = 0; o < x.objects.length; o++) {
        const { at, state } = x.changes[o], k = lastAtMost(at, limit);
        if (k < 0) continue;
        const text = x.strings[state[k]];
        if (this.filterObject >= 0 && o !== this.filterObject) continue;
        if (this.filterText && !x.objects[o].toLowerCase().includes(this.filterText) && !text.toLowerCase().includes(this.filterText)) continue;
        found.push([at[k], o, text]);
      }
      found.sort((a, b) => b[0] - a[0]);
      const body = found.slice(0, MAX_STATES).map(([i, o, text]) => el("tr", { class: x.step[i] === this.at ? "changed" : "" }, el("td", {}, x.objects[o]), el("td", {}, text), el("td", { class: "soft mono" }, String(x.step[i]))));
      this.states.replaceChildren(el("table", {}, el("thead", {}, el("tr", {}, el("th", {}, "object"), el("th", {}, "state"), el("th", {}, "since step"))), el("tbody", {}, body)));
      if (found.length > MAX_STATES) this.states.append(el("p", { class: "soft" }, `${found.length - MAX_STATES} more, touched longer ago: filter to see them`));
    }
  }

  // ---- The page.
  const app = document.getElementById("app");
  const help = el("details", { class: "help" }, el("summary", {}, "Keys"), el("p", {},
    el("kbd", {}, "\u2190"), " ", el("kbd", {}, "\u2192"), " step, with ", el("kbd", {}, "Shift"), " event; ", el("kbd", {}, "Page Up"), " ", el("kbd", {}, "Page Down"), " 20 steps; ",
    el("kbd", {}, "Home"), " ", el("kbd", {}, "End"), "; ", el("kbd", {}, "n"), " ", el("kbd", {}, "p"), " next and previous pre-emption (\u25E4 in a lane); ", el("kbd", {}, "+"), " ", el("kbd", {}, "-"), " ", el("kbd", {}, "0"), " zoom; ",
    el("kbd", {}, "h"), " happens-before arrows; ", el("kbd", {}, "/"), " filter. The wheel zooms with Ctrl and pans with Shift."));
  const executions = data.traces.map(raw => new Execution(raw));
  const views = [];
  if (executions.length === 1) {
    views.push(new View(executions[0], "", null));
    app.append(views[0].root, help);
  } else {
    const inB = Int32Array.from(data.diff.matches), inA = new Int32Array(executions[1].count).fill(-1);
    inB.forEach((b, a) => { if (b >= 0) inA[b] = a; });
    const follow = el("input", { type: "checkbox", checked: true });
    // The other side goes to the same operation; failing that, to the last one before it that both have.
    const onPick = view => {
      if (!follow.checked) return;
      const isA = view === views[0], other = views[isA ? 1 : 0], match = isA ? inB : inA;
      let i = view.event >= 0 ? view.event : view.x.firstEvent[view.at + 1] - 1;
      while (i >= 0 && match[i] < 0) i--;
      if (i >= 0) { if (view.event >= 0) other.pickEvent(match[i], false); else other.go(other.x.step[match[i]], -1, false); } else other.go(0, -1, false);
    };
    executions.forEach((execution, i) => views.push(new View(execution, i ? "B" : "A", onPick)));
    data.diff.reversed.forEach(([a1, a2, b1, b2], i) => {
      views[0].marks.push({ from: a1, to: a2, label: "R" + (i + 1) });
      views[1].marks.push({ from: b1, to: b2, label: "R" + (i + 1) });
    });
    const orders = data.diff.reversed.map(([a1, a2, b1]) => {
      const x = executions[0], what = i => `${x.lanes[x.lane[i]]} ${x.words(i) || x.kinds[x.kind[i]]}${x.strings[x.site[i]] ? ` (${x.strings[x.site[i]]})` : ""}`;
      return el("li", {}, el("button", { type: "button", onclick: () => { views[0].pickEvent(a1, false); views[1].pickEvent(b1, false); } },
        `${x.object[a1] >= 0 ? x.objects[x.object[a1]] + ": " : ""}in A ${what(a1)} comes before ${what(a2)}; in B the other way round`));
    });
    app.append(el("div", { class: "reversed" }, el("h2", {}, orders.length === 1 ? "1 order is reversed" : `${orders.length} orders are reversed`),
      orders.length ? el("ol", {}, orders) : el("p", {}, "No order of dependent operations is reversed."),
      el("p", { class: "soft" }, `${data.diff.onlyA.length} operations are only in A, ${data.diff.onlyB.length} only in B. Dashed arrows R1, R2, \u2026 mark the reversed orders in both.`),
      el("label", {}, follow, " the other side follows, aligned by cause")),
      el("div", { class: "two" }, views[0].root, views[1].root), help);
  }
  const repaint = () => views.forEach(view => view.paint());
  window.addEventListener("resize", repaint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  views.forEach(view => view.lanes.addEventListener("scroll", () => view.paint()));
  document.addEventListener("keydown", event => { if (event.target === document.body) views[0].key(event); });
  repaint();
  performance.mark("lab-ready");
})();
