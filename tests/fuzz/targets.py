"""What must hold for any bytes, one function per part: the front matter, the scanner, the inline text, resolution.

`test_targets.py` runs them under hypothesis; `fuzz.py` runs one of them under atheris, for as long as one likes.
"""

from __future__ import annotations

from vaultkit.index.resolve import FileTable
from vaultkit.model.note import Facts
from vaultkit.parse import frontmatter, plain_yaml
from vaultkit.parse.inline import plain, without_comments
from vaultkit.parse.note import parse
from vaultkit.parse.reading import highlights, visible
from vaultkit.parse.yaml12 import compose


def text_of(data: bytes) -> str:
    """Bytes as the text of a note; lone surrogates can come from an editor and are kept."""
    return data.decode("utf-8", "surrogateescape")


def splitter(data: bytes) -> None:
    """The properties: nothing raises, places lie inside, the short way through YAML says what the long one says."""
    text = text_of(data)
    for source in (text, f"---\n{text}\n---\nbody"):
        found, problems = frontmatter.read(source)
        assert 0 <= found.span.start <= found.span.end <= len(source)
        assert all(0 <= start <= end <= len(source) for _, (start, end), _ in problems)
        frontmatter.places(source, found)
    block = text + "\n"
    quick = plain_yaml.read(block)
    if quick is not None and "\0" not in block:
        slow = compose(block)
        assert slow.mistakes == () and slow.root is not None and slow.root.value == quick


def scanner(data: bytes) -> None:
    """The facts: nothing raises, spans lie inside, Windows' line ends move things and change nothing."""
    text = text_of(data)
    facts = parse(text)
    for group in facts[1:]:
        for fact in group:
            assert 0 <= fact.span.start <= fact.span.end <= len(text), fact
    if "\r" not in text:
        assert _said(facts) == _said(parse(text.replace("\n", "\r\n")))


def _said(facts: Facts) -> list[object]:
    """What facts say apart from where they stand and from text that goes over lines."""
    return [
        (facts.frontmatter.state, len(facts.problems)),
        [(heading.level, heading.text.replace("\r\n", "\n")) for heading in facts.headings],
        [(link.kind, link.target, link.subpath) for link in facts.links],
        [tag.name for tag in facts.tags],
        [(block.id, block.kind) for block in facts.blocks],
        [(callout.type, callout.title) for callout in facts.callouts],
        [(task.state, task.text) for task in facts.tasks],
        [(code.kind, code.language) for code in facts.code],
        [(table.columns, table.rows) for table in facts.tables],
    ]


def inline(data: bytes) -> None:
    """What a reader sees: nothing raises, and no comment is seen."""
    text = text_of(data)
    plain(text)
    facts = parse(text)
    visible(text, facts)
    highlights(text, facts)
    assert len(without_comments(text, facts)) <= len(text)


def resolution(data: bytes) -> None:
    """Links: nothing raises, what is opened is a file, and it is the same whatever was asked before."""
    names = [name for name in text_of(data).split("\n") if name]
    files = [name.strip("/") + ".md" for name in names[::2] if name.strip("/")]
    table = FileTable(dict.fromkeys(files))
    for target in names[1::2]:
        for folder in ("", files[0].rpartition("/")[0] if files else ""):
            found = table.find(target, folder)
            assert found == FileTable(dict.fromkeys(files)).find(target, folder)
            assert found.resolution.path is None or found.resolution.path in table.files
            assert set(found.resolution.candidates) <= table.files.keys()


TARGETS = {name: globals()[name] for name in ("splitter", "scanner", "inline", "resolution")}
