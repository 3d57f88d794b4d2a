"""Times `vaultkit check` on made-up vaults of growing size: is the time linear in the notes, and what does it hold?

    python tests/bench/scale.py [NOTES ...]        (default: 1000 10000 100000)

A row per size: cold without a memory, cold with one, warm with nothing changed, warm with one note edited; seconds by
the clock, microseconds a note, and the largest process in MiB.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time

from check import Command, once, tool

_WORDS = ("tide", "harbour", "letter", "winter", "engine", "margin", "copper", "orchard", "signal", "hollow", "verdict")
_FOLDER = 200


def make(vault: str, notes: int) -> None:
    """A vault of so many notes with properties, headings, tags and links between them; the same vault each time."""
    draw = random.Random(notes)
    paths = [f"{number // _FOLDER:05}/{_name(draw)} {number}" for number in range(notes)]
    for number, path in enumerate(paths):
        if number % _FOLDER == 0:
            os.makedirs(os.path.join(vault, os.path.dirname(path)))
        with open(os.path.join(vault, path + ".md"), "w", encoding="utf-8") as file:
            file.write(_note(draw, paths))
    with open(os.path.join(vault, "vaultkit.yaml"), "w", encoding="utf-8") as file:
        file.write("schemas:\n  - use: any-note\n    match: { path: '**' }\n")
    os.mkdir(os.path.join(vault, "schemas"))
    with open(os.path.join(vault, "schemas", "any-note.yaml"), "w", encoding="utf-8") as file:
        file.write("name: any-note\nproperties:\n  tags: { type: tags, required: true }\n")


def _name(draw: random.Random) -> str:
    return " ".join(draw.choices(_WORDS, k=3)).capitalize()


def _note(draw: random.Random, paths: list[str]) -> str:
    parts = [f"---\ntags: [{draw.choice(_WORDS)}, {draw.choice(_WORDS)}]\naliases: [{_name(draw)}]\n---\n"]
    for heading in draw.sample(_WORDS, k=5):
        target = draw.choice(paths).rpartition("/")[2]
        subpath = f"#{draw.choice(_WORDS)}" * (draw.random() < 0.1)
        text = " ".join(draw.choices(_WORDS, k=60))
        parts.append(
            f"## {heading.capitalize()}\n\n{text} [[{target}{subpath}]] #{draw.choice(_WORDS)}\n\n- {text[:80]}\n"
        )
    return "".join(parts)


def main() -> None:
    """A row per size."""
    vaultkit = tool("vaultkit")
    start = [vaultkit] if vaultkit else [sys.executable, "-m", "vaultkit"]
    print(f"{'notes':>9}  {'':12}{'wall s':>9}{'us/note':>9}{'MiB':>7}")
    for notes in [int(word) for word in sys.argv[1:]] or [1_000, 10_000, 100_000]:
        with tempfile.TemporaryDirectory() as scratch:
            vault = os.path.join(scratch, "vault")
            make(vault, notes)
            environment = {**os.environ, "XDG_CACHE_HOME": os.path.join(scratch, "cache")}
            check = [*start, "check", "--vault", vault, "--statistics"]
            note = next(os.path.join(vault, "00000", name) for name in sorted(os.listdir(os.path.join(vault, "00000"))))

            def edit(note: str = note) -> None:
                with open(note, "a", encoding="utf-8") as file:
                    file.write("One more line.\n")

            for name, argv, before in (
                ("cold", [*check, "--no-cache"], None),
                ("remembering", check, None),
                ("warm", check, lambda: time.sleep(2.5)),
                ("edited", check, edit),
            ):
                run = once(Command(name, argv, before or (lambda: None)), environment)
                print(f"{notes:>9}  {name:12}{run.wall:9.2f}{run.wall / notes * 1e6:9.0f}{run.memory:7.0f}", flush=True)


if __name__ == "__main__":
    main()
