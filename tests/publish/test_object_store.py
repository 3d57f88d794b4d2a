"""The object-store target: a real server with the interface of S3, faults, and what a reader sees meanwhile."""

import os
import random
import subprocess
import sys
import threading
from html.parser import HTMLParser
from pathlib import Path
from posixpath import join, normpath

import pytest

pytest.importorskip("s3fs", reason="vaultkit[cloud] is not installed")

import fsspec

from publish.deliveries import Sender
from publish.s3 import Front, Server
from publish.vaults import Site, fresh_site, public
from vaultkit.errors import SetupError, TargetError
from vaultkit.publish.ledger import LEDGER
from vaultkit.publish.place import Undelivered
from vaultkit.targets.object_store import bucket as buckets
from vaultkit.targets.object_store import object_store as place
from vaultkit.targets.object_store.order import phases

ROUNDS = 12 if os.environ.get("VAULTKIT_THOROUGH") else 2
PAGES = {"index.html": "home", "a/b.html": "b", "_vaultkit/site.css": "x", "assets/p.0123abcd.png": b"\x89\xff"}


# A real server ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def front():
    pytest.importorskip("moto.server", reason="moto is not installed")
    server = Server()
    front = Front(server)
    yield front
    front.close()
    server.close()


@pytest.fixture
def store(front, tmp_path, monkeypatch):
    """A bucket of its own for every test."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    front.plan = lambda method, path: None
    front.asked.clear()
    return Store(front, f"notes-{random.randrange(10**9)}", tmp_path)


class Store:
    def __init__(self, front, name, folder):
        self.front, self.name = front, name
        self.files = fsspec.filesystem(
            "s3", client_kwargs={"endpoint_url": front.url, "region_name": "us-east-1"}, use_listings_cache=False
        )
        front.server.request("PUT", f"/{name}")
        self.site = self.sender(folder)

    def sender(self, folder, **options):
        options = {"url": f"s3://{self.name}/site", "endpoint-url": self.front.url, "region": "us-east-1"} | options
        return Sender(place, folder, "object-store", **options)

    def there(self):
        names = self.files.find(f"{self.name}/site")
        found = {name.removeprefix(f"{self.name}/site/"): self.files.cat_file(name) for name in names}
        found.pop(LEDGER, None)
        return found

    def puts(self):
        """What was written or deleted since the last time."""
        asked = [
            path.partition("/site/")[2].partition("?")[0]
            for method, path in self.front.asked
            if method in ("PUT", "DELETE")
        ]
        self.front.asked.clear()
        return [path for path in asked if path]


def as_bytes(files):
    return {path: item.encode() if isinstance(item, str) else item for path, item in files.items()}


def test_what_is_published_is_there_and_only_what_changed_is_brought(store):
    assert store.site.foresee(PAGES) == tuple(f"would upload `{path}`" for path in sorted(PAGES))
    assert store.puts() == []
    assert store.site.send(PAGES) == (f"s3://{store.name}/site: 4 uploaded",)
    assert store.there() == as_bytes(PAGES)
    store.puts()
    assert store.site.send(PAGES) == ()
    assert store.puts() == []
    after = {**PAGES, "index.html": "new"}
    del after["a/b.html"]
    assert store.site.foresee(after) == ("would upload `index.html`", "would delete `a/b.html`")
    assert store.site.send(after) == (f"s3://{store.name}/site: 1 uploaded, 1 deleted",)
    assert store.puts() == [LEDGER, "index.html", "a/b.html", LEDGER]
    assert store.there() == as_bytes(after)


def test_types_and_cache_headers(store):
    store.site.send({**PAGES, "feed.xml": "<x/>", "robots.txt": "", "assets/v.89abcdef.svg": "<svg/>", "LICENSE": "x"})
    found = {}
    for path in store.there():
        answer = store.files.call_s3("head_object", Bucket=store.name, Key=f"site/{path}")
        found[path] = (answer["ContentType"], answer["CacheControl"])
    short, ever = "public, max-age=300", "public, max-age=31536000, immutable"
    assert found == {
        "index.html": ("text/html; charset=utf-8", short),
        "a/b.html": ("text/html; charset=utf-8", short),
        "_vaultkit/site.css": ("text/css; charset=utf-8", short),
        "assets/p.0123abcd.png": ("image/png", ever),
        "assets/v.89abcdef.svg": ("image/svg+xml; charset=utf-8", ever),
        "feed.xml": ("application/xml; charset=utf-8", short),
        "robots.txt": ("text/plain; charset=utf-8", short),
        "LICENSE": ("application/octet-stream", short),
    }


def test_objects_of_others_are_never_touched(store):
    store.files.pipe_file(f"{store.name}/site/index.html", b"mine")
    store.files.pipe_file(f"{store.name}/site/theirs.html", b"mine")
    store.files.pipe_file(f"{store.name}/other.html", b"mine")
    for act in (store.site.send, store.site.foresee):
        with pytest.raises(TargetError, match="there is not what vaultkit brought, so nothing was"):
            act(PAGES)
    assert store.there() == {"index.html": b"mine", "theirs.html": b"mine"}
    store.site.send(PAGES, force=True)
    store.files.pipe_file(f"{store.name}/site/a/b.html", b"edited")
    with pytest.raises(TargetError, match="there is not what"):
        store.site.send({})
    store.site.send({}, force=True)
    assert store.there() == {"theirs.html": b"mine"}
    assert store.files.cat_file(f"{store.name}/other.html") == b"mine"


def test_a_new_machine_goes_on_with_what_is_there(store, tmp_path):
    store.site.send(PAGES)
    store.puts()
    store.sender(tmp_path / "other").send({**PAGES, "new.html": "new"})
    assert store.puts() == [LEDGER, "new.html", LEDGER]


@pytest.mark.parametrize("fault", [500, 503, "hang", "cut", "slow"])
def test_a_fault_that_passes_is_not_noticed(store, fault, monkeypatch):
    monkeypatch.setattr(buckets, "_SECONDS", 1 if fault == "slow" else 30)
    failed = set()

    def plan(method, path):
        if path in failed or "site" not in path:
            return None
        failed.add(path)
        return fault

    store.front.plan = plan
    store.site.send(PAGES)
    store.front.plan = lambda method, path: None
    assert failed and store.there() == as_bytes(PAGES)


def test_a_fault_that_stays_is_told_and_the_next_run_goes_on(store, monkeypatch):
    store.site.send({**PAGES, "old.html": "old"})
    after = {**PAGES, "index.html": "new", "new.html": "new"}
    store.front.plan = lambda method, path: 500 if method == "PUT" and path.endswith("/index.html") else None
    with pytest.raises(TargetError, match="the store failed") as caught:
        store.site.send(after)
    assert caught.value.where == f"s3://{store.name}/site/index.html"
    assert store.there() == {**as_bytes(PAGES), "old.html": b"old", "new.html": b"new"}
    store.front.plan = lambda method, path: None
    store.site.send(after)
    assert store.there() == as_bytes(after)
    assert store.site.send(after) == ()


SEND = """
import sys
from publish.deliveries import Sender
from vaultkit.targets.object_store import object_store
where, url, server = sys.argv[1:]
options = {"url": url, "endpoint-url": server, "region": "us-east-1"}
Sender(object_store, where, "object-store", **options).send({f"{n}.html": "two" for n in range(4, 16)})
"""


def test_a_run_that_is_killed_half_way_is_finished_by_the_next(store, tmp_path):
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    store.site.send({f"{n}.html": "one" for n in range(12)})
    for stop_after in random.sample(range(2, 17), ROUNDS):
        store.site.send({f"{n}.html": "one" for n in range(12)})
        reached = threading.Event()
        changes = iter(range(1, 1000))

        def plan(method, path, until=stop_after, changes=changes, reached=reached):
            if method in ("PUT", "DELETE") and next(changes) >= until:
                reached.set()
                return "hang"
            return None

        store.front.plan = plan
        arguments = (str(tmp_path), f"s3://{store.name}/site", store.front.url)
        process = subprocess.Popen([sys.executable, "-c", SEND, *arguments], env=environment)
        assert reached.wait(120)
        process.kill()
        process.wait()
        store.front.plan = lambda method, path: None
        wanted = {f"{n}.html": "three" for n in range(8, 20)}
        store.site.send(wanted)
        assert store.there() == as_bytes(wanted)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"url": "s3://no-such-bucket-here/site"}, "there is no such bucket"),
        ({"endpoint-url": "http://127.0.0.1:1"}, "the store cannot be reached"),
        ({"profile": "nobody"}, "nobody"),
        ({"url": "nope://x/y"}, "is no address of a bucket"),
        ({"url": "simplecache::s3://x/y"}, "is no address of a bucket"),
        ({"url": "s3://"}, "is no address of a bucket"),
        ({"url": "s3://x/../y"}, "is no address of a bucket"),
    ],
)
def test_what_cannot_be_used_is_one_message(store, tmp_path, options, message):
    with pytest.raises((SetupError, TargetError), match=message):
        store.sender(tmp_path / "x", **options).send(PAGES)


def test_without_credentials_that_is_said(store, tmp_path, monkeypatch):
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(SetupError, match="there are no credentials"):
        store.sender(tmp_path / "x").send(PAGES)
    s3fs.S3FileSystem.clear_instance_cache()


def test_without_the_extra_that_is_said(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "fsspec.core", None)
    with pytest.raises(SetupError, match="packages that are not installed") as caught:
        Sender(place, tmp_path, "object-store", url="s3://x/y").send(PAGES)
    assert "vaultkit[cloud]" in caught.value.do


# What a reader sees, at every moment ------------------------------------------------------------------------------


class Links(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found += [value for name, value in attributes if name in ("href", "src") and value]


def dead_ends(files):
    """The links to nothing on pages that a reader gets to from the home page."""
    seen, todo, dead = set(), ["index.html"], []
    while todo:
        page = todo.pop()
        if page in seen or not page.endswith(".html") or page not in files:
            continue
        seen.add(page)
        for link in Links(files[page].decode()).found:
            path = link.partition("#")[0].partition("?")[0]
            if not path or ":" in path or link.startswith("//"):
                continue
            to = normpath(join(page, "..", path))
            dead += [(page, to)] if to not in files else []
            todo.append(to)
    return dead


class Broken(Exception):
    pass


@pytest.fixture
def memory(monkeypatch):
    """A bucket in memory that looks at itself after every change."""
    files = fsspec.filesystem("memory")
    files.store.clear()
    files.pseudo_dirs[:] = [""]
    watch = Watch(files)
    for name in ("put", "delete"):
        monkeypatch.setattr(buckets.Bucket, name, watch.around(getattr(buckets.Bucket, name)))
    monkeypatch.setattr("vaultkit.targets.object_store._AT_ONCE", 1)
    return watch


class Watch:
    def __init__(self, files):
        self.files, self.changes, self.ends_after = files, 0, 10**9

    def around(self, act):
        def acting(bucket, path, *rest):
            if self.changes >= self.ends_after:
                raise Broken
            act(bucket, path, *rest)
            self.changes += 1
            assert dead_ends(self.there()) == [], f"after {path}"

        return acting

    def there(self):
        return {path.removeprefix("/site/"): bytes(item.getbuffer()) for path, item in self.files.store.items()}


EDITIONS = [
    {"A.md": public("[[B]] #one"), "B.md": public("[[A]]"), "C.md": public("[[A]]")},
    {
        "A.md": public("[[D]] [[E]] #two"),
        "B.md": public("[[A]]"),
        "D.md": public("[[E]]"),
        "E.md": public("[[D]] #one"),
    },
    {"F/A.md": public("[[B]] [[D]]"), "B.md": public("[[A]] [[G]]"), "D.md": public("x"), "G.md": public("[[A]] #two")},
    {"B.md": public("alone"), "A.md": public("[[B]]")},
]


def test_no_reader_ever_meets_a_dead_link(memory):
    site = fresh_site(place=place, target={"kind": "object-store", "url": "memory://site"})
    for vault in EDITIONS:
        site.publish(vault, allow_mass_withdraw=True)
        there = memory.there()
        there.pop(LEDGER)
        assert there == site.files()


@pytest.mark.parametrize("seed", range(5))
def test_wherever_it_is_cut_off_no_reader_meets_a_dead_link(memory, seed):
    chance = random.Random(seed)
    site = fresh_site(place=place, target={"kind": "object-store", "url": "memory://site"})
    for vault in [chance.choice(EDITIONS) for _ in range(6)]:
        memory.ends_after = memory.changes + chance.randrange(12)
        try:
            site.publish(vault, allow_mass_withdraw=True)
        except Broken:
            continue
    memory.ends_after = 10**9
    site.publish(EDITIONS[3], allow_mass_withdraw=True)
    there = memory.there()
    there.pop(LEDGER)
    assert there == site.files()


def test_the_order_matters(memory, monkeypatch):
    """The test above can fail: in the order of the alphabet, a reader meets a dead link."""
    monkeypatch.setattr("vaultkit.targets.object_store.phases", lambda paths, pages, before: (tuple(sorted(paths)),))
    site = fresh_site(place=place, target={"kind": "object-store", "url": "memory://site"})
    with pytest.raises(AssertionError, match="after "):
        for vault in EDITIONS:
            site.publish(vault, allow_mass_withdraw=True)


def test_phases():
    found = phases(
        ["new.html", "old.html", "index.html", "feed.xml", "tags/n.html", "site.css", "LICENSE", "x.md", *SEARCH],
        {"new.html", "old.html", "x.md"},
        {"old.html", "feed.xml", "site.css", "x.md", SEARCH[2]},
    )
    assert found == (
        ("site.css", "LICENSE"),
        ("new.html", "tags/n.html", SEARCH[1]),
        ("old.html", "x.md"),
        ("feed.xml", SEARCH[2]),
        ("index.html", SEARCH[0]),
    )


SEARCH = [f"_vaultkit/search/{name}.js" for name in ("index", "words.1", "notes.2")]


def test_a_folder_of_this_machine(tmp_path):
    site = Sender(place, tmp_path, "object-store", tmp_path / "vault", url=f"file://{tmp_path}/there")
    site.send(PAGES)
    site.send({"a/b.html": "new"})
    assert [path.name for path in (tmp_path / "there").rglob("*") if path.is_file() and path.name != LEDGER] == [
        "b.html"
    ]
    inside = Sender(place, tmp_path, "object-store", tmp_path / "vault", url=f"file://{tmp_path}/vault/x")
    with pytest.raises(SetupError, match="nothing is published into the vault"):
        inside.send(PAGES)


def test_a_file_of_this_machine_is_there_whole_or_not_at_all(tmp_path, monkeypatch):
    """A full disk while a page, or the record, is written."""
    site = Sender(place, tmp_path, "object-store", url=f"file://{tmp_path}/there")
    site.send(PAGES)
    before = {path: path.read_bytes() for path in (tmp_path / "there").rglob("*") if path.is_file()}

    def full(handle):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(TargetError, match="No space left on device"):
        patch.setattr(os, "fsync", full)
        site.place.deliver(site.delivery(site.published({"index.html": "new", "a/b.html": "new"})), site.config)
    assert {path: path.read_bytes() for path in (tmp_path / "there").rglob("*") if path.is_file()} == before
    (tmp_path / "there" / ".vaultkit-coming-1-1").write_text("of a run that was killed")
    site.send({"index.html": "new"})
    assert not (tmp_path / "there" / ".vaultkit-coming-1-1").exists()
    assert (tmp_path / "there" / "index.html").read_text() == "new"
    assert not (tmp_path / "there" / "a" / "b.html").exists()


@pytest.mark.parametrize("kind", ["link", "link to nowhere", "file"])
def test_nothing_is_written_through_a_link(tmp_path, kind):
    (tmp_path / "there").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "b.html").write_text("mine")
    way = tmp_path / "there" / "a"
    if kind == "file":
        way.write_text("mine")
    else:
        way.symlink_to(tmp_path / ("outside" if kind == "link" else "nowhere"))
    site = Sender(place, tmp_path, "object-store", url=f"file://{tmp_path}/there")
    for act in (site.send, site.foresee):
        with pytest.raises(TargetError, match="`a` there is no file or folder of vaultkit's, so nothing was changed"):
            act(PAGES)
    assert (tmp_path / "outside" / "b.html").read_text() == "mine"


def test_a_page_that_must_go_is_known_though_the_record_is_lost(tmp_path):
    site = fresh_site(place=place, target={"kind": "object-store", "url": f"file://{tmp_path}/there"})
    vault = {f"{n}.md": public() for n in range(4)}
    site.publish(vault)
    (tmp_path / "there" / LEDGER).unlink()
    vault["3.md"] = "---\npublish: false\n---"
    for _ in range(2):
        for act in (site.publish, site.plan):
            with pytest.raises(Undelivered, match=r"`3\.md` must not be public any more and still is"):
                act(vault)
        site.begin_anew()
    site.publish(vault, force=True)
    assert not (tmp_path / "there" / "3.html").exists()
    assert site.publish(vault).delivered == ()


@pytest.mark.parametrize("left", [0, 8, 25])
def test_where_nothing_is_known_here_a_place_is_not_emptied(tmp_path, left):
    """A build server whose cache is gone, and a vault that is not whole."""

    def site(name):
        (tmp_path / name).mkdir()
        return Site(tmp_path / name, place=place, target={"kind": "object-store", "url": f"file://{tmp_path}/there"})

    def there():
        return {path.name for path in (tmp_path / "there").glob("*.html")}

    vault = {f"{n}.md": public() for n in range(30)}
    site("one").publish(vault)
    fewer = dict([*vault.items()][:left])
    other = site("other")
    if left == 25:
        other.publish(fewer)
        assert "29.html" not in there()
        return
    for act in (other.plan, other.publish, other.publish):
        with pytest.raises(Undelivered, match="of the 30 pages of notes there would be gone"):
            act(fewer)
    assert "29.html" in there()
    other.publish(fewer, allow_mass_withdraw=True)
    assert "29.html" not in there()


def test_a_note_that_denies_it_goes_whatever_is_known_here(tmp_path):
    """A build server with nothing but the vault."""
    more = {f"{n}.md": public() for n in range(3)}
    vault = {"x.md": public("#a #b #c #d #e #f", permalink="secret"), **more}
    for name, text in (("one", vault["x.md"]), ("two", "---\npublish: false\npermalink: secret\n---\n")):
        (tmp_path / name).mkdir()
        target = {"kind": "object-store", "url": f"file://{tmp_path}/there"}
        Site(tmp_path / name, place=place, target=target).publish({**vault, "x.md": text})
    assert not (tmp_path / "there" / "secret.html").exists() and (tmp_path / "there" / "0.html").exists()


def test_a_bucket_of_others_is_not_emptied_by_a_new_address(tmp_path):
    for name, count in (("one", 30), ("two", 2)):
        (tmp_path / name).mkdir()
        site = Site(
            tmp_path / name, place=place, target={"kind": "object-store", "url": f"file://{tmp_path}/{name}-there"}
        )
        site.publish({f"{name}{n}.md": public() for n in range(count)})
    moved = Site(tmp_path / "two", place=place, target={"kind": "object-store", "url": f"file://{tmp_path}/one-there"})
    with pytest.raises(Undelivered, match="30 of the 30 pages of notes there would be gone"):
        moved.publish({f"two{n}.md": public() for n in range(2)})


def test_a_denied_page_that_was_edited_here_does_not_stay_there(tmp_path):
    site = fresh_site(place=place, target={"kind": "object-store", "url": f"file://{tmp_path}/there"})
    vault = {f"{n}.md": public() for n in range(3)}
    site.publish(vault)
    (site.output / "2.html").write_text("edited")
    vault["2.md"] = "---\npublish: false\n---"
    for _ in range(2):
        assert site.publish(vault).conflicts
        assert not (tmp_path / "there" / "2.html").exists() and (tmp_path / "there" / "1.html").exists()
