// What a page can do beyond being read: theme, search, the tree's closed folders, the place in the table of contents.
// Everything here is an addition; without this file all notes are there, linked and readable.
"use strict";

(() => {
  const root = document.documentElement;
  const own = new URL(".", document.currentScript.src); // the _vaultkit folder
  const site = new URL("..", own);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (selector, within = document) => within.querySelector(selector);

  const make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };

  // ---- theme: set before the first paint ----

  const KEY = "vaultkit-theme";
  const THEMES = { auto: "as the system", light: "light", dark: "dark" };

  const remembered = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // storage is off: the choice lasts as long as the page
    }
  };

  const showTheme = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };

  showTheme(remembered());

  const themeButton = () => {
    const button = one("button.theme");
    const label = () => {
      const now = root.dataset.theme ?? "auto";
      button.dataset.now = now;
      button.setAttribute("aria-label", `Theme: ${THEMES[now]}`);
      button.title = `Theme: ${THEMES[now]}`;
    };
    button.addEventListener("click", () => {
      const names = Object.keys(THEMES);
      const next = names[(names.indexOf(root.dataset.theme ?? "auto") + 1) % names.length];
      showTheme(next);
      try {
        localStorage.setItem(KEY, next);
      } catch {}
      label();
    });
    addEventListener("storage", (event) => {
      if (event.key === KEY) (showTheme(event.newValue), label());
    });
    label();
    button.hidden = false;
  };

  // ---- the tree: a closed folder opens in place, with what its own page lists ----

  const openFolder = async (item, link, list) => {
    const answer = await fetch(link.href);
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const found of all("main .listing .entries > li > a", page)) {
      const href = new URL(found.getAttribute("href"), link.href);
      const entry = make("li", {}, make("a", { href, dir: "auto" }, found.textContent));
      if (found.nextElementSibling?.matches(".count")) {
        entry.className = "folder";
        shutFolder(entry);
      }
      list.append(entry);
    }
    const more = one("main .turn a[rel=next]", page);
    if (more) list.append(make("li", { class: "more" }, make("a", { href: link.href }, "more …")));
  };

  const shutFolder = (item) => {
    const link = one("a", item);
    const list = make("ul");
    const details = make("details", {}, make("summary", { "aria-label": `Notes in ${link.textContent}` }), list);
    details.addEventListener("toggle", () => openFolder(item, link, list).catch(() => location.assign(link.href)), {
      once: true,
    });
    item.removeAttribute("data-shut");
    item.append(details);
  };

  const tree = () => {
    if (location.protocol !== "file:") all(".tree [data-shut]").forEach(shutFolder);
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
    const links = new Map(all("aside.contents a").map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
    const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
    if (!headings.length) return;
    let current;
    const follow = () => {
      const passed = headings.filter((heading) => heading.getBoundingClientRect().top < 120);
      const atEnd = scrollY > 0 && scrollY + innerHeight > root.scrollHeight - 4;
      const next = links.get((atEnd ? headings.at(-1) : (passed.at(-1) ?? headings[0])).id);
      if (next === current) return;
      current?.removeAttribute("aria-current");
      next.setAttribute("aria-current", "location");
      current = next;
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
  };

  const revealTarget = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let box; (box = target?.closest?.("details:not([open])")); ) box.open = true;
  };

  // ---- search ----

  const UNSPACED =
    "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u2e80-\\u2fdf\\u3005-\\u3007\\u3021-\\u3029\\u3040-\\u30ff\\u31f0-\\u31ff" +
    "\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
  const WORD = new RegExp(`([${UNSPACED}]+)|(?:(?![${UNSPACED}])[\\p{L}\\p{N}\\u0900-\\u0963\\u0966-\\u0dff])+`, "gu");
  const RUN = new RegExp(`^[${UNSPACED}]`, "u");
  const MARKS = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]/g;
  const SHOWN = 20;

  const folded = (text) => text.normalize("NFKD").toLowerCase().replace(MARKS, "").normalize("NFC");

  // The words of a question; a run without spaces is its pairs of characters.
  const words = (text) =>
    [...folded(text).matchAll(WORD)].flatMap(([word, run]) => {
      const signs = [...word];
      if (!run) return [signs.slice(0, 40).join("")];
      return signs.length === 1 ? [word] : signs.slice(1).map((sign, at) => signs[at] + sign);
    });

  const loads = new Map();
  const arrivals = new Map();
  window.vaultkit = (name, data) => arrivals.set(name, data);

  const load = (name, file = name) => {
    if (!loads.has(name)) {
      loads.set(
        name,
        new Promise((resolve, reject) => {
          const script = make("script", { src: new URL(`search/${file}`, own) });
          script.onload = () => (resolve(arrivals.get(name)), arrivals.delete(name), script.remove());
          script.onerror = () => (loads.delete(name), script.remove(), reject(new Error(`${file} did not load`)));
          document.head.append(script);
        }),
      );
    }
    return loads.get(name);
  };

  const index = () => load("index", "index.js");

  // Where the last of the sorted entries stands that does not come after the key.
  const place = (entries, key) => {
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (entries[middle][0] <= key) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  };

  // Code points in order, as the index is sorted.
  const before = (a, b) => {
    const [left, right] = [[...a], [...b]];
    for (let at = 0; at < Math.min(left.length, right.length); at++) {
      if (left[at] !== right[at]) return left[at].codePointAt(0) - right[at].codePointAt(0);
    }
    return left.length - right.length;
  };

  const placeOfWord = (entries, word) => {
    let at = 0;
    while (at + 1 < entries.length && before(entries[at + 1][0], word) <= 0) at++;
    return at;
  };

  // Note number -> weight, for every note that has a word that begins like this one.
  const notesWith = async (word) => {
    const { words: files, count } = await index();
    const found = new Map();
    for (let at = placeOfWord(files, word); at < files.length; at++) {
      if (at > 0 && before(files[at][0], word) > 0 && !files[at][0].startsWith(word)) break;
      for (const [entry, postings] of await load(files[at][1])) {
        if (!entry.startsWith(word)) continue;
        const rarity = Math.log(1 + count / postings.length) * (entry === word ? 1 : 0.5);
        let number = 0;
        for (const step of postings) {
          number += step >> 5;
          found.set(number, Math.max(found.get(number) ?? 0, Math.sqrt(step & 31) * rarity));
        }
      }
    }
    return found;
  };

  const search = async (question) => {
    const wanted = [...new Set(words(question))];
    if (!wanted.some((word) => [...word].length > 1 || RUN.test(word))) return null; // a single letter says too little
    const [first, ...others] = await Promise.all(wanted.map(notesWith));
    const hits = [];
    for (const [number, weight] of first) {
      if (others.every((other) => other.has(number))) {
        hits.push([number, others.reduce((sum, other) => sum + other.get(number), weight)]);
      }
    }
    return hits.sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([number]) => number);
  };

  const note = async (number) => {
    const { notes: files } = await index();
    const [start, file] = files[place(files, number)];
    return (await load(file))[number - start];
  };

  // Text with the places marked where one of the words begins a word. Folding may change lengths: then nothing is marked.
  const marked = (text, wanted) => {
    const plain = folded(text);
    if (plain.length !== text.length || !wanted.length) return [text];
    const forms = wanted.map((word) => (RUN.test(word) ? word : `(?<![\\p{L}\\p{N}])${word}`));
    const pattern = new RegExp(forms.join("|"), "gu");
    const parts = [];
    let end = 0;
    for (const { index: at, 0: hit } of plain.matchAll(pattern)) {
      parts.push(text.slice(end, at), make("mark", {}, text.slice(at, at + hit.length)));
      end = at + hit.length;
    }
    return [...parts, text.slice(end)];
  };

  const LENGTH = 170;

  const quoted = (text, wanted) => {
    const plain = folded(text);
    const places = wanted.map((word) => plain.indexOf(word)).filter((at) => at >= 0);
    const at = Math.max(0, Math.min(...places, text.length) - 50);
    const start = places.length && at > 0 ? text.indexOf(" ", at) + 1 || at : 0;
    const cut = text.slice(start, start + LENGTH);
    return [start > 0 ? "… " : "", ...marked(cut, wanted), start + LENGTH < text.length ? " …" : ""];
  };

  const searchBox = () => {
    const input = make("input", {
      type: "search", autocomplete: "off", spellcheck: "false", enterkeyhint: "search",
      "aria-label": "Search the notes", placeholder: "Search the notes",
    });
    const close = make("button", { class: "tool", type: "button", "aria-label": "Close" }, make("i", { class: "icon close-icon" }));
    const found = make("ol", { class: "found" });
    const status = make("p", { class: "status", role: "status" });
    const ask = make("div", { class: "ask", role: "search" }, make("i", { class: "icon search-icon" }), input, close);
    const dialog = make("dialog", { class: "search", "aria-label": "Search" }, ask, found, status);
    document.body.append(dialog);

    const entry = ([title, url, where, text], wanted) => {
      const parts = [make("b", { dir: "auto" }, ...marked(title, wanted))];
      if (where) parts.push(make("span", { class: "where", dir: "auto" }, where));
      parts.push(make("span", { dir: "auto" }, ...quoted(text, wanted)));
      return make("li", {}, make("a", { href: new URL(url, site) }, ...parts));
    };

    let turn = 0;
    const answer = async () => {
      const mine = ++turn;
      const question = input.value.trim();
      try {
        const answered = await search(question);
        const numbers = answered ?? [];
        const notes = await Promise.all(numbers.slice(0, SHOWN).map(note));
        if (mine !== turn) return;
        const wanted = [...new Set(words(question))];
        found.replaceChildren(...notes.map((item) => entry(item, wanted)));
        const count = numbers.length;
        status.textContent = !answered ? "" : count === 0 ? "Nothing found." : `${count} ${count === 1 ? "note" : "notes"}`;
      } catch {
        if (mine === turn) status.textContent = "The search data could not be loaded. Load the page again.";
      }
    };

    const open = () => {
      if (dialog.open) return;
      one(".nav:popover-open")?.hidePopover();
      dialog.showModal();
      input.select();
      index().catch(() => {});
    };

    input.addEventListener("input", answer);
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.addEventListener("keydown", (event) => {
      const stops = [input, ...all("a", found)];
      const at = stops.indexOf(document.activeElement);
      if (event.key === "ArrowDown") stops[Math.min(at + 1, stops.length - 1)].focus();
      else if (event.key === "ArrowUp") stops[Math.max(at - 1, 0)].focus();
      else if (event.key === "Enter" && at === 0) stops[1]?.click();
      else if (event.key === "Escape") dialog.close();
      else return;
      event.preventDefault();
    });
    addEventListener("keydown", (event) => {
      const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
      const shortcut = (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) || (event.key === "k" && (event.ctrlKey || event.metaKey));
      if (!shortcut) return;
      event.preventDefault();
      open();
    });
    for (const button of all("button.find")) {
      button.addEventListener("click", open);
      button.hidden = false;
    }
  };

  document.addEventListener("DOMContentLoaded", () => {
    themeButton();
    searchBox();
    tree();
    contents();
    headingLinks();
    copyButtons();
    scrollers();
    revealTarget();
    addEventListener("load", scrollers);
    addEventListener("resize", scrollers, { passive: true });
    addEventListener("hashchange", revealTarget);
  });
})();
