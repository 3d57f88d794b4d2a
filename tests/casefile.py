"""Case files: tests that are Markdown documents, one per rule, in tests/cases/rules/RULE.md.

The file's name is the rule under test. Its first heading is a title; prose may stand anywhere and is not read by the
runner. Every heading below the title starts a case, which is one tiny vault and what a check of it finds:

    # link-broken

    ## A link to a note that does not exist

    The near name is offered.

    ```md Reading/a.md
    See [[Dnue]].
    ```

    ```md Dune.md
    ```

    ```findings
    Reading/a.md:1:5-1:13 error[link-broken] there is no note `Dnue`; did you mean `Dune`?
    ```

**Files.** The info string is a language and the file's path (spaces are fine). `vaultkit.yaml` is the configuration,
`schemas/NAME.yaml` a schema; everything else is a file of the vault, and what ends in `.md` is a note. A fence may be
longer than three backticks, or of tildes, so that notes can hold fences. The text is the block's lines, each with a
line end. Words joined to the language by `+` change that: `md+crlf`, `md+cr` (line ends), `md+noeol` (no line end
after the last line), `md+escapes` (Python escapes such as `\\t`, `\\x00` and `\\u202e` are decoded), `md+latin1`
(encoded so; with escapes, any bytes), `md+x2000` (all that so many times), `md+link` (a symbolic link to the path that
is the text), `md+pipe` (a named pipe).

**Findings.** `path:line:column-endline:endcolumn severity[rule] message`, one line each, in stable order; lines and
columns from 1, the end is exclusive. Under a finding, indented, may stand what else it says. When one such line stands
there, all of them are compared:

      label: the text at the caret
      origin: reading-note schemas/reading-note.yaml:14
      hint: the schema author's words
      related: Dune.md:1:1-1:5 the other place
      fix: rename to `Takeaways` (safe)

A case without findings has an empty block. All rules that are on by default run, and the rule under test runs even when
it is off by default (then as a warning): a finding of another rule must be listed too, which keeps one mistake one
finding. The environment variable VAULTKIT_ONLY=1 runs the rule under test alone.

**Online.** An ```` ```online ```` block says what the web would: an address and what is wrong with it, one line each.

**Fixes.** A ```` ```fixed PATH ```` block holds the note's text after all fixes of the rule under test were applied.
The runner also checks that a second application changes nothing.

**Consoles.** In tests/cases/cli and tests/cases/reports a case has ```` ```console ```` blocks in place of findings:
what a person types in the vault's folder and sees there. After a line `$ COMMAND` comes what it prints, then with
`! ` before them the lines on standard error, then `? CODE` when the exit code is not 0. The vault's own place is
written `/vault`, an escape `␛`. A command that is not `vaultkit` is run by bash (git knows a made-up author and none of
your settings).

**Rewriting.** `VAULTKIT_REWRITE=1 pytest tests/test_cases.py` writes what was found over the expected blocks (and adds
the findings block where it is missing). Read the diff before you commit it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

EXPECTED = ("findings", "fixed", "console")
ONLINE = "online"
REWRITE = bool(os.environ.get("VAULTKIT_REWRITE"))
CASES = Path(__file__).parent / "cases"
_FENCE = re.compile(r"(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>.*)$")
_HEADING = re.compile(r"#{2,6}[ \t]+(?P<title>.*?)[ \t#]*$")


@dataclass
class Fenced:
    """A fenced block of a case file: what it is (a language, `findings` or `fixed`), the ways its text is made, the
    file's path, and where its lines stand."""

    kind: str
    ways: frozenset[str]
    name: str
    first: int
    last: int
    lines: list[str]

    @property
    def data(self) -> bytes:
        """What the block stands for, with the line ends, escapes and encoding that its language asks for."""
        text = "\n".join(self.lines) + ("\n" if self.lines and "noeol" not in self.ways else "")
        if "escapes" in self.ways:
            text = re.sub(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[abfnrtv\\])", _unescape, text)
        if "crlf" in self.ways:
            text = text.replace("\n", "\r\n")
        if "cr" in self.ways:
            text = text.replace("\n", "\r")
        times = next((int(way[1:]) for way in self.ways if way[1:].isdecimal()), 1)
        return text.encode("latin-1" if "latin1" in self.ways else "utf-8") * times

    def put(self, folder: Path, data: bytes) -> None:
        """Make the block's file in a vault."""
        file = folder / self.name
        file.parent.mkdir(parents=True, exist_ok=True)
        if "link" in self.ways:
            file.symlink_to(data.decode("utf-8").strip())
        elif "pipe" in self.ways:
            os.mkfifo(file)
        else:
            file.write_bytes(data)


@dataclass
class Case:
    """One tiny vault and what is expected of it."""

    file: Path
    title: str
    line: int
    blocks: list[Fenced] = field(default_factory=list)

    @property
    def rule(self) -> str:
        return self.file.stem

    @property
    def files(self) -> list[Fenced]:
        """The files of the vault."""
        return [block for block in self.blocks if block.kind not in (*EXPECTED, ONLINE)]

    @property
    def online(self) -> dict[str, str]:
        """What is wrong with addresses on the web."""
        lines = [line for block in self.blocks if block.kind == ONLINE for line in block.lines]
        return {url: verdict for url, _, verdict in (line.partition(" ") for line in lines)}

    def make(self, folder: Path, instead: dict[str, bytes] | None = None) -> None:
        """Make the vault in a folder, with other contents for some files."""
        for block in self.files:
            block.put(folder, (instead or {}).get(block.name, block.data))

    @property
    def findings(self) -> Fenced | None:
        """The block of the expected findings, if there is one."""
        return next((block for block in self.blocks if block.kind == "findings"), None)

    @property
    def fixed(self) -> list[Fenced]:
        """The notes as they are expected after the fixes."""
        return [block for block in self.blocks if block.kind == "fixed"]

    def __str__(self) -> str:
        return f"{self.rule}-{self.line}-{re.sub(r'[^0-9A-Za-z]+', '-', self.title).strip('-').lower()}"


def read_cases(folder: str) -> list[Case]:
    """All cases of the case files in `tests/cases/FOLDER`, in order of file and place."""
    return [case for file in sorted((CASES / folder).glob("*.md")) for case in parse_cases(file)]


def parse_cases(file: Path) -> list[Case]:
    """The cases of one file.

    Raises ValueError for a block outside a case, a block without a path, a path or title given twice, an open fence.
    """
    cases: list[Case] = []
    lines = file.read_text(encoding="utf-8").split("\n")
    at = 0
    while at < len(lines):
        if heading := _HEADING.match(lines[at]):
            if any(case.title == heading["title"] for case in cases):
                raise ValueError(f"{file}:{at + 1}: a second case of the same title")
            cases.append(Case(file, heading["title"], at + 1))
        elif fence := _FENCE.match(lines[at]):
            block = _block(file, lines, at, fence["fence"], fence["info"].strip())
            if not cases:
                raise ValueError(f"{file}:{at + 1}: a block before the first case")
            if not block.name and block.kind not in (*EXPECTED, ONLINE):
                raise ValueError(f"{file}:{at + 1}: the block names no file")
            if block.kind != "console" and any(
                (old.kind, old.name) == (block.kind, block.name) for old in cases[-1].blocks
            ):
                raise ValueError(f"{file}:{at + 1}: `{block.name or block.kind}` stands twice in one case")
            cases[-1].blocks.append(block)
            at = block.last
        at += 1
    return cases


def fences(file: Path, lines: list[str]) -> Iterator[Fenced]:
    """The fenced blocks of any Markdown file, in order. Raises ValueError for an open fence."""
    at = 0
    while at < len(lines):
        if fence := _FENCE.match(lines[at]):
            block = _block(file, lines, at, fence["fence"], fence["info"].strip())
            yield block
            at = block.last
        at += 1


def _block(file: Path, lines: list[str], at: int, fence: str, info: str) -> Fenced:
    for end in range(at + 1, len(lines)):
        closing = lines[end].strip()
        if closing.startswith(fence) and not closing.strip(fence[0]):
            language, _, name = info.partition(" ")
            kind, *ways = language.split("+")
            return Fenced(kind, frozenset(ways), name.strip(), at, end, lines[at + 1 : end])
    raise ValueError(f"{file}:{at + 1}: the fence is never closed")


def _unescape(match: re.Match[str]) -> str:
    return match[0].encode("ascii").decode("unicode_escape")


# Running a case --------------------------------------------------------------------------------------------------


def check(case: Case, instead: dict[str, bytes] | None = None):
    """What a session finds in the case's vault: the findings in stable order, and the texts of the notes."""
    from vaultkit.session import Session
    from vaultkit.vault.settings import load_config

    with TemporaryDirectory() as root:
        case.make(Path(root), instead)
        session = Session.open(root, _with(case.rule, load_config(root)))
        session.refresh()
        session.learn(lambda urls: case.online)
        texts = {path: session.text(path) for path in session.index.notes}
        session.files.close()
    return session.diagnostics().diagnostics, texts


def _with(name: str, config):
    """The configuration with the rule under test on; with VAULTKIT_ONLY, with no other rule."""
    from vaultkit import registry
    from vaultkit.cli._choice import chosen
    from vaultkit.config import RuleSetting

    if os.environ.get("VAULTKIT_ONLY"):
        return chosen(config, (name,), ())
    if registry.load("vaultkit.rules", name).severity or name in config.rules:
        return config
    return config.replaced(rules={**config.rules, name: RuleSetting(severity="warning")})


def fixed(case: Case, path: str, instead: dict[str, bytes] | None = None) -> bytes:
    """The bytes of a note after all fixes of the rule under test."""
    from vaultkit.session import Session
    from vaultkit.vault.settings import load_config

    with TemporaryDirectory() as root:
        case.make(Path(root), instead)
        session = Session.open(root, _with(case.rule, load_config(root)))
        session.refresh()
        notes = session.fix((path,), lambda _, item: item.rule == case.rule)
        after = notes[0].rewrite(session.files).after if notes else (Path(root) / path).read_bytes()
        session.files.close()
    return after


def shown(item, texts: dict[str, str]) -> list[str]:
    """A finding as a case file writes it: its line, then the indented details."""
    lines = [f"{_place(item.path, item.span, texts)} {item.severity.label}[{item.rule}] {item.message}"]
    if item.label:
        lines.append(f"  label: {item.label}")
    if item.origin:
        lines.append(f"  origin: {item.origin.schema} {item.origin.file}:{item.origin.line}")
    if item.hint:
        lines.append(f"  hint: {item.hint}")
    lines += [f"  related: {_place(other.path, other.span, texts)} {other.message}" for other in item.related]
    if item.fix:
        lines.append(f"  fix: {item.fix.title} ({'safe' if item.fix.safe else 'unsafe'})")
    return lines


def _place(path: str, span, texts: dict[str, str]) -> str:
    from vaultkit.model.text import LineIndex

    index = LineIndex(texts.get(path, ""))
    start, end = index.position(span.start), index.position(span.end)
    return f"{path}:{start.line}:{start.column}-{end.line}:{end.column}"


def run(case: Case) -> None:
    """Check the case's vault and compare; or, when asked by VAULTKIT_REWRITE, write down what was found."""
    result, texts = check(case)
    found = [shown(item, texts) for item in result]
    if REWRITE:
        _rewrite(case, found)
        return
    assert case.findings, f"{case.file}:{case.line}: the case has no findings block (VAULTKIT_REWRITE=1 writes it)"
    expected = _groups(case.findings.lines)
    actual = [lines if len(wanted) > 1 else lines[:1] for lines, wanted in zip(found, expected, strict=False)] + [
        lines[:1] for lines in found[len(expected) :]
    ]
    assert _flat(actual) == _flat(expected), f"{case.file}:{case.findings.first + 1}: other findings than expected"
    for block in case.fixed:
        after = fixed(case, block.name)
        assert after == block.data, f"{case.file}:{block.first + 1}: the fix gives another text"
        again = fixed(case, block.name, {block.name: after})
        assert again == after, f"{case.file}:{block.first + 1}: the fix changes more when it is applied again"


def _groups(lines: list[str]) -> list[list[str]]:
    groups: list[list[str]] = []
    for line in lines:
        if line.startswith(" ") and groups:
            groups[-1].append(line)
        elif line:
            groups.append([line])
    return groups


def _flat(groups: list[list[str]]) -> list[str]:
    return [line for group in groups for line in group]


def _rewrite(case: Case, found: list[list[str]]) -> None:
    new = {}
    for number, block in enumerate(case.blocks):
        if block.kind == "findings":
            new[number] = _flat(found)
        elif block.kind == "fixed":
            new[number] = fixed(case, block.name).decode("utf-8").splitlines()
    rewrite(case, new, [] if case.findings else ["", "```findings", *_flat(found), "```"])


def rewrite(case: Case, new: dict[int, list[str]], more: list[str]) -> None:
    """Give the case's blocks of these numbers other lines, and put more lines after the last block.

    The case is found again by its title: lines have moved when a case above it was rewritten.
    """
    lines = case.file.read_text(encoding="utf-8").split("\n")
    blocks = next(other for other in parse_cases(case.file) if other.title == case.title).blocks
    end = blocks[-1].last + 1
    lines[end:end] = more
    for number in sorted(new, reverse=True):
        lines[blocks[number].first + 1 : blocks[number].last] = new[number]
    case.file.write_text("\n".join(lines), encoding="utf-8")
