// Fills the page anew when there is news, and while something is typed: the server makes the same page that it makes
// without a script, and what is another in it takes its place here. Nothing moves that has not changed.
"use strict";

(() => {
  const root = document.documentElement;
  const own = new URL(".", document.currentScript.src);
  const one = (selector, within = document) => within.querySelector(selector);

  root.dataset.scripted = "";

  const make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };

  // ---- the graph is the site's: it asks for a kit of what it needs ----

  const arrived = new Map();
  window.vaultkit = (name, start) => arrived.set(name, start);
  const load = (name) =>
    new Promise((resolve, reject) => {
      const script = make("script", { src: new URL(name, own) });
      script.onload = () => resolve(arrived.get(name));
      script.onerror = reject;
      document.head.append(script);
    });
  let graph;
  let drawn = "";
  const draw = async (data) => {
    const box = one("#graph");
    box.hidden = !data;
    if (!data || data === drawn) return;
    drawn = data;
    if (graph) return (await graph).show(JSON.parse(drawn), document.baseURI);
    box.replaceChildren(make("script", { type: "application/json" }, data));
    graph = load("d3-force.js")
      .then(() => load("graph.js"))
      .then((start) => start({ root, one, make, load }).draw(box));
  };

  // ---- what is another takes its place; entries that are the same stay where they are ----

  const REGIONS = ["mode", "troubles", "states", "rule", "folder", "count", "list", "turn", "changes", "missing"];

  const fill = (old, fresh) => {
    for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    if (old.innerHTML === fresh.innerHTML) return;
    const copy = (node) => document.importNode(node, true);
    if (old.id !== "list") return old.replaceChildren(...[...fresh.childNodes].map(copy));
    const there = new Map([...old.children].map((item) => [item.id, item]));
    const next = [...fresh.children].map((item) => {
      const same = there.get(item.id);
      return same && same.outerHTML === item.outerHTML ? same : copy(item);
    });
    const kept = new Set(next);
    for (const item of [...old.childNodes]) if (!kept.has(item)) item.remove();
    next.forEach((item, number) => old.children[number] === item || old.insertBefore(item, old.children[number] ?? null));
  };

  // What is read stays where it is, whatever comes and goes above it.
  const anchored = () => {
    const shown = [...document.querySelectorAll(".entry")].filter((item) => item.getBoundingClientRect().bottom > 0);
    const places = shown.slice(0, 5).map((item) => [item.id, item.getBoundingClientRect().top]);
    return () => {
      const [id, top] = places.find(([name]) => document.getElementById(name)) ?? [];
      const now = id && document.getElementById(id).getBoundingClientRect().top;
      if (id && scrollY > 0) scrollBy({ top: now - top, behavior: "instant" });
    };
  };

  // The place of the focus in the page: the element may be another by then.
  const focused = () => {
    const element = document.activeElement;
    const home = element?.closest?.("[id]");
    if (!home || home === element) return () => {};
    const number = [...home.querySelectorAll("a, button")].indexOf(element);
    return () => {
      if (element.isConnected) return;
      const again = document.getElementById(home.id);
      (again?.querySelectorAll("a, button")[number] ?? one("#notes")).focus({ preventScroll: true });
    };
  };

  let asked = 0;
  const refresh = async (address = location.href) => {
    const turn = ++asked;
    const answer = await fetch(address).catch(() => null);
    if (turn !== asked) return;
    const text = answer?.ok ? await answer.text() : "";
    if (turn !== asked) return;
    if (!text) return answer && location.reload(); // it is another run, which this page has no key to
    const fresh = new DOMParser().parseFromString(text, "text/html");
    const [refocus, hold] = [focused(), anchored()];
    for (const id of REGIONS) {
      const [old, now] = [document.getElementById(id), fresh.getElementById(id)];
      if (old !== document.activeElement) fill(old, now);
    }
    hold();
    refocus();
    draw(one("#graph script", fresh).textContent);
    document.title = fresh.title;
  };

  // ---- the filter ----

  const filter = () => {
    const form = one("form.filter");
    let waiting;
    const apply = () => {
      const fields = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
      history.replaceState(null, "", `?${fields}`);
      refresh();
    };
    form.addEventListener("input", () => (clearTimeout(waiting), (waiting = setTimeout(apply, 120))));
    form.addEventListener("submit", (event) => (event.preventDefault(), clearTimeout(waiting), apply()));
    const follow = () => {
      const fields = new URLSearchParams(location.search);
      for (const field of form.elements) {
        if (field.name) field.value = fields.get(field.name) ?? (field.name === "state" ? "failing" : "");
      }
      refresh();
    };
    addEventListener("popstate", follow);
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.("a[href^='?']");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      history.pushState(null, "", link.href);
      follow();
      if (link.closest("#turn, .beside")) one("#notes").scrollIntoView();
    });
    addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target.closest?.("input, select")) return;
      event.preventDefault();
      one("#text").focus();
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    if (!one("#notes")) return;
    filter();
    draw(one("#graph script").textContent);
    addEventListener("vaultkit:news", (event) => (event.preventDefault(), refresh()));
    addEventListener("vaultkit:lost", () => root.setAttribute("data-lost", ""));
    addEventListener("vaultkit:found", () => root.removeAttribute("data-lost"));
  });
})();
