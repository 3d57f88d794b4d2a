// What a page can do beyond being read: menus, the tree's closed folders, the place in the table of contents.
// Search, previews and graphs are parts of their own that are loaded when they are asked for. Everything here is an
// addition; without it all notes are there, linked and readable.
"use strict";

(() => {
  const root = document.documentElement;
  const script = document.currentScript.src;
  const own = new URL(".", script); // the _vaultkit folder
  const site = new URL("..", own);
  const stamp = new URL(script).search;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (selector, within = document) => within.querySelector(selector);

  root.dataset.scripted = ""; // buttons that need a script show from the first paint on

  const make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };

  // ---- files: data and parts arrive by calling vaultkit(name, value), which works in a page opened as a file too ----

  const arrived = new Map();
  const loads = new Map();

  const load = (path) => {
    if (!loads.has(path)) {
      loads.set(
        path,
        new Promise((resolve, reject) => {
          const name = path.split("/").at(-1);
          const element = make("script", { src: new URL(path + (path.includes("/") ? "" : stamp), own) });
          element.onload = () => (resolve(arrived.get(name)), arrived.delete(name), element.remove());
          element.onerror = () => (loads.delete(path), element.remove(), reject(new Error(`${path} did not load`)));
          document.head.append(element);
        }),
      );
    }
    return loads.get(path);
  };

  const pages = new Map();

  // Another page of the site, parsed. A page that was opened as a file may not read others.
  const page = (address) => {
    const { href } = new URL(address.split("#")[0], document.baseURI);
    if (location.protocol === "file:") return Promise.reject(new Error("a file may not read files"));
    if (!pages.has(href)) {
      const answer = fetch(href).then(async (found) => {
        if (!found.ok) throw new Error(found.statusText);
        return new DOMParser().parseFromString(await found.text(), "text/html");
      });
      answer.catch(() => pages.delete(href));
      pages.set(href, answer);
    }
    return pages.get(href);
  };

  const parts = new Map();

  const part = (name) => {
    if (!parts.has(name)) {
      const started = load(name).then((start) => start(kit));
      started.catch(() => parts.delete(name)); // it is asked for again
      parts.set(name, started);
    }
    return parts.get(name);
  };

  window.vaultkit = (name, value) => arrived.set(name, value);

  // ---- the tree: a closed folder opens in place, with what its own page lists ----

  const OPENED = "vaultkit-opened";

  // The folders that the reader opened, for as long as the tab is there, or the page where nothing can be stored.
  const opened = (() => {
    try {
      return new Set(JSON.parse(sessionStorage.getItem(OPENED)));
    } catch {
      return new Set();
    }
  })();

  const remember = ({ target }) => {
    const details = target.closest("summary")?.parentElement;
    if (!details) return;
    const { href } = details.previousElementSibling;
    if (details.open) opened.delete(href);
    else opened.add(href);
    try {
      sessionStorage.setItem(OPENED, JSON.stringify([...opened]));
    } catch {}
  };

  const reopen = (item) => {
    const details = one(":scope > details", item);
    if (details && opened.has(one("a", item).href)) details.open = true;
  };

  const openFolder = async (link, list) => {
    const found = await page(link.href);
    for (const item of all("main .listing .entries > li > a", found)) {
      const href = new URL(item.getAttribute("href"), link.href);
      const entry = make("li", {}, make("a", { href, dir: "auto" }, item.textContent));
      if (item.nextElementSibling?.matches(".count")) {
        entry.className = "folder";
        shutFolder(entry);
      }
      list.append(entry);
      reopen(entry);
    }
    const more = one("main .turn a[rel=next]", found);
    if (more) list.append(make("li", { class: "more" }, make("a", { href: link.href }, "more …")));
  };

  const shutFolder = (item) => {
    const link = one("a", item);
    const list = make("ul");
    const details = make("details", {}, make("summary", { "aria-label": `Notes in ${link.textContent}` }), list);
    const asked = !opened.has(link.href); // nobody is led away by what was opened before
    const fail = () => (asked ? location.assign(link.href) : details.remove());
    details.addEventListener("toggle", () => openFolder(link, list).catch(fail), { once: true });
    item.removeAttribute("data-shut");
    item.append(details);
  };

  const tree = () => {
    if (location.protocol !== "file:") all(".tree [data-shut]").forEach(shutFolder);
    all(".tree .folder").forEach(reopen);
    one(".tree").addEventListener("click", remember);
    const nav = one(".nav");
    const here = one(".tree [aria-current]");
    const show = () => {
      if (!here || nav.scrollHeight <= nav.clientHeight) return;
      nav.scrollTop += here.getBoundingClientRect().top - nav.getBoundingClientRect().top - nav.clientHeight / 2;
    };
    nav.addEventListener("toggle", show);
    show();
  };

  // ---- the table of contents follows the reader ----

  const contents = () => {
    const links = new Map(all("aside .contents a").map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
    const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
    if (!headings.length) return;
    const box = one("aside .contents");
    let current;
    const follow = () => {
      const passed = headings.filter((heading) => heading.getBoundingClientRect().top < 120);
      const atEnd = scrollY > 0 && scrollY + innerHeight > root.scrollHeight - 4;
      const next = links.get((atEnd ? headings.at(-1) : (passed.at(-1) ?? headings[0])).id);
      if (next === current) return;
      current?.removeAttribute("aria-current");
      next.setAttribute("aria-current", "location");
      current = next;
      if (box.scrollHeight > box.clientHeight) box.scrollTop = next.offsetTop - box.offsetTop - box.clientHeight / 2;
    };
    let waiting = false;
    const later = () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => ((waiting = false), follow()));
    };
    addEventListener("scroll", later, { passive: true });
    addEventListener("resize", later, { passive: true });
    follow();
  };

  // ---- small things in the text ----

  const headingLinks = () => {
    for (const heading of all(".prose :is(h1, h2, h3, h4, h5, h6)[id]")) {
      const href = `#${encodeURIComponent(heading.id)}`;
      heading.append(make("a", { class: "anchor", href, "aria-label": `Link to “${heading.textContent}”` }, "#"));
    }
  };

  const copyButtons = () => {
    if (!navigator.clipboard) return;
    for (const block of all(".prose pre:not(.mermaid)")) {
      const text = block.textContent;
      const button = make("button", { class: "copy", type: "button" }, "Copy");
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(text);
        button.textContent = "Copied";
        setTimeout(() => (button.textContent = "Copy"), 1500);
      });
      const frame = make("div", { class: "code" });
      block.replaceWith(frame);
      frame.append(block, button);
    }
  };

  // What scrolls sideways must be reachable by keyboard, and say what it is.
  const scrollers = () => {
    const names = { PRE: "Code", DIV: "Wide content" };
    for (const box of all(".prose :is(pre, .table, div.math)")) {
      const scrolls = box.scrollWidth > box.clientWidth;
      for (const [name, value] of [["tabindex", "0"], ["role", "group"], ["aria-label", names[box.tagName]]]) {
        if (scrolls) box.setAttribute(name, value);
        else box.removeAttribute(name);
      }
    }
    for (const formula of all(".prose :not(div.math) > math")) {
      const room = formula.closest("p, li, dd, div").clientWidth;
      if (formula.getBoundingClientRect().width > room) formula.classList.add("wide");
    }
  };

  // A formula that is wider than a sheet is printed smaller.
  const fitFormulas = () => {
    const range = document.createRange();
    for (const box of all(".prose div.math")) {
      range.selectNodeContents(one("math", box) ?? box);
      const width = range.getBoundingClientRect().width / parseFloat(getComputedStyle(box).fontSize);
      box.style.setProperty("--fit", `${580 / width}px`); // surely fits on A4 beside a number
    }
  };

  const revealTarget = () => {
    const target = one(":target");
    const inside = target && (one(":scope.callout > details", target) ?? target);
    for (let box; (box = inside?.closest("details:not([open])")); ) box.open = true;
  };

  // ---- the parts: each is loaded when it is wanted ----

  // The box takes what is typed from the first key on; what answers it is loaded meanwhile.
  const box = (() => {
    const input = make("input", {
      type: "search", autocomplete: "off", spellcheck: "false", enterkeyhint: "search",
      "aria-label": "Search the notes", placeholder: "Search the notes",
    });
    const close = make("button", { class: "tool", type: "button", "aria-label": "Close" }, make("i", { class: "icon close-icon" }));
    const ask = make("div", { class: "ask", role: "search" }, make("i", { class: "icon search-icon" }), input, close);
    const found = make("ol", { class: "found" });
    const status = make("p", { class: "status", role: "status" });
    const dialog = make("dialog", { class: "search", "aria-label": "Search" }, ask, found, status);
    const lost = () => (status.textContent = "The search data could not be loaded. Load the page again.");
    const search = (wish) => part("search.js").then((search) => search[wish](), lost);
    input.addEventListener("input", () => search("answer"));
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    return { dialog, input, found, status, lost, search };
  })();

  const kit = { root, own, site, all, one, make, load, page, part, box };

  const openSearch = () => {
    const { dialog, input, search } = box;
    if (dialog.open) return;
    if (!dialog.isConnected) document.body.append(dialog);
    one(".nav:popover-open")?.hidePopover();
    dialog.showModal();
    input.select();
    search("open");
  };

  const shortcuts = () => {
    addEventListener("keydown", (event) => {
      const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
      const chord = event.ctrlKey || event.metaKey;
      if (event.isComposing || !(event.key === "k" ? chord : event.key === "/" && !typing && !chord)) return;
      event.preventDefault();
      openSearch();
    });
    for (const button of all("button.find")) button.addEventListener("click", openSearch);
  };

  // A link may come to lie under a pointer that rests: only one that moves asks where it leads.
  const previews = () => {
    let place;
    const ask = (event) => {
      const link = event.target.closest?.("main a[href]");
      if (!link || event.pointerType === "touch") return;
      part("preview.js").then((preview) => preview.approach(link, event.type), () => {});
    };
    addEventListener("focusin", ask);
    addEventListener("pointermove", (event) => {
      const before = place;
      place = `${event.screenX} ${event.screenY}`;
      if (place !== before) ask(event);
    });
  };

  // What did not load is tried again when it comes into view again.
  const graphs = () => {
    const tried = new Set();
    const draw = async (element) => {
      tried.add(element);
      try {
        await load("d3-force.js");
        await (await part("graph.js")).draw(element);
        seen.unobserve(element);
      } catch {
        tried.delete(element);
        if (!one(".said", element)) element.append(make("p", { class: "said", role: "status" }, "The graph could not be loaded."));
      }
    };
    const seen = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting && !tried.has(target)) draw(target);
    });
    all(".graph").forEach((element) => seen.observe(element));
  };

  document.addEventListener("DOMContentLoaded", () => {
    shortcuts();
    previews();
    graphs();
    tree();
    contents();
    headingLinks();
    copyButtons();
    scrollers();
    revealTarget();
    addEventListener("load", scrollers);
    addEventListener("resize", scrollers, { passive: true });
    addEventListener("hashchange", revealTarget);
    addEventListener("beforeprint", fitFormulas);
  });
})();
