/* What diagrams and canvases in a text need; loaded by pages that have one. Without it a diagram is its source, and a
   canvas is moved by its scroll bars. */
(() => {
  "use strict";

  const script = document.currentScript;
  const root = document.documentElement;

  // ---- diagrams: Mermaid draws them, from the site's own copy ----

  // Mermaid writes styles into the page, which the page's policy forbids. While it works, a style sheet of its becomes
  // a constructed one and a style attribute is set as properties: that is allowed, for a script of the site does it.
  const withoutInlineStyles = async (sheet, work) => {
    const { setAttribute } = Element.prototype;
    const { appendChild, insertBefore } = Node.prototype;
    const { parseFromString } = DOMParser.prototype;
    const rules = [];
    const isStyle = (node) => node instanceof HTMLStyleElement || node instanceof SVGStyleElement;
    const taken = (node) => {
      rules.push(node.textContent);
      sheet.replaceSync(rules.join("\n"));
      return node;
    };
    DOMParser.prototype.parseFromString = function (text, type) {
      return parseFromString.call(this, named(String(text)), type); // it may be a TrustedHTML
    };
    Element.prototype.setAttribute = function (key, value) {
      if (key === "style" && this.style) this.style.cssText = value;
      else setAttribute.call(this, key, value);
    };
    Node.prototype.appendChild = function (node) {
      return isStyle(node) ? taken(node) : appendChild.call(this, node);
    };
    Node.prototype.insertBefore = function (node, before) {
      return isStyle(node) ? taken(node) : insertBefore.call(this, node, before);
    };
    try {
      return await work();
    } finally {
      Object.assign(Element.prototype, { setAttribute });
      Object.assign(Node.prototype, { appendChild, insertBefore });
      Object.assign(DOMParser.prototype, { parseFromString });
    }
  };

  // Style attributes are parsed under another name, and then set as properties.
  const named = (svg) => svg.replace(/(<[^<>]*?\s)style="/g, '$1data-style="');

  const parsed = (svg) => {
    const drawing = document.adoptNode(new DOMParser().parseFromString(named(svg), "text/html").querySelector("svg"));
    for (const element of [drawing, ...drawing.querySelectorAll("[data-style]")]) {
      element.style.cssText = element.dataset.style ?? "";
      element.removeAttribute("data-style");
    }
    return drawing;
  };

  const hex = (parts) => `#${parts.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;

  // Mermaid reckons with colours, so it gets them as numbers; what it would reckon by itself is black in the dark.
  const colours = (dark) => {
    const probe = Object.assign(document.createElement("div"), { className: "diagram-desk" });
    probe.style.forcedColorAdjust = "none"; // else every colour is that of text
    document.body.append(probe);
    const parts = (name) => {
      probe.style.color = `var(--${name})`;
      return getComputedStyle(probe).color.match(/[\d.]+/g).slice(0, 3).map(Number);
    };
    const ground = parts("paper");
    const filled = (name, share = 0.4) => hex(parts(name).map((part, at) => part * share + ground[at] * (1 - share)));
    const colour = (name) => hex(parts(name));
    const [paper, wash, line, ink, quiet, accent, red] = ["paper", "wash", "line", "ink", "quiet", "accent", "red"].map(colour);
    const HUES = ["blue", "orange", "green", "purple", "amber", "teal", "red"];
    const axes = ["x", "y"].flatMap((axis) => ["Title", "Label", "Tick", "Line"].map((part) => `${axis}Axis${part}Color`));
    const variables = {
      background: paper, primaryColor: wash, primaryTextColor: ink, primaryBorderColor: quiet, lineColor: quiet,
      secondaryColor: line, tertiaryColor: paper, textColor: ink, noteBkgColor: wash, noteTextColor: ink,
      noteBorderColor: line, actorLineColor: quiet, signalColor: ink, signalTextColor: ink, edgeLabelBackground: paper,
      clusterBkg: paper, clusterBorder: line, titleColor: ink, activationBkgColor: line, errorTextColor: accent,
      pieOpacity: 1, pieStrokeColor: paper, pieOuterStrokeColor: line, sectionBkgColor: wash, sectionBkgColor2: wash,
      altSectionBkgColor: paper, gridColor: line, taskBkgColor: filled("blue"), taskTextColor: ink, taskTextDarkColor: ink,
      taskTextLightColor: ink, taskTextOutsideColor: ink, activeTaskBkgColor: filled("teal"), doneTaskBkgColor: line,
      doneTaskBorderColor: quiet, rowOdd: paper, rowEven: wash, critBkgColor: filled("red"), critBorderColor: red, todayLineColor: red,
      xyChart: Object.assign({ backgroundColor: paper, titleColor: ink, plotColorPalette: HUES.map(colour).join() }, ...axes.map((part) => ({ [part]: ink }))),
      darkMode: dark, fontFamily: getComputedStyle(document.body).fontFamily, fontSize: "15px",
    };
    for (let n = 0; n < 12; n++) {
      const hue = HUES[n % HUES.length];
      const fill = filled(hue, n < HUES.length ? 0.4 : 0.2);
      Object.assign(variables, {
        [`pie${n + 1}`]: fill, [`cScale${n}`]: fill, [`cScaleLabel${n}`]: ink, [`cScaleInv${n}`]: quiet, [`cScalePeer${n}`]: quiet,
        [`fillType${n}`]: fill, [`git${n}`]: colour(hue), [`gitBranchLabel${n}`]: paper,
      });
    }
    probe.remove();
    return variables;
  };

  const matchesDark = () =>
    root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

  const drop = (sheet) => (document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet));

  let drawn = 0;

  const draw = async (diagrams) => {
    const dark = matchesDark();
    const flat = { htmlLabels: false, useMaxWidth: true };
    mermaid.initialize({
      startOnLoad: false, securityLevel: "strict", theme: "base", themeVariables: colours(dark), ...flat, suppressErrorRendering: true,
      flowchart: flat, class: flat, state: flat, sequence: { useMaxWidth: true },
    });
    for (const diagram of diagrams) {
      const name = `diagram-${++drawn}`; // Mermaid takes what has the name of a new drawing off the page
      const sheet = new CSSStyleSheet();
      document.adoptedStyleSheets.push(sheet);
      const desk = Object.assign(document.createElement("div"), { className: "diagram-desk" });
      (diagram.frame.isConnected ? diagram.frame : diagram.block).after(desk);
      try {
        const { svg } = await withoutInlineStyles(sheet, () => mermaid.render(name, diagram.source, desk));
        diagram.frame.replaceChildren(parsed(svg));
        diagram.frame.classList.toggle("dark", dark);
        if (!diagram.frame.isConnected) {
          if (diagram.block.id) diagram.frame.id = diagram.block.id;
          diagram.block.replaceWith(diagram.frame);
        }
        drop(diagram.sheet);
        diagram.sheet = sheet;
      } catch (error) {
        drop(sheet);
        console.info("A diagram stays as its source:", error.message ?? error);
      }
      desk.remove();
    }
  };

  const diagrams = async () => {
    const found = [...document.querySelectorAll("pre.mermaid")].map((block) => ({
      block, source: block.textContent, sheet: null,
      frame: Object.assign(document.createElement("div"), { className: "diagram" }),
    }));
    if (!found.length) return;
    await new Promise((resolve, reject) => {
      const loaded = document.createElement("script");
      Object.assign(loaded, { src: script.dataset.mermaid, onload: resolve, onerror: reject });
      document.head.append(loaded);
    });
    let work = draw(found);
    let latest;
    const again = () => {
      const mine = (latest = {});
      work = work.then(() => mine === latest && draw(found));
    };
    new MutationObserver(again).observe(root, { attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  };

  // ---- canvases: seen whole or at full size, and moved by the mouse ----

  const canvas = (frame) => {
    const drawing = frame.querySelector("svg");
    const [width, height] = ["width", "height"].map((name) => Number(drawing.getAttribute(name)));
    let scale = 1;
    const zoom = (to, x = frame.clientWidth / 2, y = frame.clientHeight / 2) => {
      const next = Math.min(2, Math.max(0.1, to));
      const [left, top] = [frame.scrollLeft + x, frame.scrollTop + y].map((at) => (at / scale) * next);
      drawing.setAttribute("width", width * next);
      drawing.setAttribute("height", height * next);
      scale = next;
      frame.scrollTo(left - x, top - y);
    };
    const whole = () => zoom(Math.min(1, frame.clientWidth / width, (innerHeight * 0.8) / height));
    const button = (text, label, action) => {
      const made = document.createElement("button");
      Object.assign(made, { type: "button", textContent: text, ariaLabel: label, onclick: action });
      return made;
    };
    const buttons = document.createElement("div");
    buttons.className = "canvas-buttons";
    buttons.append(
      button("−", "Smaller", () => zoom(scale / 1.25)), button("+", "Larger", () => zoom(scale * 1.25)),
      button("1:1", "1:1, full size", () => zoom(1)), button("⤢", "Show all", whole),
    );
    frame.before(buttons);
    frame.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = frame.getBoundingClientRect();
      zoom(scale * Math.exp(-event.deltaY / 300), event.clientX - box.left, event.clientY - box.top);
    }, { passive: false });
    let held = null;
    frame.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "mouse" || event.button || event.target.closest(".canvas-content")) return;
      held = { x: event.clientX + frame.scrollLeft, y: event.clientY + frame.scrollTop };
      frame.setPointerCapture(event.pointerId);
    });
    frame.addEventListener("pointermove", (event) => held && frame.scrollTo(held.x - event.clientX, held.y - event.clientY));
    frame.addEventListener("pointerup", () => (held = null));
    frame.tabIndex = 0;
    frame.setAttribute("role", "group");
    frame.setAttribute("aria-label", drawing.getAttribute("aria-label"));
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".prose .canvas").forEach(canvas);
    diagrams().catch(() => {});
  });
})();
