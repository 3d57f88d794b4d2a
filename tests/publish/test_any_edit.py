"""Whatever is edited, an incremental publish gives the very bytes of a full one, and prints few files anew."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publish.pictures import PICTURES
from publish.vaults import HOLDS, fresh_site, note_of, snapshot
from vaultkit.errors import VaultkitError
from vaultkit.index.vault_index import VaultIndex
from vaultkit.targets.site import explorer, feeds, graph, lists, pages, search, shards

SETTINGS = {"properties": ["title", "date", "see", "tags", "description", "aliases"]}
NAMES = ["a", "b", "c", "d", "e", "f", "Index", "Long name"]
FOLDERS = ["", "Deep", "Deep/Deeper", "Other", "other side"]
WORDS = ["one", "two", "wolpertinger", "tulips", "roses", "under", "Ouagadougou meeting"]
PRIVATE = "We are going to buy all of their {} before the meeting of Wednesday in the old town hall"
BOARDS = {
    "books.base": [b"views: [{type: table, order: [file.name, file.size, note.tags]}]", b"views: [{type: list}]"],
    "wall.canvas": [
        b'{"nodes": [{"id": "1", "type": "file", "file": "%s", "x": 0, "y": 0, "width": 9, "height": 9}]}' % name
        for name in (b"a.md", b"Deep/b.md", b"gone.md")
    ],
}


@pytest.fixture(autouse=True)
def as_in_a_large_vault(monkeypatch):
    """What is cut where there is much of it is cut in a vault of ten notes."""
    for module, name, value in (
        (explorer, "WHOLE", 0), (explorer, "BRANCHES", 1), (explorer, "NEIGHBOURS", 1), (graph, "NEAR", 2),
        (graph, "MOST", 6), (lists, "LENGTH", 3), (lists, "NEWEST", 2), (lists, "_RECENT", 3), (feeds, "NEWEST", 2),
        (feeds, "MOST_ADDRESSES", 9), (search, "IN_ONE", 3), (shards, "SIZE", 64), (pages, "QUOTED", 1),
        (pages, "NAMED", 2),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, value)


class Pair:
    """A vault, and two folders that it is published to: to one incrementally, to the other in full."""

    def __init__(self, rng, **given):
        self.rng = rng
        self.vault = {"p.png": PICTURES["png"], "q.png": PICTURES["png"], "a.md": "---\npublish: true\n---\n"}
        self.vault |= {name: texts[0] for name, texts in BOARDS.items()}
        for _ in range(12):
            self.vault[self.path()] = self.note()
        self.sites = [fresh_site(**{**SETTINGS, **given}) for _ in range(2)]
        self.notes = {}
        self.small = 0
        self.publish()

    def path(self):
        folder, name = self.rng.choice(FOLDERS), self.rng.choice(NAMES)
        return f"{folder}/{name}.md".lstrip("/")

    def known(self):
        return self.rng.choice([path for path in self.vault if path.endswith(".md")])

    def target(self):
        place = self.rng.choice(["", "", "#Part", "#^id", "#Elsewhere"])
        return self.rng.choice([self.known()[:-3], self.rng.choice(NAMES), "nowhere"]) + place

    def piece(self):
        rng = self.rng
        return rng.choice([
            " ".join(rng.choices(WORDS, k=4)), f"see [[{self.target()}]] {rng.choice(WORDS)}",
            f"[[{self.target()}|so called]]", f"![[{self.target()}]]",
            f"# {rng.choice(['Part', *WORDS])}\n\nunder it ^id",
            f"#{rng.choice(['Tag', 'tag', 'tag/nested', 'other', 'Other/deep/er'])}", "![[p.png]]", "[[q.png]]",
            "![[books.base]]", "[[books.base]]", "![[wall.canvas]]", "[[wall.canvas]]",
            f"%% {rng.choice(WORDS)} remark %%",
            f"%% {PRIVATE.format(rng.choice(WORDS))} %%", PRIVATE.format(rng.choice(WORDS)),
            "```mermaid\ngraph LR\n```",
            "$x^2$",
        ])  # fmt: skip

    def note(self):
        rng = self.rng
        lines = ["publish: " + rng.choice(["true", "true", "true", "true", "false"])]
        lines += rng.sample([
            f"date: 20{rng.randrange(20, 30)}-0{rng.randrange(1, 9)}-11",
            f"title: {rng.choice(WORDS)} {rng.randrange(3)}",
            f"tags: [{rng.choice(['tag', 'Tag', 'tag/nested', 'fresh'])}]", f'see: "[[{self.target()}]]"',
            f"permalink: /p/{rng.randrange(4)}/", f"aliases: [old/{rng.randrange(3)}]", "description: what it says",
            f"status: {rng.choice(WORDS)} of my own making", f"secret: {PRIVATE.format(rng.choice(WORDS))}",
        ], k=rng.choice([0, 0, 1, 2, 3]))  # fmt: skip
        if rng.random() < 0.3:
            lines = lines[1:]
        body = "\n\n".join(self.piece() for _ in range(rng.randrange(5)))
        last = f"{HOLDS}\n" * (rng.random() < 0.05)
        return "\n".join(("---", *(lines or ["publish: true"]), "---", body, last))

    def edit(self):
        rng, vault = self.rng, self.vault
        kinds = ["body"] * 4 + ["note"] * 4 + ["new"] * 2 + ["delete", "rename", "folder", "file", "deny", "none"]
        kind = rng.choice(kinds)
        path = self.known()
        if kind == "body":
            vault[path] += f"\n{self.piece()}\n"
        elif kind == "note":
            vault[path] = self.note()
        elif kind == "new":
            vault[self.path()] = self.note()
        elif kind == "delete":
            del vault[path]
        elif kind == "rename":
            vault[self.path()] = vault.pop(path)
        elif kind == "folder":
            old, new = rng.choice(FOLDERS[1:]), rng.choice(["Moved", "Deep/Moved", "other-side"])
            for name in [name for name in vault if name.startswith(f"{old}/")]:
                vault[new + name[len(old) :]] = vault.pop(name)
        elif kind == "file":
            name = rng.choice([*BOARDS, "p.png", "q.png"])
            if name in vault and rng.random() < 0.3:
                del vault[name]
            else:
                vault[name] = rng.choice(BOARDS.get(name) or [PICTURES["png"], PICTURES["jpg"], PICTURES["gif"]])
        elif kind == "deny":
            vault[path] = vault[path].replace("publish: true", "publish: false")
        return kind

    def publish(self):
        texts = {path: text for path, text in self.vault.items() if path.endswith(".md")}
        self.notes = {
            path: known if (known := self.notes.get(path)) and known[0] == text else (text, note_of(path, text))
            for path, text in texts.items()
        }
        others = [path for path in self.vault if path not in texts]
        told = []
        for site, full in zip(self.sites, (False, True), strict=True):
            index = VaultIndex(others, self.known_notes())
            if full:
                site.press._forget()
                site.press._as_before = lambda live: None  # it prints all, whatever it takes for the same
            before = site.press._last
            try:
                told.append(site.press.publish(snapshot(self.vault, index=index)))
            except VaultkitError as error:
                told.append(str(error))
            self.small += bool(not full and before and site.press._last)
        return told

    def prepare(self):
        """What is done while nobody waits; now and then by another process, which found all as it should be."""
        site = self.sites[0]
        if self.rng.random() < 0.3:
            site.begin_anew()
            self.publish()
        if self.rng.random() < 0.7:
            index = VaultIndex([path for path in self.vault if not path.endswith(".md")], self.known_notes())
            site.press.prepare(lambda: snapshot(self.vault, index=index))

    def known_notes(self):
        return [note for _, note in self.notes.values()]

    def step(self):
        """An edit that can be published; what was told each time."""
        self.prepare()
        before = dict(self.vault)
        kind = self.edit()
        if not any(path.endswith(".md") for path in self.vault):
            self.vault = before
        told = self.publish()
        if isinstance(told[0], str) or isinstance(told[1], str):
            assert str(told[0]) == str(told[1]), kind
            self.vault = before
            return
        one, other = (site.files() for site in self.sites)
        assert one.keys() == other.keys(), kind
        assert [path for path in one if one[path] != other[path]] == [], kind
        assert told[0].notices == told[1].notices and told[0].notes.verdicts == told[1].notes.verdicts
        assert told[0].manifest.notes == told[1].manifest.notes and told[0].manifest.imprint == told[1].manifest.imprint


@settings(max_examples=12, deadline=None)
@given(st.integers(min_value=0))
def test_whatever_is_edited_the_bytes_are_those_of_a_full_publish(seed):
    pair = Pair(random.Random(seed))
    for _ in range(7):
        pair.step()
