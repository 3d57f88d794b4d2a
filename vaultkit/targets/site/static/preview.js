// A look at where a link leads: the beginning of the note, or the section, block or footnote that the link names.
"use strict";

vaultkit("preview.js", (kit) => {
  const { all, one, make, site, page, part } = kit;

  const DELAY = { pointermove: 350, focusin: 700 };
  const LENGTH = 500; // characters
  const WIDTH = 384;
  const GAP = 10;
  const card = make("div", { class: "preview", popover: "manual", role: "note", id: "site.preview" });
  one("main").append(card);
  let wanted; // the link that the reader is at
  let shown; // the link whose card is open
  let refused; // the link whose card the reader closed, until the pointer leaves it
  let timer;

  const hide = () => {
    shown?.removeAttribute("aria-describedby");
    shown = undefined;
    if (card.matches(":popover-open")) card.hidePopover();
  };

  // Addresses of another page, as they are in this one; nothing that plays, asks or has an id.
  const carried = (nodes, address) => {
    const box = make("div", { class: "prose" }, ...nodes.map((node) => document.importNode(node, true)));
    all(".anchor, .copy, iframe, audio, video, .footnote-back", box).forEach((element) => element.remove());
    all(".diagram, .mermaid", box).forEach((element) => element.replaceWith(make("p", { class: "left-out" }, "Diagram")));
    for (const element of all("*", box)) {
      for (const name of ["href", "src"]) {
        if (element.hasAttribute(name)) element.setAttribute(name, new URL(element.getAttribute(name), address));
      }
      for (const name of ["id", "tabindex", "role"]) element.removeAttribute(name);
      if (element.tagName !== "SUMMARY") element.removeAttribute("aria-label");
    }
    return box;
  };

  const level = (element) => (/^H[1-6]$/.test(element.tagName) ? Number(element.tagName[1]) : 0);

  // Some blocks from the beginning of a text, or from a place in it.
  const blocks = (found, id) => {
    const place = id && found.getElementById(id);
    if (place && !level(place) && place.closest(".prose")) return [place];
    const first = place ? place : one(".prose > *", found);
    const chosen = [];
    let length = 0;
    for (let block = first; block && length < LENGTH; block = block.nextElementSibling) {
      if (place && block !== place && level(block) && level(block) <= level(place)) break;
      chosen.push(block);
      length += block.textContent.length + 40;
    }
    while (chosen.length > 1 && level(chosen.at(-1))) chosen.pop();
    return chosen;
  };

  const fromPage = async (address) => {
    const here = address.href.split("#")[0] === location.href.split("#")[0];
    const found = here ? document : await page(address.href);
    const title = one("h1", found).cloneNode(true);
    const nodes = blocks(found, decodeURIComponent(address.hash.slice(1)));
    if (!nodes.length) return [];
    const written = one("article", found);
    const text = carried(nodes, address.href.split("#")[0]);
    for (const name of ["lang", "dir"]) if (written?.hasAttribute(name)) text.setAttribute(name, written.getAttribute(name));
    return here ? [text] : [make("b", { dir: "auto" }, title.textContent), text];
  };

  // In a page that was opened as a file: what the search data tell of the note.
  const fromData = async (address) => {
    const search = await part("search.js");
    const record = await search.record(address.href.split("#")[0].slice(site.href.length));
    if (!record) return [];
    const text = record[3].length < 420 ? record[3] : `${record[3].slice(0, 420).replace(/\S*$/, "")}…`;
    return [make("b", { dir: "auto" }, record[0]), make("p", { dir: "auto" }, text)];
  };

  const place = (link) => {
    const lines = [...link.getClientRects()];
    const box = lines.at(0) ?? link.getBoundingClientRect();
    const { width, height } = card.getBoundingClientRect();
    const above = box.top > height + 2 * GAP || box.top > innerHeight - box.bottom;
    const top = above ? box.top - height - GAP : (lines.at(-1) ?? box).bottom + GAP;
    card.style.left = `${Math.max(GAP, Math.min(box.left, document.documentElement.clientWidth - width - GAP))}px`;
    card.style.top = `${Math.max(GAP, Math.min(top, innerHeight - height - GAP))}px`;
  };

  const show = async (link) => {
    const address = new URL(link.href);
    const made = await fromPage(address).catch(() => fromData(address)).catch(() => []);
    if (wanted !== link || !made.length || !link.isConnected) return;
    card.replaceChildren(...made);
    card.style.maxWidth = `min(${WIDTH}px, calc(100vw - ${2 * GAP}px))`;
    card.showPopover();
    shown = link;
    link.setAttribute("aria-describedby", card.id);
    place(link);
  };

  const leads = (link) => {
    const address = new URL(link.href);
    if (link.matches(".crumbs a, .anchor, .file, .footnote-back, .turn a") || !address.href.startsWith(site.href)) return false;
    const here = address.href.split("#")[0] === location.href.split("#")[0];
    return here ? address.hash.length > 1 : address.pathname.endsWith(".html");
  };

  const approach = (link, kind) => {
    if (link === wanted || link === refused || link.closest(".preview") || !leads(link) || (kind === "focusin" && !link.matches(":focus-visible"))) return;
    clearTimeout(timer);
    wanted = link;
    timer = setTimeout(() => {
      hide();
      show(link);
    }, DELAY[kind]);
  };

  // The card stays while the pointer is on it or on its link, and closes a moment after.
  const leave = (event) => {
    if (event.target.closest?.(".preview") || event.target.closest?.("a") === wanted) return;
    if (document.activeElement === wanted && wanted?.matches(":focus-visible")) return;
    wanted = undefined;
    clearTimeout(timer);
    timer = setTimeout(hide, 250);
  };

  document.addEventListener("pointerover", (event) => {
    if (event.target.closest?.("a") !== refused) refused = undefined;
    if (event.target.closest?.(".preview")) clearTimeout(timer);
    else if (wanted || shown) leave(event);
  });
  document.addEventListener("focusout", () => ((wanted = undefined), clearTimeout(timer), hide()));
  addEventListener("scroll", () => shown && place(shown), { passive: true });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    refused = wanted;
    wanted = undefined;
    clearTimeout(timer);
    hide();
  });

  return { approach };
});
