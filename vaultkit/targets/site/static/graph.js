// Notes as points and links as lines, laid out by d3-force. The data are in the page (its own neighbours) or in a file
// (the whole site). By mouse and touch: move, zoom, drag a note, open it; by keyboard: arrows choose, Enter opens.
"use strict";

vaultkit("graph.js", (kit) => {
  const { root, one, make, load } = kit;
  const d3 = globalThis.d3;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const LABELLED = 40; // so many notes or fewer have their names beside them

  // Colours are the theme's, whichever it is at the moment.
  const colours = (canvas) => {
    const style = getComputedStyle(canvas);
    const probe = make("i");
    probe.style.forcedColorAdjust = "none"; // else every colour is that of text
    canvas.after(probe);
    const found = {};
    for (const name of ["ink", "accent", "paper", "graph-note", "graph-link"]) {
      probe.style.color = `var(--${name})`;
      found[name] = getComputedStyle(probe).color;
    }
    probe.remove();
    return { ...found, font: style.fontFamily };
  };

  // [title, address] of each note and [from, to] of each link, as points and lines. The first is the page's own note.
  // What is not there (a third word says so) is drawn as a ring.
  const model = ({ notes, links }, base, own) => {
    const points = notes.map(([title, address, missing], number) => ({ title, href: new URL(address, base).href, missing, number, near: new Set() }));
    const lines = links.map(([from, to]) => ({ source: points[from], target: points[to] }));
    for (const { source, target } of lines) (source.near.add(target), target.near.add(source));
    for (const point of points) point.size = Math.min(11, 2.6 + Math.sqrt(point.near.size) * 1.1);
    if (own) points[0].size = Math.max(points[0].size, 5);
    return { points, lines };
  };

  const forces = ({ points, lines }, few) => {
    const springs = d3.forceLink(lines).distance(few ? 60 : 34);
    if (few) springs.strength(0.5);
    return d3
      .forceSimulation(points)
      .force("link", springs)
      .force("charge", d3.forceManyBody().strength(few ? -220 : -60).distanceMax(500))
      .force("x", d3.forceX().strength(few ? 0.06 : 0.08))
      .force("y", d3.forceY().strength(few ? 0.09 : 0.1))
      .force("collide", d3.forceCollide((point) => point.size + 3))
      .stop();
  };

  class Graph {
    constructor(element, data, base) {
      this.element = element;
      this.own = element.matches(".near");
      const name = element.dataset.name ?? (this.own ? "Notes around this one" : "All notes and their links");
      this.canvas = make("canvas", { tabindex: "0", role: "application", "aria-label": `${name}: arrow keys choose a note, Enter opens it` });
      this.said = make("p", { class: "said", role: "status" });
      element.replaceChildren(this.canvas, this.said);
      this.listen();
      this.show(data, base);
    }

    // What is to be seen from now on. What was there before begins where it was.
    show(data, base) {
      const before = new Map(this.points?.map(({ title, x, y }) => [title, { x, y }]));
      Object.assign(this, model(data, base, this.own), { scale: 1, middle: { x: 0, y: 0 }, chosen: null, moved: false });
      for (const point of this.points) Object.assign(point, before.get(point.title));
      this.few = this.points.length <= LABELLED;
      this.simulation = forces(this, this.few);
      this.measure();
      this.settle();
    }

    measure() {
      const { width, height } = this.element.getBoundingClientRect();
      const sharp = devicePixelRatio || 1;
      Object.assign(this, { width, height, sharp });
      Object.assign(this.canvas, { width: width * sharp, height: height * sharp });
      this.colours = colours(this.canvas);
    }

    // Few notes, or a reader who wants no motion: the graph stands still from the first. Else it unfolds.
    settle() {
      const most = this.few ? 220 : 260;
      if (this.few) {
        this.simulation.tick(most);
        this.fit();
        return this.paint();
      }
      let count = 0;
      const step = () => {
        const until = performance.now() + 12;
        do (this.simulation.tick(), count++);
        while (count < most && performance.now() < until);
        if (!this.moved) this.fit();
        if (!still.matches || count >= most) this.paint();
        if (count < most) requestAnimationFrame(step);
      };
      step();
    }

    fit() {
      const xs = this.points.map((point) => point.x);
      const ys = this.points.map((point) => point.y);
      const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
      const room = (length, span) => (length - (this.few ? 44 : 32)) / (span || 1);
      const fits = Math.min(room(this.width, right - left), room(this.height - 14, bottom - top));
      this.scale = Math.max(0.05, Math.min(this.own ? 1.3 : 2, fits));
      this.middle = { x: (left + right) / 2, y: (top + bottom) / 2 + 7 / this.scale };
    }

    screen({ x, y }) {
      return [(x - this.middle.x) * this.scale + this.width / 2, (y - this.middle.y) * this.scale + this.height / 2];
    }

    world(x, y) {
      return { x: (x - this.width / 2) / this.scale + this.middle.x, y: (y - this.height / 2) / this.scale + this.middle.y };
    }

    radius(point) {
      return point.size * Math.max(0.55, Math.min(1.4, Math.sqrt(this.scale)));
    }

    repaint() {
      if (this.waiting) return;
      this.waiting = requestAnimationFrame(() => ((this.waiting = 0), this.paint()));
    }

    paint() {
      const pen = this.canvas.getContext("2d");
      pen.setTransform(this.sharp, 0, 0, this.sharp, 0, 0);
      pen.clearRect(0, 0, this.width, this.height);
      const { chosen } = this;
      const lit = (point) => !chosen || point === chosen || chosen.near.has(point);
      const line = (wanted, colour, width) => {
        pen.beginPath();
        for (const { source, target } of this.lines) {
          if ((chosen && (source === chosen || target === chosen)) !== wanted) continue;
          pen.moveTo(...this.screen(source));
          pen.lineTo(...this.screen(target));
        }
        pen.strokeStyle = colour;
        pen.lineWidth = width;
        pen.stroke();
      };
      pen.globalAlpha = chosen ? 0.5 : 1;
      line(chosen ? false : null, this.colours["graph-link"], 1);
      pen.globalAlpha = 1;
      if (chosen) line(true, this.colours.accent, 1.2);
      for (const point of this.points) {
        pen.globalAlpha = lit(point) ? 1 : 0.25;
        pen.beginPath();
        pen.arc(...this.screen(point), this.radius(point), 0, 7);
        const colour = point === chosen || (this.own && point.number === 0) ? "accent" : point.missing ? "paper" : "graph-note";
        pen.fillStyle = this.colours[colour];
        pen.fill();
        if (!point.missing) continue;
        pen.strokeStyle = this.colours.accent;
        pen.lineWidth = 1.5;
        pen.stroke();
      }
      this.names(pen, lit);
    }

    names(pen, lit) {
      const { chosen } = this;
      pen.font = `12px ${this.colours.font}`;
      pen.textAlign = "center";
      pen.textBaseline = "top";
      pen.lineWidth = 3;
      pen.lineJoin = "round";
      pen.strokeStyle = this.colours.paper;
      const taken = (this.few ? this.points : []).map((point) => {
        const [x, y] = this.screen(point);
        return [x - point.size, y - point.size, x + point.size, y + point.size, point];
      });
      const written = (point) => {
        const [x, y] = this.screen(point);
        const title = point.title.length > 30 && point !== chosen ? `${point.title.slice(0, 28).trim()}…` : point.title;
        const width = pen.measureText(title).width;
        const at = Math.max(width / 2 + 2, Math.min(x, this.width - width / 2 - 2));
        const box = [at - width / 2, y + this.radius(point) + 3, at + width / 2, y + this.radius(point) + 17];
        if (point !== chosen && taken.some(([a, b, c, d, of]) => of !== point && box[0] < c && box[2] > a && box[1] < d && box[3] > b)) return;
        taken.push(box);
        pen.globalAlpha = lit(point) ? 1 : 0.25;
        pen.strokeText(title, at, box[1]);
        pen.fillStyle = point === chosen || (this.own && !point.number) ? this.colours.accent : this.colours.ink;
        pen.fillText(title, at, box[1]);
      };
      const inView = (point) => this.screen(point).every((at, axis) => at >= 0 && at <= (axis ? this.height : this.width));
      const byWeight = this.points.filter(inView).sort((a, b) => b.near.size - a.near.size || a.number - b.number);
      const most = this.few ? LABELLED : Math.round(12 * Math.max(1, this.scale ** 2));
      const first = chosen ? [chosen, ...(chosen.near.size < LABELLED ? chosen.near : [])] : this.own ? [this.points[0]] : [];
      const named = [...first, ...byWeight.slice(0, most)];
      for (const point of new Set(named.filter(inView))) written(point);
      pen.globalAlpha = 1;
    }

    at(event) {
      const box = this.canvas.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left, event.clientY - box.top];
      let best = null;
      let least = Infinity;
      for (const point of this.points) {
        const [px, py] = this.screen(point);
        const distance = Math.hypot(px - x, py - y) - this.radius(point);
        if (distance < least) [best, least] = [point, distance];
      }
      return least < 9 ? best : null;
    }

    choose(point) {
      if (point === this.chosen) return;
      this.chosen = point;
      this.canvas.style.cursor = point ? "pointer" : "";
      this.repaint();
    }

    say() {
      const { chosen } = this;
      this.said.textContent = chosen ? `${chosen.title}: ${chosen.near.size} ${chosen.near.size === 1 ? "link" : "links"}` : "";
    }

    zoom(factor, x = this.width / 2, y = this.height / 2) {
      const before = this.world(x, y);
      this.scale = Math.max(0.05, Math.min(6, this.scale * factor));
      const after = this.world(x, y);
      this.middle.x += before.x - after.x;
      this.middle.y += before.y - after.y;
      this.moved = true;
      this.repaint();
    }

    // The arrow keys go from note to note: to the nearest one in that direction.
    step(dx, dy) {
      const from = this.chosen ?? { x: this.middle.x, y: this.middle.y };
      let best = null;
      let least = Infinity;
      for (const point of this.points) {
        const along = (point.x - from.x) * dx + (point.y - from.y) * dy;
        const beside = Math.abs((point.x - from.x) * dy) + Math.abs((point.y - from.y) * dx);
        if (point !== this.chosen && along > 0 && along + 2 * beside < least) [best, least] = [point, along + 2 * beside];
      }
      this.choose(best ?? this.chosen ?? this.points[0]);
      this.say();
    }

    listen() {
      const { canvas } = this;
      const fingers = new Map();
      let start; // where a press began, and on which note
      const spread = () => {
        const [a, b] = [...fingers.values()];
        return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
      };
      canvas.addEventListener("pointerdown", (event) => {
        fingers.set(event.pointerId, event);
        canvas.setPointerCapture(event.pointerId);
        start = { event, point: this.at(event), far: false };
      });
      canvas.addEventListener("pointermove", (event) => {
        const before = fingers.get(event.pointerId);
        if (!before) return this.choose(this.at(event));
        const apart = fingers.size === 2 ? spread() : 0;
        fingers.set(event.pointerId, event);
        if (fingers.size === 2) return this.zoom(spread() / (apart || 1));
        if (Math.hypot(event.clientX - start.event.clientX, event.clientY - start.event.clientY) > 5) start.far = true;
        if (!start.far) return;
        const [dx, dy] = [event.clientX - before.clientX, event.clientY - before.clientY];
        if (start.point) this.drag(start.point, dx / this.scale, dy / this.scale);
        else ((this.middle.x -= dx / this.scale), (this.middle.y -= dy / this.scale), (this.moved = true));
        this.repaint();
      });
      const end = (event) => {
        fingers.delete(event.pointerId);
        if (event.type === "pointerup" && start && !start.far && start.point) this.open(start.point, event);
        if (start?.point) start.point.fx = start.point.fy = null;
        start = undefined;
      };
      canvas.addEventListener("pointerup", end);
      canvas.addEventListener("pointercancel", end);
      canvas.addEventListener("pointerleave", () => fingers.size || this.choose(null));
      canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
      canvas.addEventListener("keydown", (event) => this.key(event));
      canvas.addEventListener("blur", () => (this.choose(null), this.say()));
      new ResizeObserver(() => (this.measure(), this.moved || this.fit(), this.paint())).observe(this.element);
      const recolour = () => ((this.colours = colours(canvas)), this.paint());
      document.addEventListener("vaultkit:theme", recolour);
      for (const wish of ["prefers-color-scheme: dark", "forced-colors: active"]) {
        matchMedia(`(${wish})`).addEventListener("change", recolour);
      }
    }

    drag(point, dx, dy) {
      point.fx = point.x += dx;
      point.fy = point.y += dy;
      if (this.few || this.points.length < 400) this.simulation.alpha(0.2).tick(2);
    }

    // A small graph lets the wheel scroll the page, unless a key says that it is meant.
    wheel(event) {
      if (!this.element.matches(".whole") && !event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = this.canvas.getBoundingClientRect();
      this.zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), event.clientX - box.left, event.clientY - box.top);
    }

    key(event) {
      const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
      if (ways[event.key]) this.step(...ways[event.key]);
      else if (event.key === "Enter" && this.chosen) this.open(this.chosen, event);
      else if (event.key === "Escape") (this.choose(null), this.say());
      else if (event.key === "+" || event.key === "=") this.zoom(1.3);
      else if (event.key === "-") this.zoom(1 / 1.3);
      else if (event.key === "0") ((this.moved = false), this.fit(), this.repaint());
      else return;
      event.preventDefault();
    }

    open(point, event) {
      if (event.ctrlKey || event.metaKey) window.open(point.href);
      else location.assign(point.href);
    }
  }

  const draw = async (element) => {
    const inside = one("script", element);
    const data = inside ? JSON.parse(inside.textContent) : await load(element.dataset.file);
    return new Graph(element, data, inside ? document.baseURI : kit.site);
  };

  return { draw };
});
