"""Who owns what in a published folder, and what a run does when somebody else was there."""

import itertools
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from contextlib import suppress
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publish.publisher import files, publish
from rights import as_ordinary_user
from vaultkit.errors import BusyError, SetupError, TargetError
from vaultkit.publish import manifest
from vaultkit.publish.manifest import FileRecord, Manifest, NoteRecord, Writer, dump, load
from vaultkit.publish.store import KEPT, MARKER, Store

PUBLISHER = str(Path(__file__).with_name("publisher.py"))


@pytest.fixture
def output(tmp_path):
    return tmp_path / "public"


def seen(output):
    return {path: data for path, data in files(output).items() if path != MARKER}


def state(output):
    """Everything below the folder's parent with what changes when it is written."""
    found = {}
    for where, folders, names in os.walk(output.parent):
        for name in (*folders, *names):
            path = os.path.join(where, name)
            info = os.lstat(path)
            found[path] = (info.st_ino, info.st_size, info.st_mtime_ns, info.st_ctime_ns)
    return found


def test_a_second_run_writes_nothing(output):
    publish(output, {"a.html": b"a", "b/c.html": b"c"})
    before = state(output)
    plan = publish(output, {"a.html": b"a", "b/c.html": b"c"})
    assert (dict(plan.write), plan.delete, plan.conflicts) == ({}, (), ())
    assert state(output) == before


def test_only_what_changed_is_written(output):
    publish(output, {"a.html": b"a", "b/c.html": b"c", "old.html": b"x"})
    inode = (output / "b/c.html").stat().st_ino
    plan = publish(output, {"a.html": b"A", "b/c.html": b"c", "new.html": b"n"})
    assert (list(plan.write), plan.delete, plan.unchanged) == (["a.html", "new.html"], ("old.html",), ("b/c.html",))
    assert seen(output) == {"a.html": b"A", "b/c.html": b"c", "new.html": b"n"}
    assert (output / "b/c.html").stat().st_ino == inode


def test_our_folder_is_ours_alone_and_the_site_is_for_all(output):
    publish(output, {"a/b.html": b"a"})
    assert Path(Store(str(output)).home).stat().st_mode & 0o777 == 0o700
    assert output.stat().st_mode & 0o777 == 0o755
    assert (output / "a").stat().st_mode & 0o777 == 0o755
    assert (output / "a/b.html").stat().st_mode & 0o777 == 0o644


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_git_leaves_our_folder_alone(output):
    subprocess.run(["git", "init", "-q", output.parent], check=True)
    publish(output, {"a.html": b"a"})
    done = subprocess.run(
        ["git", "status", "--porcelain", "-uall"], cwd=output.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["??", f"public/{MARKER}", "??", "public/a.html"]


def test_files_of_somebody_else_are_carried_along(output):
    output.mkdir()
    (output / "CNAME").write_text("example.org")
    (output / "empty").mkdir()
    (output / "way").symlink_to("/etc")
    (output / "deep").mkdir(mode=0o750)
    (output / "deep" / "own").write_text("own")
    publish(output, {"a.html": b"a", "deep/b.html": b"b"})
    publish(output, {"a.html": b"A"})
    assert seen(output) == {"a.html": b"A", "CNAME": b"example.org", "deep/own": b"own"}
    assert (output / "empty").is_dir() and os.readlink(output / "way") == "/etc"
    assert (output / "deep").stat().st_mode & 0o777 == 0o750


@pytest.mark.parametrize("wanted", [{"a.html": b"new"}, {"a.html": b"old"}, {}])
def test_an_edited_file_is_kept_until_force(output, wanted):
    publish(output, {"a.html": b"old", "b.html": b"b"})
    (output / "a.html").write_text("edited")
    for _ in range(2):
        plan = publish(output, wanted | {"b.html": b"b"})
        assert [conflict.path for conflict in plan.conflicts] == ["a.html"]
        assert seen(output) == {"a.html": b"edited", "b.html": b"b"}
    assert publish(output, wanted | {"b.html": b"b"}, force=True).conflicts == ()
    assert seen(output) == wanted | {"b.html": b"b"}


def test_an_edit_of_the_same_size_and_time_is_never_lost(output):
    publish(output, {"a.html": b"old"})
    times = (output / "a.html").stat()
    (output / "a.html").write_bytes(b"own")
    os.utime(output / "a.html", ns=(times.st_atime_ns, times.st_mtime_ns))
    assert publish(output, {"a.html": b"new"}).conflicts
    assert publish(output, {}).conflicts
    assert seen(output) == {"a.html": b"own"}


def test_an_edit_to_what_we_want_is_no_conflict(output):
    publish(output, {"a.html": b"old"})
    (output / "a.html").write_text("new")
    plan = publish(output, {"a.html": b"new"})
    assert plan.unchanged == ("a.html",) and not plan.conflicts
    assert not publish(output, {}).conflicts and seen(output) == {}


def test_a_deleted_file_is_made_again(output):
    publish(output, {"a.html": b"a", "b/c.html": b"c"})
    shutil.rmtree(output / "b")
    assert list(publish(output, {"a.html": b"a", "b/c.html": b"c"}).write) == ["b/c.html"]
    assert seen(output) == {"a.html": b"a", "b/c.html": b"c"}
    shutil.rmtree(output)
    publish(output, {"a.html": b"a", "b/c.html": b"c"})
    assert seen(output) == {"a.html": b"a", "b/c.html": b"c"}


@pytest.mark.parametrize("kind", ["file", "link", "folder"])
def test_what_is_in_the_way_is_kept(output, tmp_path, kind):
    outside = tmp_path / "outside"
    outside.mkdir()
    output.mkdir()
    way = output / ("a" if kind != "folder" else "a/b.html")
    if kind == "file":
        way.write_text("own")
    elif kind == "link":
        way.symlink_to(outside)
    else:
        way.mkdir(parents=True)
        (way / "own").write_text("own")
    plan = publish(output, {"a/b.html": b"b", "c.html": b"c"})
    assert [conflict.path for conflict in plan.conflicts] == ["a/b.html"]
    assert list(outside.iterdir()) == [] and (output / "c.html").read_bytes() == b"c"
    plan = publish(output, {"a/b.html": b"b", "c.html": b"c"}, force=True)
    assert list(outside.iterdir()) == []
    if kind == "folder":
        assert plan.conflicts and (way / "own").read_text() == "own"
    else:
        assert (output / "a/b.html").read_bytes() == b"b"


def test_a_file_of_ours_replaced_by_a_link_is_not_followed(output, tmp_path):
    publish(output, {"a.html": b"a", "b/c.html": b"c"})
    secret = tmp_path / "secret"
    secret.write_bytes(b"a")
    (output / "a.html").unlink()
    (output / "a.html").symlink_to(secret)
    shutil.rmtree(output / "b")
    (output / "b").symlink_to(tmp_path)
    plan = publish(output, {"a.html": b"A"})
    assert [conflict.path for conflict in plan.conflicts] == ["a.html"]
    assert secret.read_bytes() == b"a" and os.readlink(output / "b") == str(tmp_path)


def test_two_outputs_of_one_name_are_refused(output):
    with pytest.raises(TargetError, match="one and the same"):
        publish(output, {"a.html": b"1", "A.html": b"2"})
    assert not output.exists()


# The place


@pytest.mark.parametrize("planted", ["public", ".public.vaultkit"])
def test_a_link_in_place_of_our_folders_is_refused(tmp_path, planted):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / planted).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(TargetError, match="symbolic link"):
        publish(tmp_path / "public", {"a.html": b"a"})
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_folder_of_our_own_that_all_may_write_is_refused(output):
    publish(output, {"a.html": b"a"})
    os.chmod(Store(str(output)).home, 0o777)
    with pytest.raises(TargetError, match="everybody"):
        publish(output, {"a.html": b"a"})


@pytest.mark.parametrize("where", [".", "..", "Notes", ".obsidian/site"])
def test_the_output_is_never_the_vault_nor_its_notes(tmp_path, where):
    vault = tmp_path / "vault"
    (vault / "Notes").mkdir(parents=True)
    (vault / "Notes" / "a.md").write_text("a")
    with pytest.raises(SetupError):
        Store(str(vault / where), str(vault)).check()
    Store(str(vault / "public"), str(vault)).check()


def test_the_root_of_a_file_system_is_refused():
    with pytest.raises(SetupError):
        Store("/")


def test_an_unwritable_place_is_one_message_without_rights():
    with TemporaryDirectory() as folder:
        publish(Path(folder, "public"), {"a.html": b"a"})
        with as_ordinary_user(Path(folder)):
            Path(folder).chmod(0o500)
            with pytest.raises(TargetError, match="untouched"):
                publish(Path(folder, "a", "public"), {"a.html": b"a"})
            Path(folder).chmod(0o700)


def test_an_unwritable_place_is_one_message(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(TargetError, match="untouched"):
        publish(tmp_path / "file" / "public", {"a.html": b"a"})


# The record


@pytest.mark.parametrize("damage", ["truncate", "flip", "empty", "newer", "list"])
def test_a_damaged_record_is_refused_and_never_an_empty_one(output, damage):
    publish(output, {"a.html": b"a"})
    path = Path(Store(str(output)).manifest_path(1))
    data = path.read_bytes()
    damaged = {
        "truncate": data[: len(data) // 2],
        "flip": data.replace(b"a.html", b"b.html"),
        "empty": b"",
        "newer": data.replace(b'manifest":1', b'manifest":2'),
        "list": b"[]",
    }[damage]
    path.write_bytes(damaged)
    with pytest.raises(TargetError) as error:
        publish(output, {"b.html": b"b"})
    assert error.value.do
    assert seen(output) == {"a.html": b"a"}


paths = st.sampled_from(("a", "b/c", "b", "ä\ud800", 'q"', "z"))
records = st.builds(FileRecord, st.sampled_from(("0" * 32, "f" * 32)), *[st.integers(0, 3)] * 3)


@given(st.lists(st.dictionaries(paths, records), min_size=1, max_size=4), st.sets(st.integers(0, 3)), st.integers(1, 9))
def test_a_manifest_is_written_alike_whatever_is_known_of_its_lines(every, learned, at_once):
    writer = Writer()
    with mock.patch.object(manifest, "_AT_ONCE", at_once):
        for number, files in enumerate(every):
            made = Manifest(files, {path: NoteRecord(path, "0" * 32, False) for path in files}, root=number)
            if number in learned:
                writer.learn(made)
            file = BytesIO()
            name = writer.name(made)
            writer.write(made, file)
            assert load(file.getvalue(), "") == made
            assert (name, file.getvalue()) == (Writer().name(made), dump(made))


@given(st.data())
@settings(max_examples=60)
def test_no_damage_goes_unnoticed(draw):
    made = Manifest(notes={"a.md": NoteRecord("a.html", "0" * 32, False)}, root=7)
    data = bytearray(dump(made))
    assert load(bytes(data), "") == made
    at = draw.draw(st.integers(0, len(data) - 2))
    data[at] = draw.draw(st.integers(0, 255).filter(lambda byte: byte != data[at]))
    with suppress(TargetError):
        assert load(bytes(data), "") == made  # another spelling of the same


def test_a_lost_record_is_refused(output):
    publish(output, {"a.html": b"a"})
    shutil.rmtree(Store(str(output)).home)
    with pytest.raises(TargetError, match="gone"):
        publish(output, {"b.html": b"b"})


def test_another_tree_in_place_of_ours_is_refused(output):
    publish(output, {"a.html": b"a"})
    shutil.copytree(output, output.parent / "copy")
    publish(output, {"b.html": b"b"})
    shutil.rmtree(output)
    (output.parent / "copy").rename(output)
    with pytest.raises(TargetError, match="not what vaultkit published"):
        publish(output, {"b.html": b"b"})


def test_a_site_moves_with_its_record(output, tmp_path):
    publish(output, {"a.html": b"a"})
    (tmp_path / "new").mkdir()
    shutil.copytree(output, tmp_path / "new" / "public")
    shutil.copytree(Store(str(output)).home, tmp_path / "new" / ".public.vaultkit")
    publish(tmp_path / "new" / "public", {"b.html": b"b"})
    assert seen(tmp_path / "new" / "public") == {"b.html": b"b"}


# Generations


def test_generations_are_kept(output):
    for number in range(6):
        publish(output, {"a.html": b"%d" % number})
    store = Store(str(output))
    assert len(store.kept(store.live().number)) == KEPT
    assert [item.number for item in store.generations()] == [6, 5, 4, 3]
    assert all(store.texts.get(note.source) for item in store.generations() for note in item.manifest.notes.values())


def test_what_we_published_first_leaves_no_trace_of_ours_in_theirs(output):
    """The tree that was there before the first edition is kept as it was."""
    output.mkdir()
    (output / "a.html").write_text("theirs")
    publish(output, {"a.html": b"ours"}, force=True)
    assert seen(Path(Store(str(output)).generation_path(0))) == {"a.html": b"theirs"}


def test_the_next_tree_is_built_of_the_spare_one(output):
    """From the sixth edition on there is one, of which only files are left that are live."""
    rest = {f"{name}/{i}.html": b"same" for name in "xyz" for i in range(3)}
    store = Store(str(output))
    inodes = []
    for number in range(9):
        publish(output, {"x/a.html": b"%d" % number, **rest})
        inodes.append([(output / name).stat().st_ino for name in (".", "x", "y", "z", "x/1.html")])
        spare = files(store.spare.path)
        assert bool(spare) == (number >= 4) and spare.get("x/1.html", b"same") == b"same" and "x/a.html" not in spare
    roots, *folders, file = zip(*inodes, strict=True)
    assert all(one != other for one, other in pairwise(roots)) and len(set(file)) == 1
    assert all(found[5:] == found[:4] for found in folders)


def test_who_has_a_site_open_reads_one_edition_in_it(output):
    """However late: then the tree may be emptied, but what is read in it is of the edition that it was opened with."""
    names = [f"n/{i}.html" for i in range(6)]
    publish(output, dict.fromkeys(names, b"first"))
    root = os.open(output, os.O_RDONLY | os.O_DIRECTORY)
    for number in range(9):
        publish(output, {**dict.fromkeys(names, b"first"), names[number % 6]: b"%d" % number, "n/new.html": b"new"})
        for name in (*names, "n/new.html"):
            with suppress(FileNotFoundError):
                handle = os.open(name, os.O_RDONLY, dir_fd=root)
                assert os.read(handle, 10) == b"first" and name != "n/new.html"
                os.close(handle)
    os.close(root)


def test_somebody_elses_files_move_along_and_their_edits_stay(output):
    for number in range(9):
        publish(output, {"a.html": b"%d" % number, "n/b.html": b"b"})
        (output / "n" / f"own{number}").write_text("own")
        (output / "CNAME").write_text(f"{number}")
        (output / "n" / "own0").write_text(f"mine {number}")
    publish(output, {"a.html": b"last", "n/b.html": b"B"})
    own = {f"n/own{number}": b"own" for number in range(9)} | {"n/own0": b"mine 8", "CNAME": b"8"}
    assert seen(output) == {"a.html": b"last", "n/b.html": b"B"} | own


def test_a_spare_tree_that_is_damaged_does_no_harm(output):
    for number in range(6):
        publish(output, {"a.html": b"%d" % number, "n/b.html": b"b", "n/c.html": b"c"})
    spare = Path(Store(str(output)).spare.path)
    (spare / "n" / "b.html").unlink()
    (spare / "n" / "b.html").write_text("other")
    (spare / "n" / "d.html").write_text("more")
    publish(output, {"a.html": b"last", "n/b.html": b"b", "n/c.html": b"c"})
    assert seen(output) == {"a.html": b"last", "n/b.html": b"b", "n/c.html": b"c"}


def test_a_spare_tree_that_another_process_replaced_is_looked_at_again(output):
    """Else what was withdrawn would stay, since nobody remembers that it is there."""
    rest = {"n/b.html": b"b", "n/c.html": b"c"}
    mine, other = Store(str(output)), Store(str(output))
    for number in range(6):
        publish(output, {"a.html": b"%d" % number, **rest}, store=mine)
    for number in range(6):
        wanted = {"a.html": b"other %d" % number, **rest, "n/secret.html": b"secret", "p/d.html": b"d"}
        publish(output, wanted, store=other)
    publish(output, {"a.html": b"last", **rest, "p/e.html": b"e"}, store=mine)
    assert seen(output) == {"a.html": b"last", **rest, "p/e.html": b"e"}


def test_what_somebody_deleted_after_another_process_published_does_not_come_back(output):
    rest = {"n/b.html": b"b", "n/c.html": b"c"}
    mine = Store(str(output))
    for number in range(6):
        publish(output, {"a.html": b"%d" % number, **rest}, store=mine)
    (output / "n" / "own").write_text("own")
    publish(output, {"a.html": b"other", **rest})
    (output / "n" / "own").unlink()
    for number in range(6):
        publish(output, {"a.html": b"more %d" % number, **rest}, store=mine)
        assert seen(output) == {"a.html": b"more %d" % number, **rest}


# Others at the same time


def test_a_second_publisher_is_told_who_the_first_is(output):
    store = Store(str(output))
    with store.lock(), pytest.raises(BusyError) as error:
        publish(output, {"a.html": b"a"})
    if Path("/proc/locks").exists():
        assert str(os.getpid()) in error.value.do
    publish(output, {"a.html": b"a"})


def test_a_change_by_somebody_else_meanwhile_stops_the_swap(output, monkeypatch):
    from vaultkit.publish import apply

    publish(output, {"a.html": b"a"})
    build = apply.build

    def build_slowly(*args):
        built = build(*args)
        (output / "late").write_text("own")
        return built

    monkeypatch.setattr(apply, "build", build_slowly)
    with pytest.raises(TargetError, match="while they were being published"):
        publish(output, {"a.html": b"A"})
    monkeypatch.undo()
    assert seen(output) == {"a.html": b"a", "late": b"own"}
    publish(output, {"a.html": b"A"})
    assert seen(output) == {"a.html": b"A", "late": b"own"}


def test_publishers_that_are_killed_never_mix_editions(tmp_path):
    rng = random.Random(3)
    editions = [{f"d{i % 5}/{i}.html": b"v%d %d " % (v, i) * 50 for i in range(60)} for v in range(3)]
    for number, content in enumerate(editions):
        for path, data in content.items():
            target = tmp_path / f"v{number}" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    output = tmp_path / "public"
    publish(output, editions[0])
    outcomes = set()
    for _ in range(8):
        commands = [[sys.executable, PUBLISHER, str(output), str(tmp_path / f"v{rng.randrange(3)}")] for _ in range(3)]
        running = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for command in commands]
        time.sleep(rng.uniform(0.08, 0.3))
        for process in running[:2]:
            process.kill()
        outcomes |= {process.wait() for process in running}
        with Store(str(output)).lock():
            Store(str(output)).recover()
        assert seen(output) in editions
    assert 0 in outcomes and -9 in outcomes


def test_a_reader_sees_one_edition(output):
    """Whoever holds the folder open reads one edition from it, although others are published meanwhile."""
    names = [f"{i}.html" for i in range(20)]
    publish(output, dict.fromkeys(names, b"0"))
    stop, has_read = threading.Event(), threading.Event()
    mixed = []

    def read():
        while not stop.is_set():
            folder = os.open(output, os.O_RDONLY | os.O_DIRECTORY)
            try:
                found = set()
                for name in names:
                    handle = os.open(name, os.O_RDONLY, dir_fd=folder)
                    found.add(os.read(handle, 10))
                    os.close(handle)
                if len(found) != 1 or b"" in found:
                    mixed.append(found)
            except FileNotFoundError:
                mixed.append("missing")
            finally:
                os.close(folder)
                has_read.set()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in range(1, 12):
            publish(output, dict.fromkeys(names, b"%d" % number))
            has_read.clear()
            assert has_read.wait(60), "no reader is so slow that more than a few editions pass him by"
    finally:
        stop.set()
        reader.join()
    assert mixed == []


@settings(max_examples=25)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["a.html", "b.html", "x/a.html", "x/b.html", "x/y/c.html"]),
            st.sampled_from([b"1", b"2", b"3"]),
        ),
        min_size=1,
        max_size=9,
    )
)
def test_step_by_step_is_at_once(tmp_path_factory, editions):
    """After any sequence of editions the tree is the one that the last alone gives, to the byte."""
    folder = tmp_path_factory.mktemp("steps")
    for content in editions:
        publish(folder / "public", content)
    publish(folder / "clean", editions[-1])
    if any(editions):
        assert files(folder / "public") == files(folder / "clean") or not editions[-1]
        assert seen(folder / "public") == editions[-1]
    for name in itertools.chain(*map(os.listdir, (folder,))):
        assert not name.endswith(".tmp")
