"""Times `vaultkit publish` on one vault: whole builds beside Hugo's, second runs beside a check, edits in process.

    python tests/bench/publish.py VAULT [--runs N]

Whole processes are raced as in `check.py`. Hugo, if it is on the PATH, builds the same notes and attachments from a
copy without front matter and shortcodes, with the smallest templates there can be. In process, each of some edits
changes a line of one note; shown are medians of processor time, which counts where a machine is shared.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from check import Command, race, tool

_FRONT = re.compile(r"\A---[ \t]*\n.*?\n?(?:---|\.\.\.)[ \t]*\n", re.DOTALL)
_CONFIG = "publish:\n  select: { path: '**' }\n  targets: [{ base-url: 'https://example.org/notes/', output: SITE }]\n"


def hugo_site(vault: str, to: str) -> list[str]:
    """A site of Hugo with the notes and attachments of a vault; the command that builds it."""
    for folder, folders, names in os.walk(vault):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            there = os.path.join(to, "content", os.path.relpath(folder, vault))
            if name.endswith(".md"):
                copy_for_hugo(os.path.join(folder, name), there)
            elif not name.startswith("."):
                os.makedirs(there, exist_ok=True)
                shutil.copy(os.path.join(folder, name), there)
    layouts = os.path.join(to, "layouts", "_default")
    os.makedirs(layouts)
    page = "<!doctype html><title>{{ .Title }}</title>{{ .Content }}"
    for kind, text in (
        ("single", page),
        ("list", page + "{{ range .Pages }}<a href='{{ .RelPermalink }}'>x</a>{{ end }}"),
    ):
        with open(os.path.join(layouts, f"{kind}.html"), "w", encoding="utf-8") as file:
            file.write(text)
    with open(os.path.join(to, "config.toml"), "w", encoding="utf-8") as file:
        file.write('baseURL = "https://example.org/notes/"\ntitle = "Notes"\n')
    return [tool("hugo") or "", "--quiet", "--source", to, "--destination", os.path.join(to, "public")]


def copy_for_hugo(path: str, folder: str) -> None:
    """A note as Hugo takes it: with nothing but a title before its text, and without what looks like a template."""
    with open(path, encoding="utf-8", errors="replace") as file:
        text = _FRONT.sub("", file.read(), count=1)
    os.makedirs(folder, exist_ok=True)
    name = os.path.basename(path)
    title = json.dumps(name[:-3], ensure_ascii=False)  # YAML knows no halves of a character
    text = text.replace("{{", "{ {").replace("{%", "{ %")
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(f"---\ntitle: {title}\n---\n{text}")


def put_away(folder: str, scratch: str) -> None:
    """Let there be no such folder. It is not deleted: for minutes ext4 would go around what was freed, file by file."""
    if os.path.exists(folder):
        os.rename(folder, tempfile.mkdtemp(dir=scratch) + "/away")


def whole_processes(vault: str, scratch: str, runs: int) -> None:
    """Full builds, and builds of what did not change."""
    environment = {**os.environ, "XDG_CACHE_HOME": os.path.join(scratch, "cache")}
    site = os.path.join(scratch, "out", "site")
    publish = [sys.executable, "-m", "vaultkit", "--vault", vault, "publish"]
    check = [sys.executable, "-m", "vaultkit", "--vault", vault, "check", "--quiet"]

    def forget() -> None:
        put_away(os.path.dirname(site), scratch)
        put_away(os.path.join(scratch, "cache"), scratch)

    rows = [Command("vaultkit publish", publish, forget)]
    if tool("hugo"):
        built = hugo_site(vault, os.path.join(scratch, "hugo"))
        rows.append(Command("hugo", built, lambda: put_away(built[-1], scratch)))
    race("everything, for the first time", rows, runs, environment)
    subprocess.run(publish, env=environment, check=False, capture_output=True)
    race("nothing changed", [Command("vaultkit publish", publish), Command("vaultkit check", check)], runs, environment)


def edits(session, rng: random.Random) -> dict[str, object]:
    """By kind what is done to a note of the session; each gives the path, and the text or None when it is gone."""
    paths = sorted(session.index.notes)
    path, other, number = rng.choice(paths), rng.choice(paths), rng.randrange(10**6)
    folder = path[: path.rfind("/") + 1]
    text = session.text(path)
    return {
        "body": (path, f"{text}\n\nOne more line {number}.\n"),
        "link": (path, f"{text}\n\nSee [[{other[:-3]}]].\n"),
        "tag": (path, f"{text}\n\n#tag{number}\n"),
        "heading": (path, f"{text}\n\n## Heading {number}\n"),
        "new note": (f"{folder}New note {number}.md", "Some new words here.\n"),
        "deleted note": (path, None),
    }


def in_process(vault: str, runs: int, *, is_new: bool) -> None:
    """What a watcher does: one note was edited, or none. `is_new`: nothing was published before, else all was, by
    another process. Getting ready is what it does while nobody waits."""
    from vaultkit.model.change import Change
    from vaultkit.session import Session
    from vaultkit.vault.settings import load_config

    session = Session.open(vault, load_config(vault))
    session.refresh()
    target = session.config.publish.targets[0]
    output = os.path.normpath(os.path.join(vault, target.output or ""))
    if is_new:
        shutil.rmtree(os.path.dirname(output), ignore_errors=True)
    session.publish(target, output)
    rng = random.Random(1)
    times: dict[str, list[float]] = {}

    def timed(name: str, act) -> None:
        start = time.process_time()
        act()
        times.setdefault(name, []).append(time.process_time() - start)

    timed("getting ready for the first edit", session.publisher.prepare)
    for kind in ("body", "link", "tag", "heading", "new note", "deleted note"):
        for _ in range(runs):
            path, text = edits(session, rng)[kind]
            change = Change(path, "deleted") if text is None else Change(path, "saved", text)
            timed("check", lambda change=change: session.update([change]))
            timed(kind, lambda: session.publish(target, output))
            timed("getting ready", session.publisher.prepare)
            timed("nothing changed", lambda: session.publish(target, output))
            session.publisher.prepare()
    before = "nothing was published before" if is_new else "another process had published all"
    print(
        f"\nin process, {len(session.index.notes)} notes, {before}\n{'':34}{'cpu s: first':>14}{'median':>9}{'most':>9}"
    )
    for name, found in times.items():
        print(f"  {name:34}{found[0]:12.3f}{statistics.median(found):9.3f}{max(found):9.3f}")
    print(f"  most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")
    session.close()


def main() -> None:
    """Copy the vault, and run every row."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("vault")
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        vault = os.path.join(scratch, "vault")
        shutil.copytree(args.vault, vault)
        with open(os.path.join(vault, "vaultkit.yaml"), "w", encoding="utf-8") as file:
            file.write(_CONFIG.replace("SITE", os.path.join(scratch, "out", "site")))
        whole_processes(vault, scratch, args.runs)
        in_process(vault, args.runs, is_new=False)
        in_process(vault, args.runs, is_new=True)


if __name__ == "__main__":
    main()
