"""Making a commit with `git fast-import`: one process, every byte as it is, no index, no work tree, no ref."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress

from vaultkit.errors import TargetError
from vaultkit.publish.ledger import LEDGER, Changes, dump
from vaultkit.publish.process import Done
from vaultkit.targets.git.repository import Repository, words
from vaultkit.targets.git.tree import Tip, new_ledger

_NAME, _EMAIL = "vaultkit", "vaultkit@localhost"
_STAGE = b"refs/vaultkit/stage"


def make_commit(
    tip: Tip,
    changes: Changes,
    wanted: Mapping[str, str],
    data: Callable[[str], bytes],
    message: str,
    *,
    pages: Collection[str],
) -> str:
    """Make a commit on top of the tip and return its name; no ref leads to it yet. `pages` are the addresses of notes.
    Raises TargetError."""

    def imported() -> Done:
        stream = _stream(tip, changes, wanted, data, message, pages=pages)
        return tip.repository.ask("fast-import", "--quiet", "--done", "--force", "--date-format=raw", given=stream)

    done = imported()
    if done.code and _let_go_of_packs(tip.repository):
        done = imported()
    if done.code:
        raise TargetError(f"git could not make the commit: {words(done)}", where=tip.repository.folder)
    return done.out.decode("ascii").strip()


def _let_go_of_packs(repository: Repository) -> bool:
    """Remove the marks of git on packs that it was making when it was killed; whether there were any. It refuses to
    make a pack that is marked, as the same commit in the same second would be."""
    found = False
    with suppress(OSError):
        for mark in os.scandir(os.path.join(repository.folder, "objects", "pack")):
            if mark.name.endswith(".keep") and mark.is_file(follow_symlinks=False) and _is_gits(mark.path):
                os.unlink(mark.path)
                found = True
    return found


def _is_gits(mark: str) -> bool:
    """Whether what is written in a mark says that git made it; a person's is empty, or says why."""
    with open(mark, "rb") as file:
        return file.read(100) == b"fast-import"


def _stream(
    tip: Tip,
    changes: Changes,
    wanted: Mapping[str, str],
    data: Callable[[str], bytes],
    message: str,
    *,
    pages: Collection[str],
) -> Iterator[bytes]:
    blobs = {}
    yield b"feature done\ncommit %s\nmark :1\n" % _STAGE
    for who, line in (("AUTHOR", b"author"), ("COMMITTER", b"committer")):
        yield b"%s %s\n" % (line, _identity(tip.repository, who))
    yield _data(message.encode())
    if tip.commit:
        yield b"from %s\n" % tip.commit.encode()
    for path in changes.delete:
        yield b"D %s\n" % _quoted(tip.folder + path)
    for path in (*changes.write, *changes.adopt):
        content = data(path)
        blobs[path] = tip.blob(content)
        yield b"M 100644 inline %s\n" % _quoted(tip.folder + path)
        yield _data(content)
    yield b"M 100644 inline %s\n" % _quoted(tip.folder + LEDGER)
    yield _data(dump(new_ledger(tip, changes, wanted, blobs), pages))
    yield b"\nget-mark :1\nreset %s\n\ndone\n" % _STAGE  # a branch that was reset is not written as a ref


def _data(content: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(content), content)


def _quoted(path: str) -> bytes:
    plain = os.fsencode(path).replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"%s"' % plain


def _identity(repository: Repository, who: str) -> bytes:
    """Who commits, and when: the environment, git's configuration, or vaultkit itself."""
    own = who.lower()
    names = (os.environ.get(f"GIT_{who}_NAME"), repository.setting(f"{own}.name"), repository.setting("user.name"))
    mails = (os.environ.get(f"GIT_{who}_EMAIL"), repository.setting(f"{own}.email"), repository.setting("user.email"))
    name, mail = (
        next(filter(None, map(_plain, found)), default) for found, default in ((names, _NAME), (mails, _EMAIL))
    )
    return f"{name} <{mail}> {int(time.time())} {time.strftime('%z')}".encode("utf-8", "surrogateescape")


def _plain(text: str | None) -> str:
    return "".join(char for char in text or "" if char not in "<>" and char.isprintable()).strip()
