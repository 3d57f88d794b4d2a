"""Whatever happens between two publishes, an incremental one gives the very bytes of one that prints everything: other
processes, restarts, damage, the owner's look and settings, time, what cannot be seen for a while, a note that comes
back under another name. `test_any_edit` has the edits of every day."""

import random
import unicodedata
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from publish import test_any_edit
from publish.pictures import PICTURES
from publish.test_any_edit import SETTINGS, WORDS, Pair
from publish.vaults import HOLDS, NOW, Site, note_of, snapshot
from vaultkit.errors import VaultkitError
from vaultkit.index.vault_index import VaultIndex
from vaultkit.publish import history
from vaultkit.publish.page import Theme
from vaultkit.publish.press import AS_USUAL, Wish
from vaultkit.targets.hugo import hugo
from vaultkit.targets.jekyll import jekyll
from vaultkit.targets.markdown import markdown
from vaultkit.targets.site import site as the_site

as_in_a_large_vault = test_any_edit.as_in_a_large_vault

TARGETS = {"site": the_site, "hugo": hugo, "jekyll": jekyll, "markdown": markdown}
PROPERTIES = {"properties": [*SETTINGS["properties"], "status", "rating", "updated", "lang"]}
LOOKS = [
    Theme(),
    Theme("p { color: red }"),
    Theme("", {"note.html": "{% extends 'vaultkit/note.html' %}"}),
    Theme("", {"note.html": "{{ site.title }}: {{ title }} {{ text.body }}"}),
    Theme("", {"list.html": "{{ site.edition.pages | length }} {{ title }} {{ lede }}"}),
]
ASKED = [
    {}, {"slug": {"style": "quartz5"}}, {"slug": {"style": "keep"}}, {"properties": ["title", "date", "tags"]},
    {"gate": "warning"}, {"select": {"path": "Deep/**"}},
]  # fmt: skip
AIMED = [{}, {"base_url": "https://example.org/notes/"}, {"base_url": "https://example.org/"}, {"home": "a"}]
DAYS = ["2026-11-22", "2026-11-24", "2026-11-25T10:00", "2026-12-01"]
PLACES = ["/p/1/", "/deep/", "/deep/deeper/", "/other/", "/graph", "/x/index.2", "/deep/index.2", "old/1", "deep/a"]
ODD = ["Übung", "U\u0308bung", "A", "ÉTÉ", "x" * 120, "Deep", "index", "Index", "graph", "feed", "50% & more", "日本"]
VALUES = ["1", "true", "1.0", "0", "false", "'1'", "[1, true]", "{x: 1, y: 2}", "{y: 2, x: 1}", '"[[a]]"']
ASSETS = ["p.png", "q.png", "Deep/p.png", "other side/P.png", "Other/q.png"]
BASE = "```base\nviews: [{{type: table, order: [file.name, {}]}}]\nformulas: {{d: today()}}\n```"


class World(Pair):
    """The same with all that may happen besides edits. `log` says what did."""

    def __init__(self, rng, target="site"):
        self.log, self.gone, self.other = [], {}, None
        self.now, self.look, self.strict, self.addresses = NOW, Theme(), False, {}
        self.frozen, self.waits, self.stamps = set(), set(), {}
        self.asked, self.aimed, self.target_form = {}, {}, TARGETS[target]
        super().__init__(rng, printer=self.target_form, **PROPERTIES)

    def begin(self, number):
        """Another process for one of the two folders, as configured."""
        folder = self.sites[number].output.parent
        return Site(folder, **PROPERTIES | self.asked, target=self.aimed, printer=self.target_form)

    def path(self):
        if self.rng.random() < 0.8:
            return super().path()
        folder = self.rng.choice(["", "Deep", "deep", "Other", "Übung", "U\u0308bung"])
        return f"{folder}/{self.rng.choice(ODD)}.md".lstrip("/")

    def known(self):
        found = sorted(path for path, text in self.vault.items() if isinstance(text, str))
        if not found:
            self.vault["a.md"] = self.note()
        return self.rng.choice(found or ["a.md"])

    def piece(self):
        rng = self.rng
        return super().piece() if rng.random() < 0.75 else rng.choice([
            f"![[{rng.choice(ASSETS)}|so]]", "[[P.png]]", "![[nowhere.png]]", f"![[{self.target()}|words]]",
            f"`code` [md]({self.target().replace(' ', '%20')}.md)", f"> [!note] [[{self.target()}]]",
            BASE.format("note.date"), BASE.format("formula.d"), "[^1]\n\n[^1]: a footnote", "<!-- words of mine -->",
            f"%% unclosed {rng.choice(WORDS)}", "{{ title }} {% raw %} {{< x >}}", "- [ ] task #tag/other",
            f"#{rng.choice(['TAG', 'tag/Nested', 'ü', 'Ü', 'c-1'])}", "## Part\n\n## Part\n\n### [[a]] in it",
        ])  # fmt: skip

    def note(self):
        text, rng = super().note(), self.rng
        more = rng.sample([
            f"date: {rng.choice(DAYS)}", f"updated: {rng.choice(DAYS)}", f"permalink: {rng.choice(PLACES)}",
            f"aliases: [{rng.choice(PLACES)}, {rng.choice(PLACES)}]", f"rating: {rng.choice(VALUES)}", "lang: de",
            f"publish: {rng.choice(['true', 'no', '7'])}", "status: 1", "bad: [",
        ], k=rng.choice([0, 0, 0, 1, 2]))  # fmt: skip
        return "\n".join(("---", *more, text[4:])) if more else text

    def edit(self):
        kind = self.rng.choice(["usual", "twice", *HAPPENS, *HAPPENS])
        if kind == "twice":
            return f"{self.edit()}, {self.edit()}"
        if kind == "usual":
            return super().edit()
        getattr(self, f"happens_{kind}")(self.known())
        return kind

    def happens_swap(self, path):
        other = self.known()
        self.vault[path], self.vault[other] = self.vault[other], self.vault[path]

    def happens_shuffle(self, path):
        head, mark, rest = self.vault[path].partition("\n---")
        lines = head.split("\n")[1:]
        self.rng.shuffle(lines)
        self.vault[path] = "\n".join(("---", *lines)) + mark + rest

    def happens_retype(self, path):
        first, *lines = [line for line in self.vault[path].split("\n") if not line.startswith("rating:")]
        self.vault[path] = "\n".join((first, f"rating: {self.rng.choice(VALUES)}", *lines))

    def happens_case(self, path):
        folder, slash, name = path.rpartition("/")
        self.vault[f"{folder}{slash}{name[:-3].swapcase()}.md"] = self.vault.pop(path)

    def happens_form(self, path):
        self.vault[unicodedata.normalize(self.rng.choice(["NFC", "NFD"]), path)] = self.vault.pop(path)

    def happens_again(self, path):
        path = self.rng.choice([path, *self.gone])
        self.vault[path] = self.gone.get(path, self.vault.get(path))

    def happens_attachment(self, path):
        self.vault[self.rng.choice(ASSETS)] = PICTURES[self.rng.choice(["png", "png", "gif"])]

    def happens_touched(self, path):
        self.stamps[self.rng.choice(ASSETS)] = self.rng.random()

    def happens_time(self, path):
        self.now += timedelta(hours=self.rng.choice([1, 23, 60]))

    def happens_look(self, path):
        self.look = self.rng.choice(LOOKS)

    def happens_settings(self, path):
        self.asked, self.aimed, self.other = self.rng.choice(ASKED), self.rng.choice(AIMED), None
        self.sites = [self.begin(number) for number in range(2)]

    def happens_strict(self, path):
        self.strict = not self.strict

    def happens_addresses(self, path):
        self.addresses = {} if self.addresses else {"a.md": ("a.html",)}

    def happens_frozen(self, path):
        self.frozen = set() if self.frozen else {name for name in self.vault if name.startswith("Deep/")}
        for name in sorted(self.frozen):
            if self.rng.random() < 0.5:
                del self.vault[name]

    def happens_waits(self, path):
        self.waits = set() if self.waits else {path, "p.png"}
        for name in self.waits:
            self.vault.pop(name, None)

    def happens_everywhere(self, path):
        for name in [name for name, text in self.vault.items() if isinstance(text, str)]:
            self.vault[name] += f"\n{self.piece()}\n"

    def happens_unreadable(self, path):
        self.vault[path] = None

    def happens_held(self, path):
        self.vault[path] += f"\n{HOLDS}\n"

    def happens_index(self, path):
        folder = self.rng.choice(["Deep", "Deep/Deeper", "Other"])
        self.vault[f"{folder}/{self.rng.choice(['index', 'Index', folder.rpartition('/')[2]])}.md"] = self.note()

    def shot(self):
        def data(path):
            if not isinstance(self.vault.get(path), bytes):
                raise FileNotFoundError(2, "No such file", path)
            return self.vault[path]

        def stamp(path):
            return f"{len(self.vault[path])} {self.stamps.get(path)}" if path in self.vault else ""

        others = [path for path in self.vault if not path.endswith(".md")]
        return snapshot(
            self.vault, index=VaultIndex(others, self.known_notes()), data=data, stamp=stamp, now=self.now,
            theme=self.look, strict_breaks=self.strict, addresses=self.addresses,
            frozen=self.frozen.__contains__, waits=self.waits.__contains__,
        )  # fmt: skip

    def publish(self, wish=AS_USUAL):
        """Publish incrementally, and by a process of its own that prints everything."""
        self.take_in()
        if self.log:
            self.sites[1] = self.begin(1)
        self.sites[1].press._as_before = lambda live: None
        if self.rng.random() < 0.3:
            (Path(self.sites[1].store.home) / "bodies.sqlite").unlink(missing_ok=True)
        site = self.published = self.other if self.other and self.rng.random() < 0.4 else self.sites[0]
        if self.rng.random() < 0.1:
            self.plan(site)
        return [self.told(one, wish) for one in (site, self.sites[1])]

    def take_in(self):
        texts = {path: text for path, text in self.vault.items() if path.endswith(".md")}
        self.notes = {
            path: known if (known := self.notes.get(path)) and known[0] == text else (text, note_of(path, text))
            for path, text in texts.items()
        }

    def plan(self, site):
        try:
            site.press.plan(self.shot())
        except VaultkitError:
            self.log.append("no plan")

    def told(self, site, wish):
        try:
            return site.press.publish(self.shot(), wish)
        except VaultkitError as error:
            return str(error).replace(str(site.output), "OUTPUT")

    def prepare(self):
        """What happens while nobody publishes."""
        rng = self.rng
        if rng.random() < 0.3:
            self.sites[0] = self.begin(0)
            self.log.append("restart")
            if rng.random() < 0.8:
                self.publish()
        if rng.random() < 0.15:
            self.other = None if self.other else self.begin(0)
            self.log.append("another" if self.other else "alone")
        if rng.random() < 0.1:
            self.damage()
        if rng.random() < 0.1:
            self.lose()
        if rng.random() < 0.5:
            self.published.press.prepare(self.shot)
            self.log.append("prepare")

    def damage(self):
        """Something happens to what is remembered beside the live files."""
        path = Path(self.sites[0].store.home) / self.rng.choice(["printed.json", "bodies.sqlite"])
        data = bytearray(path.read_bytes() if path.exists() else b"") or bytearray(b"0")
        for _ in range(self.rng.choice([1, 20])):
            data[self.rng.randrange(len(data))] = self.rng.randrange(256)
        path.write_bytes(data[: self.rng.choice([len(data), len(data) // 2])])
        self.log.append(f"damaged {path.name}")

    def lose(self):
        """Somebody deletes a live file."""
        names = sorted(path for path in self.sites[0].files() if path.endswith((".html", ".js", ".md")))
        name = self.rng.choice(names or ["none"])
        for site in self.sites:
            (site.output / name).unlink(missing_ok=True)
        self.log.append(f"lost {name}")

    def wish(self):
        kept = [{item.number: item.manifest.notes for item in site.store.generations()} for site in self.sites]
        same = [number for number in kept[0] if kept[0][number] == kept[1].get(number)]
        if same and self.rng.random() < 0.05:
            return Wish(generation=self.rng.choice(same))
        return self.rng.choice([*[AS_USUAL] * 6, Wish(allow_mass_withdraw=True), Wish(force=True)])

    def step(self):
        self.prepare()
        before, hidden = dict(self.vault), (self.frozen, self.waits)
        self.log.append(self.edit())
        self.gone |= {path: text for path, text in before.items() if isinstance(text, str) and path not in self.vault}
        told = self.publish(self.wish())
        if isinstance(told[0], str) or isinstance(told[1], str):
            assert str(told[0]) == str(told[1]), self.log
            self.vault, (self.frozen, self.waits) = before, hidden
            self.log.append(told[0])
            return
        if self.addresses:  # the vault keeps them after each publish
            urls = {note.path: note.url for note in told[1].notes.notes.values()}
            self.addresses = history.read(history.written(urls, told[1].notes.past))
        one, other = (site.files() for site in self.sites)
        assert [path for path in one.keys() | other.keys() if one.get(path) != other.get(path)] == [], self.log
        assert told[0].notices == told[1].notices and told[0].notes.verdicts == told[1].notes.verdicts, self.log
        assert self.noted(0) == self.noted(1), self.log

    def noted(self, number):
        """What is known of a published folder beside its files."""
        live = self.sites[number].store.live().manifest
        assets = {path: item.url for path, item in live.assets.items()}
        return live.imprint, live.notes, live.past, live.absent, assets, [*live.files]


HAPPENS = [name.removeprefix("happens_") for name in dir(World) if name.startswith("happens_")]


@settings(max_examples=12, deadline=None)
@given(st.integers(min_value=0), st.sampled_from(sorted(TARGETS)))
def test_whatever_happens_the_bytes_are_those_of_a_full_publish(seed, target):
    world = World(random.Random(seed), target)
    for _ in range(8):
        world.step()
