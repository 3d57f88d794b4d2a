"""The reader of case files reads what its docstring says, and refuses what would be skipped in silence."""

import pytest

from casefile import parse_cases


def cases(tmp_path, text):
    file = tmp_path / "some-rule.md"
    file.write_text(text, encoding="utf-8")
    return parse_cases(file)


WHOLE = """# some-rule

Prose.

## First case

```yaml vaultkit.yaml
version: 1
```

````md Reading/a b.md
# Not a case
```
inner
```
````

```md+crlf+noeol win.md
one
two
```

```md+escapes+latin1 bad.md
\xff\xe9
```

```md+noeol+x3 often.md
ab
```

```md+link link.md
Reading/a b.md
```

```md+escapes odd.md
a\\tb\\x00\\u202e
```

```findings
Reading/a b.md:1:1-1:5 error[some-rule] a message
  label: here
```

### Second case

```md empty.md
```

```findings
```
"""


def test_a_case_is_its_files_and_its_findings(tmp_path):
    first, second = cases(tmp_path, WHOLE)
    assert (first.rule, first.title, second.title) == ("some-rule", "First case", "Second case")
    assert {block.name: block.data for block in first.files} == {
        "vaultkit.yaml": b"version: 1\n",
        "Reading/a b.md": b"# Not a case\n```\ninner\n```\n",
        "win.md": b"one\r\ntwo",
        "bad.md": b"\xff\xe9\n",
        "often.md": b"ababab",
        "link.md": b"Reading/a b.md\n",
        "odd.md": "a\tb\x00\u202e\n".encode(),
    }
    assert first.findings.lines == ["Reading/a b.md:1:1-1:5 error[some-rule] a message", "  label: here"]
    assert {block.name: block.data for block in second.files} == {"empty.md": b""}
    assert second.findings.lines == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("```md a.md\n```\n", "before the first case"),
        ("## a\n```md a.md\n", "never closed"),
        ("## a\n```md a.md\n```\n```md a.md\n```\n", "stands twice"),
        ("## a\n```md\n```\n", "names no file"),
        ("## a\n## a\n", "same title"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path, text, message):
    with pytest.raises(ValueError, match=message):
        cases(tmp_path, text)


def test_the_vault_is_made_as_it_is_written(tmp_path):
    first, _ = cases(tmp_path, WHOLE)
    folder = tmp_path / "vault"
    first.make(folder, {"win.md": b"other"})
    assert (folder / "link.md").is_symlink() and (folder / "link.md").read_bytes() == (
        folder / "Reading/a b.md"
    ).read_bytes()
    assert (folder / "win.md").read_bytes() == b"other"
    assert (folder / "bad.md").read_bytes() == b"\xff\xe9\n"
