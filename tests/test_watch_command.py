"""`vaultkit watch` as a process: what a person sees, what is published, and how it ends."""

import signal
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from watch_process import Watching, wait_until

NOTE = "---\ntitle: Attention\n---\n# Notes\n\nSee [[Other]].\n"
CONFIG = "publish:\n  select: { path: '**' }\n"


@pytest.fixture
def vault(tmp_path):
    root = tmp_path / "vault"
    root.mkdir()
    (root / "vaultkit.yaml").write_text(CONFIG)
    (root / "Attention.md").write_text(NOTE)
    (root / "Other.md").write_text("# Other\n")
    return root


def test_saves_are_reported_and_mended_notes_too(vault):
    with Watching(vault) as watching:
        watching.wait_for("Found nothing wrong in 2 notes. Watching.")
        (vault / "Other.md").rename(vault / "Elsewhere.md")
        watching.wait_for("error[link-broken]")
        watching.wait_for("--> Attention.md:6:5")
        (vault / "Elsewhere.md").rename(vault / "Other.md")
        watching.wait_for("Attention.md: nothing wrong any more.")


def test_check_goes_on_with_what_was_named_and_chosen(vault, tmp_path):
    named = (str(vault / "Attention.md"), str(vault / "Reading"))
    (vault / "Reading").mkdir()
    (vault / "Reading" / "Dune.md").write_text("x\n")
    with Watching(vault, *named, "--watch", "--extend-select", "link-self", command="check") as watching:
        watching.wait_for("Found nothing wrong in 2 notes. Watching.")
        (vault / "Other.md").write_text("[[Nowhere]]\n")
        (vault / "Reading" / "New.md").write_text("[[New]]\n")
        watching.wait_for("warning[link-self]")
        watching.wait_for("Found 1 warning in 1 of 3 notes.")
        (vault / "Other.md").unlink()
        watching.wait_for("--> Attention.md:6:5")
        assert not (tmp_path / "vault-site").exists(), "check publishes nothing"
        watching.process.send_signal(signal.SIGINT)
        assert watching.process.wait(20) == 0


def test_check_is_quiet_when_asked(vault):
    (vault / "Other.md").write_text("[[Nowhere]]\n")
    with Watching(vault, "--watch", "--quiet", "--color", "always", command="check") as watching:
        line = watching.wait_for("link-broken")
        assert line.startswith("\x1b[")
        (vault / "Other.md").write_text("Mended.\n")
        (vault / "Attention.md").write_text("[[Nowhere else]]\n")
        watching.wait_for("there is no note `Nowhere else`")
        with watching._more:
            assert not any("Found" in line or "nothing wrong" in line for line in watching.all)


def test_known_findings_are_not_told_again(vault):
    (vault / "Other.md").write_text("[[Nowhere]]\n")
    command = [sys.executable, "-m", "vaultkit", "check", "--vault", str(vault), "--write-baseline"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    with Watching(vault) as watching:
        assert "link-broken" not in watching.wait_for("1 known finding remains. Watching.")
        (vault / "Other.md").write_text("Words above.\n\n[[Nowhere]] [[New]]\n")
        watching.wait_for("--> Other.md:3:13")
        watching.wait_for("Found 1 error in 1 of 2 notes; 1 known finding remains.")


def test_a_failing_note_keeps_its_last_good_page(vault, tmp_path):
    site = tmp_path / "site"
    with Watching(vault, "--publish", "--output", str(site)) as watching:
        wait_until((site / "attention.html").exists)
        watching.wait_for("Watching.")
        (vault / "Attention.md").write_text(NOTE.replace("[[Other]]", "[[Nowhere]] at last"))
        watching.wait_for("error[link-broken]")
        assert watching.wait_for("Attention.md  there is no note").startswith("held ")
        (vault / "Other.md").write_text("# Other\n\nNews.\n")
        wait_until(lambda: "News" in (site / "other.html").read_text())
        assert "at last" not in (site / "attention.html").read_text()
        (vault / "Attention.md").write_text(NOTE.replace("See", "Rather see"))
        wait_until(lambda: "Rather see" in (site / "attention.html").read_text())


def test_what_is_held_back_is_told_once(vault, tmp_path):
    (vault / "Other.md").write_text("[[Nowhere]]\n")
    with Watching(vault, "--publish", "--output", str(tmp_path / "site")) as watching:
        watching.wait_for("withheld    Other.md")
        watching.wait_for("Published 1 note ")
        (vault / "Attention.md").write_text(NOTE + "More.\n")
        watching.wait_for("Published 1 note ")
        (vault / "Other.md").write_text("[[Nowhere else]]\n")
        watching.wait_for("withheld    Other.md  there is no note `Nowhere else`")
        assert sum(line.startswith("withheld ") for line in watching.all) == 2


def test_without_publishing_it_finds_what_a_check_finds(tmp_path):
    (tmp_path / "Public.md").write_text("---\npublish: true\n---\n[[Private]]\n")
    (tmp_path / "Private.md").write_text("Mine.\n")
    with Watching(tmp_path) as watching:
        watching.wait_for("Found nothing wrong in 2 notes. Watching.")
    with Watching(tmp_path, "--publish", "--output", str(tmp_path / "site")) as watching:
        watching.wait_for("warning[publish-link-private]")


def test_a_vault_that_vanishes_unpublishes_nothing(vault, tmp_path):
    site = tmp_path / "site"
    with Watching(vault, "--publish", "--output", str(site)) as watching:
        wait_until((site / "attention.html").exists)
        vault.rename(tmp_path / "away")
        vault.mkdir()
        watching.wait_for("The vault is not there any more")
        assert (site / "attention.html").exists()
        vault.rmdir()
        (tmp_path / "away").rename(vault)
        (vault / "Other.md").write_text("# Other\n\nBack.\n")
        wait_until(lambda: "Back" in (site / "other.html").read_text())


def test_a_broken_configuration_keeps_the_last_good_one(vault):
    with Watching(vault) as watching:
        watching.wait_for("Watching.")
        (vault / "vaultkit.yaml").write_text("rulse: {}\n")
        assert "did you mean `rules`" in watching.wait_for("did you mean")
        (vault / "Attention.md").write_text(NOTE + "[[Nowhere]]\n")
        watching.wait_for("error[link-broken]")
        (vault / "vaultkit.yaml").write_text("rules: { link-broken: off }\n")
        watching.wait_for("The configuration changed")
        watching.wait_for("nothing wrong any more")


def test_the_site_is_served_and_its_pages_reload(vault, tmp_path):
    with Watching(vault, "--serve", "--output", str(tmp_path / "site")) as watching:
        url = watching.wait_for("The site is shown at").split()[-1]

        def shows(words):
            try:
                with urllib.request.urlopen(url + "attention.html", timeout=5) as answer:
                    return words in answer.read().decode()
            except urllib.error.URLError:
                return False

        wait_until(lambda: shows("Attention"))
        assert shows("/_vaultkit/reload.js")
        (vault / "Attention.md").write_text(NOTE.replace("See", "Rather see"))
        wait_until(lambda: shows("Rather see"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("command", ["watch", "serve"])
def test_it_ends_cleanly_when_told(vault, tmp_path, number, command):
    output = ("--output", str(tmp_path / "site")) if command == "serve" else ()
    with Watching(vault, *output, command=command) as watching:
        watching.wait_for("Watching.")
        watching.process.send_signal(number)
        assert watching.process.wait(20) == 0
        watching.process.wait()


def test_only_publishing_brings_anything_elsewhere(vault, tmp_path):
    subprocess.run(["git", "init", "-q", str(tmp_path / "away")], check=True)
    target = "  targets: [{ kind: git, repository: ../there, output: ../out }]\n"
    (vault / "vaultkit.yaml").write_text(CONFIG + target)
    (vault / "Other.md").write_text("# Other\n")
    branch = tmp_path / "there/.git/refs/heads/gh-pages"
    (tmp_path / "away").rename(tmp_path / "there")
    with Watching(vault, command="serve") as watching:
        watching.wait_for("Published 2 notes")
        (vault / "Other.md").write_text("# Other things\n")
        watching.wait_for("Published 2 notes")
        assert not branch.exists()
    (tmp_path / "there").rename(tmp_path / "away")
    with Watching(vault, "--publish") as watching:
        watching.wait_for("there is no such repository")
        (tmp_path / "away").rename(tmp_path / "there")
        (vault / "Other.md").write_text("# Others\n")
        watching.wait_for("committed to `gh-pages`")
        assert branch.exists()
