"""Every case of tests/cases/render/*.md: a note's Markdown, and the page's HTML.

A heading begins a case, a block `md` is the note, a block `html` what its body becomes. Optional blocks: `yaml` is the
rest of the job (`links`, `embeds`, `tags`, `strict_breaks`, `prefix`; one above all cases is for those without), `text`
the plain text, `toc` the table of contents, `problems` the sentences, `gfm`, `kramdown` and `goldmark` the Markdown for
GitHub, Jekyll and Hugo. VAULTKIT_REWRITE=1 writes what was found over what was expected.
"""

import os
import re
from pathlib import Path

import pytest
import yaml

from vaultkit.render.job import Dialect, EmbedTo, LinkTo, Rendered, RenderJob
from vaultkit.render.markdown import render

CASES = Path(__file__).parents[1] / "cases" / "render"
_BLOCK = re.compile(r"^(?P<fence>`{3,}|~{3,})(?P<kind>\w+)\n(?P<text>.*?)^(?P=fence)$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


DIALECTS = {
    "gfm": Dialect(alerts=True, math=True),
    "kramdown": Dialect(ids=True, kramdown=True, breaks=False),
    "goldmark": Dialect(html=False, ids=True),
}


def cases():
    """(file, title, offset of the case, its end) of every case."""
    for file in sorted(CASES.glob("*.md")):
        text = file.read_text(encoding="utf-8")
        fenced = [match.span() for match in _BLOCK.finditer(text)]
        heads = [head for head in _HEADING.finditer(text) if not any(a < head.start() < b for a, b in fenced)]
        ends = [*(head.start() for head in heads[1:]), len(text)]
        for head, end in zip(heads, ends, strict=True):
            yield pytest.param(file, head[1], id=f"{file.stem}-{head[1].lower().replace(' ', '-')}")
            kinds = {match["kind"] for match in _BLOCK.finditer(text, head.end(), end)}
            assert "md" in kinds and not kinds.isdisjoint(("html", *DIALECTS)), head[1]


def job(body, more):
    more = yaml.safe_load(more) or {}
    links = {key: LinkTo(*value) for key, value in more.get("links", {}).items()}
    return RenderJob(
        "note.md",
        body,
        links,
        {key: embed(value) for key, value in more.get("embeds", {}).items()},
        more.get("tags", {}),
        more.get("strict_breaks", False),
        more.get("prefix", ""),
    )


def embed(value):
    inner = value.pop("job", None)
    return EmbedTo(**value, job=job(inner.pop("body"), yaml.safe_dump(inner)) if inner else None)


def found(blocks):
    asked = job(blocks["md"], blocks.get("yaml", ""))
    result = render(asked)
    assert isinstance(result, Rendered)
    told = {name: render(_in(dialect, asked)).markdown + "\n" for name, dialect in DIALECTS.items() if name in blocks}
    return told | {
        "html": result.html,
        "text": result.text + "\n",
        "toc": "".join(f"{entry.level} {entry.id} {entry.text}\n" for entry in result.toc),
        "problems": "".join(f"{problem}\n" for problem in result.problems),
    }


def _in(dialect, job):
    """The job, and those of the notes embedded in it, in a dialect."""
    embeds = {key: to._replace(job=to.job and _in(dialect, to.job)) for key, to in job.embeds.items()}
    return job._replace(dialect=dialect, embeds=embeds)


@pytest.mark.parametrize("file, title", list(cases()))
def test_case(file, title):
    text = file.read_text(encoding="utf-8")
    head = re.search(rf"^## {re.escape(title)}$", text, re.MULTILINE)
    matches = []
    for match in _BLOCK.finditer(text, head.end()):
        if matches and _HEADING.search(text, matches[-1].end(), match.start()):
            break
        matches.append(match)
    first = _BLOCK.search(text, 0, _HEADING.search(text).start())
    shared = {"yaml": first["text"]} if first else {}
    actual = found(shared | {match["kind"]: match["text"] for match in matches})
    if os.environ.get("VAULTKIT_REWRITE"):
        for match in reversed(matches):
            text = text[: match.start("text")] + actual.get(match["kind"], match["text"]) + text[match.end("text") :]
        file.write_text(text, encoding="utf-8")
        return
    for match in matches:
        assert actual.get(match["kind"], match["text"]) == match["text"], f"{file}: {title}"
