// Search: what the notes say, found by the beginnings of words, by pairs of signs in scripts without spaces, and by words
// that are spelled nearly alike. The data are cut into files, of which a question needs few.
"use strict";

vaultkit("search.js", (kit) => {
  const { all, one, make, site, load, page } = kit;

  const UNSPACED =
    "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u2e80-\\u2fdf\\u3005-\\u3007\\u3021-\\u3029\\u3040-\\u30ff\\u31f0-\\u31ff" +
    "\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
  const SIGNED = "(?:\\+\\+|#(?![\\p{L}\\p{N}]))"; // behind a word that is another one with it: C++, C#
  const WORD = new RegExp(`([${UNSPACED}]+)|(?:(?![${UNSPACED}])[\\p{L}\\p{N}\\u0900-\\u0963\\u0966-\\u0dff])+${SIGNED}?`, "gu");
  const RUN = new RegExp(`^[${UNSPACED}]`, "u");
  const MARKS = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]/g;
  const SHOWN = 20;
  const LENGTH = 170; // characters of an excerpt
  const NEAREST = 3; // spellings that are tried for a word that nothing begins with

  const folded = (text) => text.normalize("NFKD").toLowerCase().replace(MARKS, "").normalize("NFC");

  // The words of a question; a run without spaces is its pairs of characters.
  const words = (text) =>
    [...folded(text).matchAll(WORD)].flatMap(([word, run]) => {
      const signs = [...word];
      if (!run) return [signs.slice(0, 40).join("")];
      return signs.length === 1 ? [word] : signs.slice(1).map((sign, at) => signs[at] + sign);
    });

  // ---- the data ----

  const index = () => load("search/index.js");
  const file = (name) => load(`search/${name}`);

  // Code points in order, as the files are sorted.
  const compare = (a, b) => {
    const [left, right] = [[...a], [...b]];
    for (let at = 0; at < Math.min(left.length, right.length); at++) {
      if (left[at] !== right[at]) return left[at].codePointAt(0) - right[at].codePointAt(0);
    }
    return left.length - right.length;
  };

  // The place of the last entry whose key, its part `by`, does not come after this one; 0 when all do.
  const place = (entries, key, by, order) => {
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (order(entries[middle][by], key) <= 0) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  };

  // The files whose words may begin like this, in order. An entry is the first word of a file, and its name.
  const filesOf = (entries, beginning) => {
    const first = place(entries, beginning, 0, compare);
    let end = first + 1;
    while (end < entries.length && entries[end][0].startsWith(beginning)) end++;
    return entries.slice(first, end);
  };

  // How a word is what was typed: by its beginning alone, in another number, or wholly.
  const [BEGINS, KIN, SAME] = [0, 1, 2];

  // The same word in the singular or the plural, as English makes them.
  const kin = (word) => {
    if (!/^[a-z]{3,}$/.test(word)) return [];
    const cut = (length, end = "") => word.slice(0, -length) + end;
    if (/(?:[sxz]|[cs]h)es$/.test(word)) return [cut(2), cut(1)];
    if (/[^s]s$/.test(word)) return /ies$/.test(word) ? [cut(1), cut(3, "y")] : [cut(1)];
    if (/[^aeiou]y$/.test(word)) return [cut(1, "ies")];
    return [word + (/(?:[sxz]|[cs]h)$/.test(word) ? "es" : "s")];
  };

  // What a weight says: how much a word counts; of a word of the title the number of words in it, and whether it is first.
  const told = (weight) => {
    if (weight < 24) return { strength: Math.sqrt(weight) };
    const [short, about] = [((weight - 24) % 20) >> 2, weight & 3];
    return { strength: Math.sqrt(12 + 2 * short + 3 * about), size: 5 - short, first: weight >= 44 };
  };

  // Adds the notes that have a word that begins like this one, or is it: number -> weight in `notes`, and in `titles`
  // those that have it in the title, with how well it is meant there.
  const gather = async ({ notes, titles }, word, wholly, nearest = SAME, share = 1) => {
    const { words: entries, count } = await index();
    const kind = new Map([[word, SAME], ...kin(word).map((other) => [other, KIN])]);
    let hits = 0;
    for (const [, name] of filesOf(entries, word).slice(0, wholly ? 1 : Infinity)) {
      for (const [entry, postings] of await file(name)) {
        if (wholly ? entry !== word : !entry.startsWith(word)) continue;
        hits++;
        const near = Math.min(kind.get(entry) ?? BEGINS, nearest);
        const rarity = Math.log(1 + count / postings.length) * (near === BEGINS ? 0.5 : near === KIN ? 0.9 : 1) * share;
        let number = 0;
        for (const step of postings) {
          number += step >> 6;
          const { strength, size, first } = told(step & 63);
          notes.set(number, Math.max(notes.get(number) ?? 0, strength * rarity));
          if (size && !(titles.get(number)?.near >= near)) titles.set(number, { near, size, first });
        }
      }
    }
    return hits > 0;
  };

  // How many signs must be changed, put in, left out or swapped to make of `word` the beginning of `other`; more than
  // `most` is Infinity.
  const distance = (word, other, most) => {
    const width = Math.min(other.length, word.length + most);
    let [above, row] = [null, Array.from({ length: width + 1 }, (_, at) => at)];
    for (let i = 1; i <= word.length; i++) {
      const next = [i];
      for (let j = 1; j <= width; j++) {
        const change = row[j - 1] + (word[i - 1] === other[j - 1] ? 0 : 1);
        next[j] = Math.min(change, row[j] + 1, next[j - 1] + 1);
        const swapped = i > 1 && j > 1 && word[i - 1] === other[j - 2] && word[i - 2] === other[j - 1];
        if (swapped) next[j] = Math.min(next[j], above[j - 2] + 1);
      }
      if (Math.min(...next) > most) return Infinity;
      [above, row] = [row, next];
    }
    return Math.min(...row.slice(Math.max(0, word.length - most))) + (other.length - word.length > most ? 0.5 : 0);
  };

  // Words that are spelled nearly like this one, the nearest first. Of a site with many words, those with the same
  // first letter are looked at.
  const near = async (word) => {
    const most = word.length < 4 || RUN.test(word) ? 0 : word.length < 8 ? 1 : 2;
    if (!most) return [];
    const { spellings } = await index();
    const found = [];
    for (const [, name] of filesOf(spellings, [...word][0])) {
      for (const other of await file(name)) {
        const far = distance(word, other, most);
        if (far <= most + 0.5) found.push([far, other]);
      }
    }
    found.sort((a, b) => a[0] - b[0] || compare(a[1], b[1]));
    const best = found.filter(([far]) => far === found[0][0]).map(([, other]) => other);
    const telling = best.filter((other) => !best.some((shorter) => shorter !== other && other.startsWith(shorter)));
    return telling.slice(0, NEAREST);
  };

  // What a word of the question finds: by its beginning or in another number, else by the words near it, which are then
  // what was meant.
  const meant = async (word) => {
    const found = { notes: new Map(), titles: new Map() };
    const forms = (await gather(found, word)) ? [word] : [];
    for (const other of kin(word)) {
      if (!other.startsWith(word) && (await gather(found, other, true, KIN))) forms.push(other);
    }
    if (forms.length) return { ...found, forms };
    if (/[^+#]{2}[+#]+$/.test(word)) return meant(word.replace(/[+#]+$/, ""));
    forms.push(...(await near(word)));
    for (const form of forms) await gather(found, form, false, BEGINS, 0.5);
    return { ...found, forms, instead: forms.map((form) => `“${form}”`).join(" or ") };
  };

  // How far in front a note belongs whose title has all the words: the whole title, its beginning or some of it; each by
  // how well the words are meant.
  const PLACES = { whole: [7, 10, 11], beginning: [6, 8, 9], part: [3, 4, 5] };
  const standing = (number, found) => {
    const words = found.map(({ titles }) => titles.get(number));
    if (!words.every(Boolean)) return 0;
    const whole = words[0].size === Math.min(words.length, 5);
    return PLACES[whole ? "whole" : words[0].first ? "beginning" : "part"][Math.min(...words.map((word) => word.near))];
  };

  // The notes that have all words, best first, as [number, standing, weight]; the forms to mark; and what was taken for
  // what was typed.
  const search = async (question) => {
    const wanted = [...new Set(words(question))];
    if (!wanted.some((word) => [...word].length > 1 || RUN.test(word))) return null; // a single letter says too little
    const found = await Promise.all(wanted.map(meant));
    const notes = [...found[0].notes.keys()].filter((number) => found.every(({ notes }) => notes.has(number)));
    const weight = (number) => found.reduce((sum, { notes }) => sum + notes.get(number), 0);
    const hits = notes.map((number) => [number, standing(number, found), weight(number)]);
    hits.sort((a, b) => b[1] - a[1] || b[2] - a[2] || a[0] - b[0]);
    return { hits, forms: found.flatMap((word) => word.forms), instead: found.flatMap((word) => word.instead ?? []) };
  };

  // A file holds the notes of a stretch of numbers. An entry is the first number, and its name.
  const note = async (number) => {
    const { notes: entries } = await index();
    return (await file(entries[place(entries, number, 0, (a, b) => a - b)][1])).find((item) => item[4] === number);
  };

  // The notes of some hits in order: a title that is just what was typed comes first, and one that begins with it before
  // others of its standing.
  const best = async (hits, question) => {
    const typed = folded(question);
    const items = hits.map(async ([number, standing, weight]) => {
      const item = await note(number);
      const title = folded(item[0]);
      return { item, marks: [title === typed, standing, title.startsWith(typed), weight] };
    });
    const order = ({ item: a, marks }, { item: b, marks: others }) =>
      marks.reduce((found, mark, at) => found || others[at] - mark, 0) || compare(a[1], b[1]);
    return (await Promise.all(items)).sort(order).map(({ item }) => item);
  };

  // CRC-32.
  const mark = (address) => {
    let crc = -1;
    for (const sign of address) {
      crc ^= sign.charCodeAt(0);
      for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    }
    return ~crc >>> 0;
  };

  // What is known of the note at an address (as it is written in links from the root): its number is the one that the
  // address gives, or if that is taken the next one that is free.
  const record = async (address) => {
    const { notes: entries, bits } = await index();
    let at = place(entries, mark(address) >>> (32 - bits), 0, (a, b) => a - b);
    while (entries[at]) {
      const items = await file(entries[at++][1]);
      const found = items.find(([, url]) => url === address);
      if (found || entries[at]?.[0] !== items.at(-1)[4] + 1) return found;
    }
    return undefined;
  };

  // ---- what a result shows ----

  // From where to where a text has one of the forms at the beginning of a word, or in a run without spaces.
  const places = (text, forms) => {
    const found = [];
    for (const { index: at, 0: word, 1: run } of text.matchAll(WORD)) {
      const plain = folded(word);
      const same = plain.length === word.length;
      for (const form of forms) {
        if (run && same) {
          for (let hit = -1; (hit = plain.indexOf(form, hit + 1)) >= 0; ) found.push([at + hit, at + hit + form.length, form]);
        } else if (plain.startsWith(form)) found.push([at, at + (same ? form.length : word.length), form]);
      }
    }
    return found.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  };

  const marked = (text, forms) => {
    const parts = [];
    let end = 0;
    for (const [low, high] of places(text, forms)) {
      if (high <= end) continue;
      const from = Math.max(low, end);
      parts.push(text.slice(end, from), make("mark", {}, text.slice(from, high)));
      end = high;
    }
    return [...parts, text.slice(end)];
  };

  // The part of a text that has most of the forms, cut between words.
  const quoted = (text, forms) => {
    const found = places(text, forms);
    let [best, most] = [0, 0];
    for (const [low] of found) {
      const inside = found.filter(([at]) => at >= low && at < low + LENGTH - 50).map(([, , form]) => form);
      if (new Set(inside).size > most) [best, most] = [low, new Set(inside).size];
    }
    const from = best > 50 ? text.indexOf(" ", best - 50) + 1 : 0;
    const start = from > best ? best : from;
    const rest = start + LENGTH < text.length;
    const cut = text.slice(start, start + LENGTH);
    const end = rest ? Math.max(cut.lastIndexOf(" "), LENGTH - 30) : LENGTH;
    return [start > 0 ? "… " : "", ...marked(cut.slice(0, end), forms), rest ? " …" : ""];
  };

  const entry = ([title, url, where, text], forms) => {
    const parts = [make("b", { dir: "auto" }, ...marked(title, forms))];
    if (where) parts.push(make("span", { class: "where", dir: "auto" }, where));
    parts.push(make("span", { class: "words", dir: "auto" }, ...quoted(text, forms)));
    return make("li", {}, make("a", { href: new URL(url, site) }, ...parts));
  };

  // The data hold the beginnings of notes. Where what was found stands further down, the page itself is quoted.
  const quotePage = async (item, forms) => {
    if (!one("a", item) || one(".words mark", item)) return;
    const found = await page(one("a", item).href);
    const text = all(".prose > *", found).map((block) => block.textContent).join(" ").replace(/\s+/g, " ").normalize("NFC");
    if (places(text, forms).length) one(".words", item).replaceChildren(...quoted(text, forms));
  };

  // ---- the box ----

  const { dialog, input, found, status, lost } = kit.box;

  const summary = ({ hits, instead }) => {
    if (!hits.length) return "Nothing found.";
    const count = `${hits.length} ${hits.length === 1 ? "note" : "notes"}`;
    return instead.length ? `${count} with ${instead.join(" and ")}` : count;
  };

  let turn = 0;

  let answered; // the last answer, with the question

  // Rows in view are quoted from their pages, one after the other.
  const waiting = new Set();
  let isQuoting = false;

  const quote = async () => {
    if (isQuoting) return;
    isQuoting = true;
    for (let [item] = waiting; item; [item] = waiting) {
      waiting.delete(item);
      await quotePage(item, answered.forms).catch(() => {});
    }
    isQuoting = false;
  };

  const view = new IntersectionObserver(
    (rows) => {
      for (const { target, isIntersecting } of rows) waiting[isIntersecting ? "add" : "delete"](target);
      quote();
    },
    { root: found },
  );

  // Some of what was found, and the way to the rest.
  const rows = async ({ hits, forms, question }, start) => {
    const items = (await best(hits.slice(start, start + SHOWN), question)).map((item) => entry(item, forms));
    const more = make("li", {}, make("button", { type: "button" }, "Show more"));
    return hits.length > start + SHOWN ? [...items, more] : items;
  };

  // Shows what `work` finds, unless something else is asked meanwhile.
  const show = async (work) => {
    const mine = ++turn;
    try {
      const put = await work();
      if (mine === turn) put();
    } catch {
      if (mine === turn) lost();
    }
  };

  const answer = () =>
    show(async () => {
      const question = input.value.trim();
      const given = { hits: [], forms: [], ...(await search(question)), question };
      const items = await rows(given, 0);
      return () => {
        view.disconnect();
        waiting.clear();
        answered = given;
        found.replaceChildren(...items);
        found.scrollTop = 0;
        status.textContent = given.instead ? summary(given) : "";
        items.forEach((item) => view.observe(item));
      };
    });

  const showMore = (button) =>
    show(async () => {
      const items = await rows(answered, all("a", found).length);
      return () => {
        button.parentElement.replaceWith(...items);
        one("a", items[0]).focus();
        items.forEach((item) => view.observe(item));
      };
    });

  const open = () => {
    index().catch(() => {});
    if (input.value.trim() !== answered?.question) answer(); // it was typed before this was loaded
  };

  found.addEventListener("click", ({ target }) => target.matches("button") && showMore(target));
  dialog.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return; // the keys are the input method's
    const stops = [input, ...all("a, button", found)];
    const at = stops.indexOf(document.activeElement);
    if (event.key === "ArrowDown") stops[Math.min(at + 1, stops.length - 1)].focus();
    else if (event.key === "ArrowUp") stops[Math.max(at - 1, 0)].focus();
    else if (event.key === "Enter" && at === 0) stops[1]?.click();
    else if (event.key === "Escape") dialog.close();
    else {
      const isSign = [...event.key].length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (isSign) input.focus(); // and the sign lands there
      return;
    }
    event.preventDefault();
  });

  return { open, answer, record };
});
