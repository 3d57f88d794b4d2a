"""Time and memory of a note are bounded, and the same note gives the same bytes everywhere."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from vaultkit.render.job import EmbedTo, Rendered, RenderFailure, RenderJob
from vaultkit.render.markdown import MAX_DELIMITERS, MAX_SIZE, render
from vaultkit.render.worker import Limits
from vaultkit.render.workers import RenderPool

PROJECT = Path(__file__).parents[2]


def job(body, embeds=None):
    return RenderJob("note.md", body, {}, embeds or {}, {})


def test_a_body_above_the_size_is_refused_and_one_at_it_is_not():
    line = "words and words\n"
    at = line * (MAX_SIZE // len(line))
    assert isinstance(render(job(at + "\n" * (MAX_SIZE - len(at)))), Rendered)
    refused = render(job(at + "\n" * (MAX_SIZE - len(at) + 1)))
    assert refused == RenderFailure("note.md", "too complex: the text is larger than 2 MiB")
    assert isinstance(render(job("é" * (MAX_SIZE // 2 + 1))), RenderFailure), "bytes count, not characters"


@pytest.mark.parametrize("sign", ["*a ", "_a ", "a** ", "*_"])
def test_a_paragraph_with_too_many_signs_of_emphasis_is_refused(sign):
    runs = sign.count("*a") + sign.count("_a") + sign.count("**") + 2 * sign.count("*_")
    few, many = sign * (MAX_DELIMITERS // runs), sign * (MAX_DELIMITERS // runs + 1)
    assert isinstance(render(job(few)), Rendered)
    assert isinstance(render(job(f"{few}\n\n{few}\n\n{few}")), Rendered), "each paragraph counts for itself"
    refused = render(job(f"before\n\n> - {many}"))
    assert isinstance(refused, RenderFailure)
    assert refused.reason == "too complex: a paragraph has more than 2,000 signs of emphasis"
    assert isinstance(render(job(f"```\n{many}\n```")), Rendered), "in code they are no signs of emphasis"


def test_a_run_of_signs_counts_once():
    assert isinstance(render(job("*" * 50_000 + "a" + "_" * 50_000)), Rendered)


def test_what_is_embedded_is_held_to_the_same():
    inner = RenderJob("inner.md", "*a " * 5000, {}, {}, {})
    refused = render(job("![[inner]]", {"inner": EmbedTo("note", "i.html", "i", inner)}))
    assert isinstance(refused, RenderFailure)
    assert refused.path == "note.md"


SHAPES = {
    "quotes": lambda n: "> " * n + "a",
    "bare quotes": lambda n: ">" * n + "a*" * 900,
    "lists": lambda n: "- " * n + "x",
    "numbers": lambda n: "1. " * n + "x",
    "stairs": lambda n: "".join("  " * i + "* a\n" for i in range(min(n, 300))),
    "brackets": lambda n: "[" * n + "a" + "]" * n,
    "closing brackets": lambda n: "a]" * n,
    "links": lambda n: "[a](" * n,
    "wikilinks": lambda n: "[[a|" * n,
    "embeds": lambda n: "![[" * n,
    "nested embeds": lambda n: "![[a " * n + "]]" * n,
    "footnote references": lambda n: "[^a]" * n + "\n\n[^a]: x",
    "footnotes": lambda n: "".join(f"[^a{i}]: [^a{i + 1}]\n\n" for i in range(n // 8)) + "[^a0]",
    "inline footnotes": lambda n: "^[" * n + "a" + "]" * n,
    "open footnotes": lambda n: "^[a " * n,
    "dollars": lambda n: "$a " * n,
    "display": lambda n: "$$\na\n" * n,
    "open display": lambda n: "$$ a\n\n" * n,
    "percents": lambda n: "%%a" * n,
    "percent lines": lambda n: "%%\na\n\n" * n,
    "highlights": lambda n: "==a " * n,
    "strikes": lambda n: "~~a " * n,
    "tags": lambda n: "#a " * n,
    "hashes": lambda n: "#" * n + " a",
    "addresses": lambda n: "https://a.b/" * n,
    "dots": lambda n: "https://" + "a." * n,
    "parentheses": lambda n: "https://a.b/" + ")" * n,
    "backticks": lambda n: "e" + "e".join("`" * i for i in range(1, int(n**0.5))),
    "columns": lambda n: "|" + "x|" * n + "\n|" + "-|" * n + "\n|" + "y|" * n,
    "rows": lambda n: "|a|b|\n|--|--|\n" + "|y\n" * n,
    "hyphens": lambda n: "|a|\n|" + "-" * n + "\n",
    "rules of tables": lambda n: "a|b\n-|-\n\n" * n,
    "callouts": lambda n: "> [!a]\n" * n,
    "callout heads": lambda n: "> [!" + "a|" * n,
    "block ids": lambda n: "a ^b\n" * n,
    "carets": lambda n: "^a " * n,
    "tasks": lambda n: "- [ ] a\n" * n,
    "lines": lambda n: "a\n" * n,
    "indented lines": lambda n: "a\n" + "     b\n" * n,
    "blank lines": lambda n: "- a" + "\n" * n + "b",
    "fences": lambda n: "```\n" * n,
    "html": lambda n: "<div>" * n,
    "open tags": lambda n: "<img " * n,
    "quoted tags": lambda n: '<img "' * n,
    "attributes": lambda n: "<a " + "x " * n,
    "html comments": lambda n: "</" + "<!--" * n,
    "templater": lambda n: "<% a" * n,
    "references": lambda n: "".join(f"[x{i}]: u\n" for i in range(n)) + "[x0] " * n,
    "open title": lambda n: '[a]: u "' + "t\n" * n,
    "entities": lambda n: "&amp" * n,
    "backslashes": lambda n: "\\" * n,
    "spaces": lambda n: "a" + " " * n + "b",
    "tabs": lambda n: "\t" * n + "a",
    "braces": lambda n: "$" + "{" * n + "a" + "}" * n + "$",
    "nested emphasis": lambda n: "*a **a " * (n // 8) + "b" + " a** a*" * (n // 8),
    "attributes without end": lambda n: "<a><a>" * n,
    "processing": lambda n: "a <? <![CDATA[" * n,
    "images": lambda n: "![" * n + "a" + "](u)" * n,
    "one reference": lambda n: "[a]: u\n" * n,
    "open label": lambda n: "[" + "a\\]" * n,
    "trailing spaces": lambda n: ("a" + " " * 1000 + "\n") * (n // 100),
    "deep quotes": lambda n: "".join(">" * i + " a\n" for i in range(min(n, 300))),
    "deep lists": lambda n: "".join("  " * i + "- a\n" for i in range(min(n, 300))),
    "deeper quotes": lambda n: ">" * (30 * n) + "a",
    "deeper lists": lambda n: "- " * (30 * n) + "a",
    "setext": lambda n: "a\n" * n + "===",
    "closed headings": lambda n: "# a" + " #" * n,
    "open destinations": lambda n: "[a](<b" * n,
    "mermaid": lambda n: "```mermaid\n" + "graph TD\n" * n + "```",
    "fractions": lambda n: "$" + "\\frac{" * n + "a" + "}{b}" * n + "$",
}


def test_hostile_shapes_end_in_time():
    """Not fast, but within the deadline that every note has: or the reader would never see them."""
    with RenderPool(limits=Limits(deadline=20.0, patience=600.0)) as pool:
        late = [
            (found.path, outcome.reason)
            for found, outcome in pool.render_all(
                RenderJob(name, shape(3_000), {}, {}, {}) for name, shape in SHAPES.items()
            )
            if isinstance(outcome, RenderFailure)
        ]
    assert late == []


ONE = """
import sys
from vaultkit.render.job import RenderJob, LinkTo
from vaultkit.render.markdown import render
body = sys.stdin.buffer.read().decode()
found = render(RenderJob("a.md", body, {"x": LinkTo("x.html", "x")}, {}, {"t": "t.html"}))
sys.stdout.buffer.write(repr((found.html, found.toc, found.text, sorted(found.features), found.problems)).encode())
"""


def test_same_note_same_bytes_whatever_the_seed_and_locale():
    body = "\n\n".join(file.read_text("utf-8") for file in sorted((PROJECT / "tests/cases/render").glob("*.md")))
    seen = set()
    for seed, locale in (("1", "C"), ("2", "C.UTF-8"), ("3", "POSIX")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": f"UTC+{seed}"}
        done = subprocess.run(
            [sys.executable, "-c", ONE],
            input=body.encode(),
            capture_output=True,
            env=environment,
            cwd=PROJECT,
            check=True,
        )
        seen.add(done.stdout)
    assert len(seen) == 1


def test_rendering_leaves_nothing_behind_for_the_next_note():
    whole = [file.read_text("utf-8") for file in sorted((PROJECT / "tests/cases/render").glob("*.md"))]
    first = [render(job(body)) for body in whole]
    assert [render(job(body)) for body in reversed(whole)] == first[::-1]
