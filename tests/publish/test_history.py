"""Addresses are for good: whoever follows an old one is sent on, whatever became of the note's path."""

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.test_vault import published, vaultkit
from publish.vaults import HOLDS, Site, fresh_site, public
from vaultkit.publish.history import moved, past, read, together, written

TULIPS = public("tulips")


def redirects(plan):
    return {item.url: item.to for item in plan.notes.redirects}


def leads(site, url):
    """Where a page that only sends on leads."""
    return site.files()[url].decode().partition('http-equiv="refresh" content="0; url=')[2].partition('"')[0]


def test_a_redirect_is_written_when_an_address_changes_and_stays_for_good():
    site = fresh_site()
    for permalink in ("one", "two", "deep/three"):
        site.publish({"a.md": public("x", permalink=permalink), "b.md": public()})
    wanted = {"a.html": "deep/three.html", "one.html": "deep/three.html", "two.html": "deep/three.html"}
    for words in ("x", "y", HOLDS):
        plan = site.publish({"a.md": public(words, permalink="deep/three"), "b.md": public()})
        assert redirects(plan) == wanted
    assert leads(site, "one.html") == "deep/three.html"
    plan = site.publish({"a.md": public("z", permalink="two"), "b.md": public()})
    assert redirects(plan) == {"a.html": "two.html", "one.html": "two.html", "deep/three.html": "two.html"}


def test_another_style_leaves_no_address_behind():
    vault = {"Some Note.md": public("a"), "Deep/Other One.md": public("b"), "c.md": public()}
    site = fresh_site()
    site.publish(vault)
    site.press._settings = site.press._settings.replaced(slug=type(site.press._settings.slug)(style="hugo"))
    plan = site.publish(vault)
    assert redirects(plan) == {
        "some-note.html": "some-note/index.html", "deep/other-one.html": "deep/other-one/index.html",
        "c.html": "c/index.html",
    }  # fmt: skip


def test_folders_and_tags_are_sent_on_too_when_the_style_changes():
    vault = {
        "some folder/very deep/one.md": public("#Tag/More"), "some folder/b.md": public(), "plain/c.md": public(),
        "Case/d.md": public(),
    }  # fmt: skip
    site = fresh_site()
    site.publish(vault)
    for style in ("obsidian-publish", "keep"):
        site.press._settings = site.press._settings.replaced(slug=type(site.press._settings.slug)(style=style))
        before = {path for path in site.files() if path.endswith(".html")}
        site.publish(vault)
        gone = before - site.files().keys()
        assert gone <= {"case/index.html", "case/d.html"}, "on some systems that is where they stand now"
    for _ in range(2):
        assert leads(site, "some-folder/very-deep/index.html") == "../../some%20folder/very%20deep/index.html"
        assert leads(site, "some+folder/index.html") == "../some%20folder/index.html"
        site.publish(vault | {"plain/e.md": public()})
    sent = site.plan(vault).sent
    assert sent["some+folder/index.html"] == "some folder/index.html"
    assert sent["some-folder/b.html"] == "some folder/b.html" and "plain/index.html" not in sent
    lines = site.files()["_redirects"].decode().splitlines()
    assert "/some%2Bfolder/index.html /some%20folder/index.html 301" in lines
    assert not any(line.startswith("/plain/index.html") for line in lines)


def test_an_address_of_a_note_that_was_denied_does_not_come_back_by_another_of_its_name():
    site = fresh_site()
    site.publish({"Divorce/Log.md": public("one"), "b.md": public()})
    site.publish({"Divorce/Log.md": "---\npublish: false\n---\none", "b.md": public()})
    for vault in ({"b.md": public()}, {"b.md": public(), "Other/Log.md": public("another")}):
        site.publish(vault)
        assert b"divorce" not in site.text().lower()


def test_an_address_that_changes_in_letter_case_alone_is_told_once(tmp_path):
    """On some systems the old one cannot stand beside the new one."""
    vault = {"A.md": public(), "b.md": public()}
    Site(tmp_path).publish(vault)
    site = Site(tmp_path, slug={"style": "keep"})
    for plan in (site.plan(vault), site.publish(vault)):
        assert [(item.path, item.message) for item in plan.notices] == [
            ("A.md", "stands at `A.html` now, and nothing leads on from `a.html`, which some systems take for the same")
        ]
    assert site.publish(vault).notices == ()


def test_a_folder_that_a_note_took_the_old_place_of_is_not_sent_on():
    site = fresh_site()
    site.publish({"some folder/b.md": public()})
    site.press._settings = site.press._settings.replaced(slug=type(site.press._settings.slug)(style="keep"))
    site.publish({"some folder/b.md": public(), "z.md": public("mine now", permalink="some-folder/")})
    assert b"mine now" in site.files()["some-folder/index.html"]


@pytest.mark.parametrize(
    ("vault", "wanted"),
    [
        ({"New/a.md": TULIPS}, {"old/a.html": "new/a.html"}),  # it was moved
        ({"Old/renamed.md": TULIPS}, {"old/a.html": "old/renamed.html"}),  # it was renamed
        ({"New/a.md": public("roses")}, {"old/a.html": "new/a.html"}),  # moved and edited
        ({"New/a.md": public("roses"), "Other/a.md": public("weeds")}, {}),  # nobody knows which
        ({"New/a.md": TULIPS, "Other/b.md": TULIPS}, {"old/a.html": "new/a.html"}),
        ({"New/b.md": public("roses")}, {}),
        ({"Old/a.md": public(HOLDS), "New/a.md": TULIPS}, {}),  # it is there still
        ({"New/a.md": "---\npublish: false\n---\n"}, {}),
    ],
)
def test_a_note_takes_its_addresses_along(vault, wanted):
    site = fresh_site()
    site.publish({"Old/a.md": TULIPS, "z.md": public()})
    assert redirects(site.publish({**vault, "z.md": public()})) == wanted


def test_addresses_of_what_is_private_come_back_with_it():
    site = fresh_site()
    site.publish({"a.md": public("x", permalink="one"), "z.md": public()})
    plan = site.publish({"a.md": "---\npublish: false\n---\n", "z.md": public()})
    assert redirects(plan) == {} and b"one.html" not in site.text()
    plan = site.publish({"a.md": public("x", permalink="two"), "z.md": public()})
    assert redirects(plan) == {"a.html": "two.html", "one.html": "two.html"}


def test_a_page_and_a_named_old_address_beat_one_that_is_only_remembered():
    site = fresh_site()
    site.publish({"a.md": public("x", permalink="one"), "b.md": public("y", permalink="three"), "z.md": public()})
    site.publish({"a.md": public("x", permalink="two"), "b.md": public("y", permalink="four"), "z.md": public()})
    vault = {
        "a.md": public("x", permalink="two"),
        "b.md": public("y", permalink="one"),
        "z.md": public(aliases="[/three]"),
    }
    plan = site.publish(vault)
    assert "one.html" not in redirects(plan) and redirects(plan)["three.html"] == "z.html"
    vault["b.md"] = public("y", permalink="five")
    assert redirects(site.publish(vault))["one.html"] == "five.html"


def test_the_home_page_is_nobodys_old_address():
    site = fresh_site(target={"home": "Start"})
    site.publish({"Start.md": public("x"), "b.md": public()})
    site.press._config = site.press._config.replaced(home="b")
    plan = site.publish({"Start.md": public("x"), "b.md": public()})
    assert redirects(plan) == {"b.html": "index.html"}


# The file


def test_what_the_file_looks_like():
    urls = {"b.md": "b.html", "A/a.md": "x.html", "#odd\tname\n.md": "odd-name.html", "home.md": "index.html"}
    text = written(urls, {"A/a.md": ("a/a.html",), "gone.md": ("gone.html", "older.html")})
    head, *rows = text.split("\n")
    assert head.startswith("#") and rows == [
        "%23odd%09name%0A.md\todd-name.html",
        "A/a.md\tx.html\ta/a.html",
        "b.md\tb.html",
        "gone.md\tgone.html\tolder.html",
        "",
    ]


CHARACTERS = st.characters(exclude_characters="\0", exclude_categories=["Cs"]) | st.sampled_from("\udc80\udcff\t\n%#")
PATHS = st.text(CHARACTERS, min_size=1, max_size=20)
URLS = st.from_regex(r"[a-zé][a-z é%]{0,8}\.html", fullmatch=True)


@given(st.dictionaries(PATHS, st.lists(URLS, min_size=1, max_size=3).map(tuple), max_size=4))
def test_what_is_written_is_read(known):
    known = together(known)
    urls = {path: addresses[0] for path, addresses in known.items()}
    rest = {path: addresses[1:] for path, addresses in known.items()}
    text = written(urls, rest)
    assert read(text) == known == read(text.replace("\n", "\r\n"))
    assert len(text.split("\n")) == len(known) + 2


def test_lines_of_two_branches_add_up():
    text = written({"a.md": "a.html"}, {})
    text += "<<<<<<< HEAD\nb.md\tone.html\tb.html\n=======\nb.md\ttwo.html\tb.html\n>>>>>>> other\n"
    assert read(text) == {"a.md": ("a.html",), "b.md": ("one.html", "b.html", "two.html")}


@pytest.mark.parametrize(
    "line", ["a.md", "a.md\t", "\ta.html", "a.md\t../a.html", "a.md\t/a.html", "a.md\ta.js", "a.md\t_vaultkit/a.html"]
)
def test_what_is_no_address_is_told_with_its_line(line):
    with pytest.raises(ValueError, match="line 2"):
        read(f"# head\n{line}\n")


def test_pure_parts():
    assert past({"a.md": ("a.html", "index.html", "B.html")}, {"a.md": "x.html", "b.md": "b.html"}) == {
        "a.md": ("a.html",)
    }
    known = {"a.md": ("a.html",), "b.md": ("b.html",)}
    assert moved(known, {"c.md": "1", "b.md": "2"}, {"a.md": "1"}, lambda path: path == "a.md") == {
        "b.md": ("b.html",), "c.md": ("a.html",),
    }  # fmt: skip


# In a vault


def test_a_fresh_copy_of_the_vault_writes_the_same_redirects(tmp_path):
    vault = tmp_path / "vault"
    vault.mkdir()
    lock = vault / "vaultkit-urls.txt"
    (vault / "a.md").write_text(public("tulips"))
    (vault / "b.md").write_text(public("b"))
    published(vault, tmp_path / "one")
    assert not lock.exists()
    (vault / "vaultkit.yaml").write_text("publish: { slug: { lock: vaultkit-urls.txt } }\n")
    published(vault, tmp_path / "one")
    assert lock.read_text().split("\n")[1:] == ["a.md\ta.html", "b.md\tb.html", ""]
    (vault / "a.md").rename(vault / "c.md")
    (vault / "vaultkit.yaml").unlink()  # a file of the usual name is kept up to date where it is there
    published(vault, tmp_path / "one")
    assert lock.read_text().split("\n")[1:] == ["b.md\tb.html", "c.md\tc.html\ta.html", ""]
    published(vault, tmp_path / "two")
    assert (tmp_path / "two/a.html").read_bytes() == (tmp_path / "one/a.html").read_bytes()
    before = lock.stat()
    published(vault, tmp_path / "two")
    assert lock.stat().st_ino == before.st_ino and lock.stat().st_mtime_ns == before.st_mtime_ns


def test_a_dry_run_notes_nothing_down(tmp_path):
    (tmp_path / "vaultkit.yaml").write_text("publish: { slug: { lock: urls.txt } }\n")
    (tmp_path / "a.md").write_text(public("tulips"))
    published(tmp_path, tmp_path / "site", "--dry-run")
    assert vaultkit("--vault", tmp_path, "status", "--output", tmp_path / "site").returncode == 0
    assert not (tmp_path / "urls.txt").exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [("../urls.txt", "out of the vault"), ("urls.md", "name of a note"), ("/tmp/x", "out of the vault")],
)
def test_the_file_lies_in_the_vault_and_is_no_note(tmp_path, name, said):
    vault = tmp_path / "vault"
    vault.mkdir()
    (vault / "vaultkit.yaml").write_text(f"publish: {{ slug: {{ lock: {name} }} }}\n")
    (vault / "a.md").write_text(public())
    done = vaultkit("--vault", vault, "publish", "--output", tmp_path / "site")
    assert done.returncode == 2 and said in done.stderr and "vaultkit.yaml:1" in done.stderr


def test_a_file_that_cannot_be_read_is_no_empty_one(tmp_path):
    (tmp_path / "vaultkit-urls.txt").write_text("rubbish\n")
    (tmp_path / "a.md").write_text(public())
    done = vaultkit("--vault", tmp_path, "publish", "--output", tmp_path / "site")
    assert done.returncode == 2 and "line 1" in done.stderr and not (tmp_path / "site").exists()


def test_a_merge_of_two_branches(tmp_path):
    """Git merges the lines of two branches, and what it cannot merge settles itself."""
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@b.c", "-C", str(tmp_path / "vault")]
    (tmp_path / "vault").mkdir()
    if subprocess.run([*git, "init", "-q", "-b", "main"], check=False).returncode:
        pytest.skip("git is not installed")
    vault = tmp_path / "vault"
    (vault / "vaultkit-urls.txt").write_text("")
    for name in "abc":
        (vault / f"{name}.md").write_text(public(name))

    def commit(permalink):
        (vault / "b.md").write_text(public("b", permalink=permalink))
        published(vault, tmp_path / "site")
        subprocess.run([*git, "add", "-A"], check=True)
        subprocess.run([*git, "commit", "-qm", permalink], check=True)

    commit("b")
    subprocess.run([*git, "branch", "other"], check=True)
    commit("one")
    subprocess.run([*git, "checkout", "-q", "other"], check=True)
    commit("two")
    subprocess.run([*git, "merge", "-q", "main"], check=False, capture_output=True)
    (vault / "b.md").write_text(public("b", permalink="two"))
    published(vault, tmp_path / "fresh")
    assert (vault / "vaultkit-urls.txt").read_text().split("\n")[2] == "b.md\ttwo.html\tone.html\tb.html"
    assert {"one.html", "b.html", "two.html"} <= {path.name for path in (tmp_path / "fresh").iterdir()}


def test_a_note_that_moved_and_was_edited_at_once_is_not_waited_for():
    site = fresh_site()
    site.publish({"X.md": public("one"), "Y.md": public("two")})
    moved = {"S/X.md": public("another"), "Y.md": public("two")}
    plan = site.publish(moved, waits=lambda path: path == "X.md")
    assert {(item.url, item.to) for item in plan.notes.redirects} == {("x.html", "s/x.html")}
    site.publish(moved)
    assert b"s/x.html" in site.files()["x.html"]


def test_a_note_is_waited_for_when_it_is_not_clear_which_one_it_became():
    site = fresh_site()
    site.publish({"X.md": public("one"), "Y.md": public("two")})
    both = {"S/X.md": public("another"), "T/X.md": public("one more"), "Y.md": public("two")}
    plan = site.publish(both, waits=lambda path: path == "X.md")
    assert [item.path for item in plan.held] == ["X.md"] and not plan.notes.redirects
