"""A vault full of what no note should be: all of it is looked at, nothing is read that must not be, and it ends."""

import json
import os
import re
import socket
import stat
import subprocess
import sys

import pytest

GOOD = b"---\ntitle: x\n---\n# Notes\n"

TEXTS = {
    b"plain.md": (GOOD, None),
    b"windows.md": (GOOD.replace(b"\n", b"\r\n"), None),
    b"old-mac.md": (GOOD.replace(b"\n", b"\r"), "frontmatter-unclosed"),
    b"marked.md": (b"\xef\xbb\xbf" + GOOD, None),
    b"empty.md": (b"", None),
    b"blank.md": (b" \n\t\n", None),
    b"separators.md": ("a\x0bb\x0cc\x85d\u2028e\n".encode(), None),
    b"utf-16.md": (GOOD.decode().encode("utf-16"), "encoding"),
    b"latin.md": (GOOD + b"caf\xe9", "encoding"),
    b"nul.md": (GOOD + b"a\0b", "encoding"),
    b"overlong.md": (GOOD + b"\xc0\xaf", "encoding"),
    b"surrogate.md": (GOOD + b"\xed\xa0\x80", "encoding"),
    b"picture.md": (b"\x89PNG\r\n\x1a\n" + bytes(100), "encoding"),
    b"open.md": (b"---\na: 1\n" + b"x\n" * 1000, "frontmatter-unclosed"),
    b"tab.md": (b"---\na:\n\tb: 1\n---\n", "frontmatter-invalid-yaml"),
    b"twice.md": (b"---\na: 1\na: 2\n---\n", "frontmatter-duplicate-key"),
    b"bomb.md": (b"---\na: &a [x]\nb: [*a, *a]\n---\n", "frontmatter-invalid-yaml"),
    b"deep-yaml.md": (b"---\na: " + b"[" * 30000 + b"\n---\n", "frontmatter-invalid-yaml"),
    b"stars.md": (b"*a " * 3000, "too-complex"),
    b"long-line.md": (b"x" * 1_900_000, None),
    b"large.md": (b"word " * 1_000_000, "too-large"),
}
"""Texts by name, with the rule that must have something to say; None where none of these may."""

NAMES = (
    b"new\nline.md", b"tab\there.md", b"-rf.md", b"--help.md", b"bad\xff\xfe.md", b"esc\x1b[2J\x1b]0;x\x07.md",
    b"::error file=x::y.md", b"%0A::set-env.md", "\u00e9.md".encode(), "e\u0301.md".encode(), "x\u202egpj.md".encode(),
    b"CON.md", b"trail .md ", b"dot..md", b"Case.md", b"case.md", b"a:b.md", b'q?*<>|".md', b"semi;$(id)`id`.md",
    b"back\\slash.md", b"..md", b"...md", b" .md", b"#hash^caret[x].md", b"%2e%2e%2fx.md", "\U0001f600".encode() * 60,
    b"n" * 252 + b".md", b"{{x}}.md", b"x.MD", b"x.markdown", b"<img src=x onerror=alert(1)>.md",
    b"deep/" * 60 + b"x.md",
)  # fmt: skip
LINKS = {
    b"broken.md": b"nowhere", b"itself.md": b"itself.md", b"out.md": b"/etc/hostname", b"far.md": b"../../etc/hostname",
    b"zero.md": b"/dev/zero", b"environ.md": b"/proc/self/environ", b"in.md": b"plain.md", b"folder-link": b"/etc",
    b"up": b"..",
}  # fmt: skip


@pytest.fixture
def odd(tmp_path):
    root = os.fsencode(tmp_path / "vault")
    os.mkdir(root)

    def write(name, data):
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)

    for name, (data, _) in TEXTS.items():
        write(name, data)
    for name in NAMES:
        write(name, GOOD)
    for name, target in LINKS.items():
        os.symlink(target, os.path.join(root, name))
    os.mkfifo(os.path.join(root, b"pipe.md"))
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.join(root, b"socket.md"))
    if os.geteuid() == 0:
        os.mknod(os.path.join(root, b"device.md"), stat.S_IFCHR | 0o600, os.makedev(1, 5))
    write(b"folder.md/inside.md", GOOD)
    with open(os.path.join(root, b"sparse.md"), "wb") as file:
        file.truncate(10 << 30)
    return tmp_path / "vault"


CHECK = """
import sys
from vaultkit.cli._main import main

code = main(sys.argv[2:])
with open("/proc/self/status") as status, open(sys.argv[1], "w") as file:
    file.write(next(line.split()[1] for line in status if line.startswith("VmHWM:")))
sys.exit(code)
"""
"""A check that writes down the most memory that it held (KiB): what the system counts for a child begins with what the
process held that it was forked from."""


def test_all_of_it_is_looked_at_and_it_ends(odd):
    """I4."""
    held = odd.parent / "held"
    command = ["sh", "-c", 'ulimit -t 60; ulimit -v 2097152; exec "$@"', "sh", sys.executable, "-c", CHECK, str(held)]
    command += ["check", "--vault", str(odd), "--output-format", "json", "--no-cache"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    said = done.stdout
    assert done.returncode == 1, said
    assert int(held.read_text()) < 200 * 1024
    found = {}
    for item in json.loads(said[: said.rindex(b"}") + 1])["findings"]:
        found.setdefault(item["path"], set()).add(item["rule"])
    reading = {"encoding", "unreadable", "too-large", "too-complex"}
    for name, (_, rule) in TEXTS.items():
        rules = {item for item in found.get(name.decode(), set()) if item in reading or item.startswith("frontmatter-")}
        assert rules == ({rule} if rule else set()), name
    for name in (*LINKS, b"pipe.md", b"socket.md"):
        if name.endswith(b".md"):
            assert found[name.decode()] >= {"unreadable"}, name
    assert "too-large" in found["sparse.md"]
    assert not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", said)
