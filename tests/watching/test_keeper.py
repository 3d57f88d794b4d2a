"""What is missing is no deletion yet, and a vault that is not there is no empty one: whatever a look finds, nothing is
withdrawn in haste, and nothing that must go stays."""

import os
import random
import shutil
import subprocess
import weakref
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from vaultkit.errors import SetupError
from vaultkit.publish.plan import Refused
from vaultkit.publish.press import Wish
from vaultkit.publisher import outputs
from vaultkit.session import Session
from vaultkit.vault.settings import load_config
from vaultkit.watching import keeper
from vaultkit.watching.events import Away, Checked, Published, Renewed, Stuck
from watching.kept import CONFIG, Kept, Looking, lay, mounted, truth, view

PRIVATE = "---\npublish: false\n---\n"


@pytest.fixture
def kept(tmp_path):
    made = Kept(lay(tmp_path / "vault"), tmp_path / "site")
    made.look()
    assert made.pages() == {0, 1, 2, 3}
    yield made
    made.close()


# What vanished


def test_a_note_that_is_gone_is_withdrawn_after_the_grace_and_not_before(kept):
    (kept.root / "0.md").unlink()
    kept.look()
    assert [item.path for item in kept.plan.held] == ["0.md"] and "gone" in kept.plan.held[0].reasons[0].message
    kept.now = 59.0
    kept.look()
    assert kept.pages() == {0, 1, 2, 3} and 1.0 <= kept.keeper.wait() <= 1.5
    kept.now = 60.0
    kept.look()
    assert [item.path for item in kept.plan.withdrawn] == ["0.md"] and kept.pages() == {1, 2, 3}
    assert kept.keeper.wait() is None
    kept.look()
    assert kept.of(Published) is None, "then there is nothing more to do"


def test_a_note_that_comes_back_was_never_away(kept):
    words = (kept.root / "0.md").read_text()
    (kept.root / "0.md").unlink()
    kept.look()
    kept.now = 59.0
    (kept.root / "0.md").write_text(words)
    kept.look()
    kept.now = 500.0
    (kept.root / "0.md").unlink()
    kept.look()
    assert kept.pages() == {0, 1, 2, 3}, "and the grace begins anew"


@pytest.mark.parametrize("way", ["renamed", "copied and deleted", "deleted and later written elsewhere"])
def test_a_note_that_moved_is_not_waited_for(kept, way):
    words = (kept.root / "0.md").read_text()
    (kept.root / "Sub").mkdir()
    if way == "renamed":
        (kept.root / "0.md").rename(kept.root / "Sub" / "Zero.md")
    else:
        (kept.root / "0.md").unlink()
        if "later" in way:
            kept.look()
        (kept.root / "Sub" / "Zero.md").write_text(words)
    kept.look()
    assert [item.path for item in kept.plan.withdrawn] == ["0.md"] and kept.plan.new == ("Sub/Zero.md",)
    assert kept.pages() == {0, 1, 2, 3}


def test_a_note_that_is_moved_away_to_be_written_anew_has_not_moved(kept):
    """What an editor or a synchronisation puts aside is no note, or none that is published."""
    for number, name in enumerate(("0.md~", "1.sync-conflict-20260301-101112-ABCDEF7.md", "Copy.md")):
        (kept.root / f"{number}.md").rename(kept.root / name)
    (kept.root / "Copy.md").write_text("Note 2. [[Nowhere]]\n")
    kept.look()
    assert kept.pages() == {0, 1, 2, 3} and len(kept.plan.held) == 3 and kept.plan.withdrawn == ()


def test_an_attachment_stays_with_its_page_as_long_as_it_may_be_back(tmp_path):
    from publish.pictures import PICTURES

    root = lay(tmp_path / "vault")
    (root / "photo.png").write_bytes(PICTURES["png"])
    (root / "0.md").write_text("Note 0. ![[photo.png]]\n")
    kept = Kept(root, tmp_path / "site")
    kept.look()
    shown = list(kept.site.glob("assets/photo*"))
    (root / "photo.png").unlink()
    (root / "1.md").write_text("Note 11.\n")
    kept.look()
    assert shown and list(kept.site.glob("assets/photo*")) == shown and kept.pages() == {0, 2, 3, 11}
    kept.now = 61.0
    kept.look()
    assert not list(kept.site.glob("assets/photo*"))
    kept.close()


def test_what_was_deleted_while_nobody_watched_is_waited_for_too(kept, tmp_path):
    kept.close()
    (kept.root / "0.md").unlink()
    again = Kept(kept.root, tmp_path / "site")
    again.look()
    assert again.pages() == {0, 1, 2, 3}
    again.now = 60.0
    again.look()
    assert again.pages() == {1, 2, 3}
    again.close()


def test_denying_is_done_at_once(kept):
    (kept.root / "0.md").write_text(PRIVATE)
    (kept.root / "1.md").unlink()
    kept.look()
    assert kept.pages() == {1, 2, 3} and [item.path for item in kept.plan.withdrawn] == ["0.md"]


def test_too_many_are_never_withdrawn_and_all_else_goes_on(tmp_path):
    """W7: more than half of the vault vanishes."""
    kept = Kept(lay(tmp_path / "vault", 40), tmp_path / "site")
    kept.look()
    for number in range(24):
        (kept.root / f"{number}.md").unlink()
    kept.look()
    kept.now = 61.0
    (kept.root / "30.md").write_text("Note 130.\n")
    (kept.root / "31.md").write_text(PRIVATE)
    kept.look()
    assert isinstance(kept.error, Refused) and len(kept.error.plan.refusal.notes) == 24
    assert "24 of 40" in str(kept.error) and "all else was published" in str(kept.error)
    assert "--allow-mass-withdraw" in str(kept.error) and "31.md" not in str(kept.error)
    assert kept.pages() == {*range(40), 130} - {30, 31} and kept.keeper.owes
    for number in range(3):
        kept.now += 3600
        kept.look()
        assert kept.pages() == {*range(40), 130} - {30, 31}, number
    session = kept.keeper.session
    session.publish(*outputs(kept._config(), str(kept.root))[0], Wish(allow_mass_withdraw=True))
    assert kept.pages() == {*range(24, 40), 130} - {30, 31}
    (kept.root / "32.md").write_text("Note 132.\n")
    kept.look()
    assert kept.error is None and 132 in kept.pages() and not kept.keeper.owes
    kept.close()


@pytest.mark.parametrize("way", ["unselected", "emptied"])
def test_a_refusal_of_another_kind_holds_up_nothing_else_either(tmp_path, way):
    """W7: many notes are there, and nothing selects them any more."""
    config = "publish:\n  select: { property: publish }\n"
    kept = Kept(lay(tmp_path / "vault", 8, config), tmp_path / "site")
    for number in range(8):
        (kept.root / f"{number}.md").write_text(f"---\npublish: true\n---\nNote {number}.\n")
    kept.look()
    assert kept.pages() == {*range(8)}
    for number in range(6):
        (kept.root / f"{number}.md").write_text(f"Note {number}.\n" if way == "unselected" else "")
    (kept.root / "6.md").write_text("---\npublish: false\n---\nNote 6.\n")
    (kept.root / "7.md").write_text("---\npublish: true\n---\nNote 77.\n")
    kept.look()
    assert isinstance(kept.error, Refused) and kept.pages() == {*range(6), 77} and kept.keeper.owes
    kept.look()
    assert kept.pages() == {*range(6), 77}
    kept.close()


@pytest.mark.parametrize("file", ["app.json", "templates.json"])
@pytest.mark.parametrize("content", ["", '{"userIgnoreFilters": ["Secret/"', "<<<<<<< HEAD\n{}", "[]", None])
def test_settings_of_the_app_that_are_half_written_publish_nothing(tmp_path, file, content):
    root = lay(tmp_path / "vault", 2)
    good = {"app.json": '{"userIgnoreFilters": ["Secret/"]}', "templates.json": '{"folder": "Secret"}'}[file]
    for folder in (".obsidian", "Secret"):
        (root / folder).mkdir()
    (root / ".obsidian" / file).write_text(good)
    (root / "Secret" / "9.md").write_text("Note 9.\n")
    kept = Kept(root, tmp_path / "site")
    kept.look()
    assert kept.pages() == {0, 1}
    (root / ".obsidian" / file).unlink()
    if content is not None:
        (root / ".obsidian" / file).write_text(content)
    (root / "1.md").write_text(PRIVATE)
    kept.look()
    assert f".obsidian/{file}" in kept.of(Renewed).error.where and kept.pages() == {0}
    if content is None:
        (root / ".obsidian" / file).symlink_to("nowhere")
    with pytest.raises(SetupError, match="nobody knows which notes the app excludes, and nothing is published"):
        Session.open(str(root), kept._config()).plan(*outputs(kept._config(), str(root))[0])
    (root / ".obsidian" / file).unlink()
    (root / ".obsidian" / file).write_text(good)
    kept.look()
    assert kept.of(Renewed) == Renewed(None) and kept.pages() == {0}
    kept.close()


def test_a_configuration_that_is_empty_for_a_moment_publishes_nothing(tmp_path):
    root = lay(tmp_path / "vault", 2, CONFIG + "notes: { exclude: [Private/**] }\n")
    (root / "Private").mkdir()
    (root / "Private" / "9.md").write_text("---\npublish: true\n---\nNote 9.\n")
    kept = Kept(root, tmp_path / "site")
    kept.look()
    (root / "vaultkit.yaml").write_text("")
    kept.look()
    assert "nothing is configured any more" in str(kept.of(Renewed).error) and kept.pages() == {0, 1}
    (root / "vaultkit.yaml").write_text(CONFIG)
    kept.look()
    assert kept.of(Renewed) == Renewed(None) and kept.pages() == {0, 1, 9}
    kept.close()


def test_a_vault_that_trickles_away_within_a_day_is_noticed(tmp_path):
    kept = Kept(lay(tmp_path / "vault", 40), tmp_path / "site")
    kept.look()
    for number in range(0, 20, 4):
        for each in range(number, number + 4):
            (kept.root / f"{each}.md").unlink()
        kept.look()
        kept.now += 61
        kept.look()
    assert isinstance(kept.error, Refused) and len(kept.pages()) == 32
    kept.close()


# What fails


def test_what_could_not_be_withdrawn_is_named_and_tried_again_later_each_time(kept, monkeypatch):
    from vaultkit.publish import apply

    real, waits = apply._swap, []

    def refuse(*_):
        raise OSError(30, "Read-only file system", "public")

    monkeypatch.setattr(apply, "_swap", refuse)
    clock = [1000.0]
    monkeypatch.setattr("vaultkit.watching.keeper.time.monotonic", lambda: clock[0])
    (kept.root / "0.md").write_text(PRIVATE)
    for _ in range(9):
        kept.look()
        assert "`0.md` must not be public any more and still is" in str(kept.error) and kept.keeper.owes
        waits.append(kept.keeper.wait())
        kept.look()
        assert kept.of(Published) is None, "it is not tried again before its time"
        clock[0] += kept.keeper.wait()
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 300]
    (kept.root / "1.md").write_text("Note 11.\n")
    clock[0] -= 100
    kept.look()
    assert kept.error is not None, "after a change it is tried at once"
    monkeypatch.setattr(apply, "_swap", real)
    clock[0] += 1000
    kept.look()
    assert kept.error is None and kept.pages() == {2, 3, 11} and not kept.keeper.owes and kept.keeper.wait() is None


def test_an_error_of_the_system_is_told_and_the_next_look_goes_on(kept, monkeypatch):
    def refuse():
        raise OSError(24, "Too many open files")

    with monkeypatch.context() as patch:
        patch.setattr(kept.keeper.session, "refresh", refuse)
        kept.look()
        assert "Too many open files" in str(kept.of(Stuck).error)
    (kept.root / "0.md").write_text("Note 10.\n")
    kept.look()
    assert kept.pages() == {10, 1, 2, 3}


# A vault that is not there


def test_an_empty_folder_in_the_vaults_place_withdraws_nothing(kept, tmp_path):
    """W5."""
    kept.root.rename(tmp_path / "away")
    kept.look()
    assert kept.of(Away).why == "away" and kept.keeper.wait() is None
    kept.root.mkdir()
    for _ in range(3):
        kept.now += 100
        kept.look()
        assert kept.of(Away).why == "another" and kept.of(Checked) is None
    assert kept.pages() == {0, 1, 2, 3}
    kept.root.rmdir()
    (tmp_path / "away").rename(kept.root)
    (kept.root / "0.md").write_text("Note 10.\n")
    kept.look()
    assert kept.of(Away) is None and kept.pages() == {10, 1, 2, 3}


def test_a_folder_that_lost_what_marks_a_vault_withdraws_nothing(kept):
    for path in kept.root.iterdir():
        path.unlink()
    kept.look()
    assert kept.of(Away).why == "emptied" and kept.pages() == {0, 1, 2, 3}
    lay(kept.root)
    kept.now = 100.0
    kept.look()
    assert kept.of(Away) is None and kept.pages() == {0, 1, 2, 3}


@pytest.mark.parametrize("accept", [False, True])
def test_a_vault_that_was_restored_from_a_copy_is_waited_for_or_accepted(tmp_path, accept):
    """W6."""
    kept = Kept(lay(tmp_path / "vault"), tmp_path / "site", accept_root=accept)
    kept.look()
    kept.root.rename(tmp_path / "broken")
    kept.look()
    subprocess.run(["cp", "-a", tmp_path / "broken", kept.root], check=True)
    (kept.root / "0.md").write_text("Note 10.\n")
    kept.look()
    if accept:
        assert kept.of(Checked) and kept.pages() == {10, 1, 2, 3}
        (kept.root / "1.md").write_text("Note 11.\n")
        kept.look()
        assert kept.pages() == {10, 11, 2, 3}
        shutil.rmtree(kept.root)
        kept.root.mkdir()
        kept.look()
        assert kept.of(Away).why == "another", "a folder that is marked as nothing is no vault"
    else:
        assert kept.of(Away).why == "another" and kept.pages() == {0, 1, 2, 3}
    kept.close()


def test_a_vault_that_is_unmounted_is_waited_for(tmp_path):
    """W4: of a disk that is taken away, over which another lies, and that comes back."""
    disk, root = lay(tmp_path / "disk"), tmp_path / "vault"
    root.mkdir()
    with mounted(root, "--bind", disk):
        kept = Kept(root, tmp_path / "site")
        kept.look()
        subprocess.run(["umount", "-l", root], check=True)
        kept.look()
        assert kept.of(Away) and kept.pages() == {0, 1, 2, 3}
        with mounted(root):
            kept.look()
            assert kept.of(Away)
        subprocess.run(["mount", "--bind", disk, root], check=True)
        (root / "0.md").write_text("Note 10.\n")
        kept.look()
        assert kept.of(Checked) and kept.pages() == {10, 1, 2, 3}
        kept.close()


def test_a_vault_whose_disk_is_not_there_yet_is_taken_when_it_comes(tmp_path):
    """As when the machine starts, and the watch is there before the disk."""
    disk, root = lay(tmp_path / "disk"), tmp_path / "vault"
    root.mkdir()
    kept = Kept(root, tmp_path / "site")
    kept.look()
    root.rmdir()
    kept.look()
    assert kept.of(Away)
    root.mkdir()
    kept.look()
    assert kept.of(Away).why == "another", "it is no more a vault than what was there"
    root.rmdir()
    disk.rename(root)
    kept.look()
    assert kept.pages() == {0, 1, 2, 3}
    kept.close()


def test_a_disk_that_comes_back_under_another_name_is_the_vault(tmp_path):
    """W4: the system gives a disk that is plugged in again another device."""
    root, image = tmp_path / "vault", tmp_path / "disk"
    root.mkdir()
    with image.open("wb") as file:
        file.truncate(4 << 20)
    try:
        subprocess.run(["mkfs.ext4", "-q", "-m0", image], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"there is no disk to be made here: {error}")
    with mounted(root, "-o", "loop", image):
        lay(root)
        kept = Kept(root, tmp_path / "site")
        kept.look()
        device = root.stat().st_dev
        subprocess.run(["umount", "-l", root], check=True)
        kept.look()
        assert kept.of(Away)
        copy = tmp_path / "copy"
        subprocess.run(["sync"], check=True)
        shutil.copy(image, copy)  # so that the same disk is found at another device
        with mounted(root, "-o", "loop", copy):
            assert root.stat().st_dev != device
            (root / "0.md").write_text("Note 10.\n")
            kept.look()
            assert kept.of(Checked) and kept.pages() == {10, 1, 2, 3}
        kept.close()


def test_a_folder_that_cannot_be_listed_stays_as_it_was(kept, monkeypatch):
    """W8, inside; outside it is `test_process.py`."""
    (kept.root / "Deep").mkdir()
    (kept.root / "Deep" / "7.md").write_text("Note 7.\n")
    kept.look()
    real = os.open

    def refuse(path, *args, **more):
        if path == "Deep":
            raise OSError(5, "Input/output error", path)
        return real(path, *args, **more)

    monkeypatch.setattr("vaultkit.vault.files.os.open", refuse)
    (kept.root / "0.md").write_text("Note 10.\n")
    kept.look()
    kept.now = 1000.0
    kept.look()
    assert kept.pages() == {10, 1, 2, 3, 7} and not kept.plan
    monkeypatch.setattr("vaultkit.vault.files.os.open", real)
    shutil.rmtree(kept.root / "Deep")
    kept.look()
    assert 7 in kept.pages()
    kept.now += 61
    kept.look()
    assert 7 not in kept.pages()


def test_a_folder_that_moved_out_takes_its_notes_along_and_is_not_looked_into(kept, tmp_path):
    """W9."""
    (kept.root / "Deep" / "er").mkdir(parents=True)
    (kept.root / "Deep" / "er" / "7.md").write_text("Note 7.\n")
    kept.look()
    (kept.root / "Deep").rename(tmp_path / "out")
    kept.look()
    assert 7 in kept.pages()
    (tmp_path / "out" / "er" / "7.md").write_text("Note 77.\n")
    kept.look()
    assert 77 not in kept.pages()
    kept.now = 61.0
    kept.look()
    assert kept.pages() == {0, 1, 2, 3} and kept.is_exact()


# What waits for its date


def soon(seconds):
    """A moment to come, as a property says it; whole seconds."""
    return datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=seconds)


def test_a_note_becomes_public_when_its_date_has_come_though_nothing_happens(kept):
    due = soon(3)
    (kept.root / "4.md").write_text(f"---\ndate: {due:%Y-%m-%dT%H:%M:%SZ}\n---\nNote 4.\n")
    (kept.root / "5.md").write_text("---\ndate: 2999-01-01\n---\nNote 5.\n")
    kept.look()
    assert [item.path for item in kept.plan.by_state("scheduled")] == ["4.md", "5.md"] and kept.plan.due == due
    assert kept.pages() == {0, 1, 2, 3}
    watched = Looking(kept.root, lambda: (kept.look(), watched.watcher.soon(kept.keeper.wait())), sweep=3600.0)
    with watched:
        watched.wait_for(lambda: kept.pages() == {0, 1, 2, 3, 4})
    assert datetime.now(UTC) >= due and set(watched.wakes[1:]) == {"sweep"}
    assert kept.keeper.wait() > 1e9, "and the other one is waited for"


def test_a_date_is_looked_at_by_the_clock_of_the_day_at_every_look(kept, monkeypatch):
    """A machine that slept, or whose clock was set: what is due is due."""
    (kept.root / "4.md").write_text("---\ndate: 2999-01-01\n---\nNote 4.\n")
    kept.look()
    kept.look()
    assert kept.of(Published) is None
    monkeypatch.setattr(keeper, "_now", lambda: datetime(2999, 1, 1, tzinfo=UTC))
    kept.look()
    assert kept.of(Published), "the keeper asks; whether it is public is for the publisher to say"


# What is looked at first


def test_what_somebody_names_is_told_first_and_looked_at_again_with_all_else(kept):
    (kept.root / "0.md").write_text("Note 0. [[Nowhere]]\n")
    (kept.root / "1.md").write_text("Note 1. [[Nobody]]\n")
    kept.look(["0.md"])
    first, second, published = kept.events
    assert [[item.path for item in told.result.diagnostics] for told in (first, second)] == [["0.md"], ["0.md", "1.md"]]
    assert {item.path for item in published.outcomes[0].plan.held} == {"0.md", "1.md"} and kept.is_exact()
    kept.look(["0.md", "2.md"])
    assert kept.of(Published) is None, "nothing happened: whoever named them was wrong"


def test_half_a_note_that_was_seen_first_is_seen_whole_by_the_look_itself(kept, monkeypatch):
    real, whole = kept.keeper._files.scan, "Note 10. The whole of it.\n"

    def scan():
        (kept.root / "0.md").write_text(whole)
        return real()

    (kept.root / "0.md").write_text("Note 10. [[The wh")
    monkeypatch.setattr(kept.keeper._files, "scan", scan)
    kept.look(["0.md"])
    assert kept.pages() == {10, 1, 2, 3} and kept.is_exact()
    assert len([event for event in kept.events if isinstance(event, Published)]) == 1


@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_named_what_is_known_is_the_disk(kept, tmp_path, seed):
    """Right, wrong, gone, outside, a folder, a link, hidden: events are hints."""
    draw = random.Random(seed)
    (tmp_path / "secret.md").write_text("outside\n")
    (kept.root / "Sub").mkdir()
    (kept.root / "link.md").symlink_to(tmp_path / "secret.md")
    odd = ["../secret.md", "link.md", "Sub", "Sub.md", ".hidden.md", "", "/", "vaultkit.yaml", "\udcff.md", "a\0.md"]
    for turn in range(20):
        notes = [path for path in kept.root.rglob("*.md") if path.is_file() and not path.is_symlink()]
        changed = draw.choice([*notes, kept.root / "Sub" / f"{turn}.md"])
        with suppress(OSError):
            draw.choice(
                [
                    lambda path=changed: path.write_text(f"{path.stem} {draw.random()} [[{draw.randrange(9)}]]\n"),
                    lambda path=changed: path.unlink(),
                    lambda path=changed: path.rename(kept.root / "Sub" / path.name),
                    lambda path=changed: path.rename(path.with_name(path.name + "~")),
                    lambda: shutil.move(kept.root / "Sub", kept.root / f"Sub{draw.randrange(3)}"),
                ]
            )()
        (kept.root / "Sub").mkdir(exist_ok=True)
        named = [str(path.relative_to(kept.root)) for path in (changed, *draw.sample(notes, len(notes) // 2))]
        kept.look(draw.sample([*named, *odd], draw.randrange(8)))
        assert kept.is_exact(), turn
    assert kept.error is None


def test_a_watch_that_does_not_publish_knows_the_same_with_the_facts_in_a_file(tmp_path, monkeypatch):
    monkeypatch.setattr(keeper, "_MUCH", 0)
    root = lay(tmp_path / "vault", 20)
    kept = keeper.Keeper(str(root), lambda: load_config(str(root)))
    for text in ("Note 0.\n", "# Head\n[[1#Head]] [[Nowhere]]\n", "# Head\n[[2]]\n"):
        (root / "0.md").write_text(text)
        (root / "1.md").write_text(text)
        assert [type(event) for event in kept.look()] == [Checked] and view(kept.session) == truth(root)
    (root / "2.md").rename(root / "Two.md")
    list(kept.look(["0.md"]))
    assert view(kept.session) == truth(root)
    kept.close()


def test_settings_that_change_leave_nothing_of_the_ones_before(kept):
    """A first look sets all that there is aside from the collector, so what is in a circle would stay for ever."""
    before = weakref.ref(kept.keeper.session), weakref.ref(kept.keeper.session.index)
    (kept.root / "vaultkit.yaml").write_text(CONFIG + "rules: { link-broken: off }\n")
    kept.look()
    assert kept.of(Renewed) == Renewed(None) and [item() for item in before] == [None, None]


def test_looking_long_leaves_nothing_open(tmp_path):
    from watching.kept import descriptors

    root = lay(tmp_path / "vault")
    before = descriptors()
    kept = Kept(root, tmp_path / "site", accept_root=True)
    kept.look()
    for number in range(6):
        (root / "vaultkit.yaml").write_text(CONFIG + f"# {number}\n")
        kept.look()
        root.rename(tmp_path / "away")
        kept.look()
        (tmp_path / "away").rename(root)
        kept.look()
        (root / "vaultkit.yaml").write_text("rulse: {}\n")
        kept.look()
        assert kept.of(Renewed).error
    kept.close()
    assert len(descriptors()) <= len(before) + 2
