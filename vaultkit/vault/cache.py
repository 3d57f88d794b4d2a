"""What is remembered of a vault between runs, outside of it: facts, findings, and what was asked to come to them.

One SQLite file per vault in the user's cache folder. It holds text and JSON, nothing that can run. Whatever is wrong
with it (damaged, locked, from another version, no space left) costs time and never a finding. A file is known by inode,
size and times; one that changed within two seconds of being read counts as unknown, because it could change once more
and look the same (git's racy rule).
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from zlib import crc32

from vaultkit._version import VERSION
from vaultkit.index.asked import pack as pack_asked
from vaultkit.index.asked import unpack as unpack_asked
from vaultkit.lint.packed import Judged, pack_findings, unpack_findings
from vaultkit.model.diagnostic import Diagnostic
from vaultkit.model.digest import blake2b
from vaultkit.model.path import NotePath
from vaultkit.vault.files import NEVER, Stat
from vaultkit.vault.stats import PackedStats, packed

if TYPE_CHECKING:
    import sqlite3

    from vaultkit.index.notes import PackedNote
    from vaultkit.index.tally import Counts
    from vaultkit.model.note import Note

try:
    import _sqlite3 as sql  # without the types of the standard library's own door, which load `datetime`
except ImportError:  # another Python
    import sqlite3 as sql  # type: ignore[no-redef]

_Setup = TypeVar("_Setup")

_IN_URL = str.maketrans({"%": "%25", "?": "%3f", "#": "%23"})
_RACY = 2_000_000_000
_AT_ONCE = 200
_TABLES = """
create table state (version text not null, turn blob not null, value text not null, stats blob not null);
create table paths (value blob not null);
create table setup (value text not null);
create table note (
    number integer primary key, path blob unique not null, digest text not null, unreadable integer not null,
    facts text not null
);
create table verdict (path blob primary key, findings text not null, asked text not null) without rowid;
create index found on verdict (path) where findings <> '';
"""
_SHAPE = crc32(_TABLES.encode()) >> 1
"""Another number for other tables."""


class State(NamedTuple):
    """What a vault was made of when it was remembered.

    `setup` stands for configuration, schemas and options (`vault.stamp`), `sources` are the files that the
    configuration was read from, `pruned` the folders that are no part of the vault, `left_out` the notes that are not
    checked, `baseline` the file of known findings as the configuration names it. `tally` tells what is usual among the
    notes (`index.tally`), None when nobody asked.
    """

    setup: str
    sources: tuple[str, ...]
    pruned: tuple[str, ...]
    left_out: frozenset[NotePath]
    files: Mapping[NotePath, Stat]
    odd: Mapping[NotePath, str]
    baseline: str = ""
    tally: Counts | None = None


class Lost(Exception):
    """What was remembered a moment ago cannot be had any more: go on without a memory."""


class Memory:
    """The memory of the vault at `root`, in `folder` (default: the user's cache folder). Survives a fork."""

    def __init__(self, root: str, folder: str | None = None) -> None:
        name = blake2b(os.fsencode(os.path.realpath(root)), digest_size=16).hexdigest()
        self._path = os.path.join(folder or cache_folder(), name + ".sqlite")
        self._connection: sqlite3.Connection | None = None
        self._process = 0
        self._turn = self._paths = b""
        """What stands for the last write that was seen here, and the paths of the files that it remembered, packed."""

    def state(self) -> State | None:
        """What was remembered last; None when there is nothing, or nothing of this version."""
        with suppress(Lost), _sound():
            query = "select turn, state.value, stats, paths.value from state, paths where version = ?"
            for turn, value, stats, paths in self._ask(query, version()):
                self._turn, self._paths = turn, paths
                setup, sources, pruned, left_out, odd, baseline, tally = json.loads(value)
                known = PackedStats(paths, stats)
                return State(setup, tuple(sources), tuple(pruned), frozenset(left_out), known, odd, baseline, tally)
        return None

    def setup(self, unpacked: Callable[[str], _Setup]) -> _Setup:
        """What was read to set the vault up, `unpacked`. Raises Lost."""
        with _sound():
            for (packed,) in self._ask("select value from setup"):
                return unpacked(packed)
        raise Lost("setup")

    def note(self, path: NotePath) -> Note:
        """A remembered note. Raises Lost."""
        from vaultkit.model.note import Note
        from vaultkit.parse.packed import unpack

        with _sound():
            query = "select digest, unreadable, facts from note where path = ?"
            for digest, unreadable, facts in self._ask(query, os.fsencode(path)):
                return Note(path, digest, unpack(facts), bool(unreadable))
        raise Lost(path)

    def holding(self, sign: str) -> list[tuple[NotePath, str]] | None:
        """The notes with a text in their packed facts, both in lower case, and these; None when that is lost."""
        with suppress(Lost), _sound():
            query = "select path, facts from note where instr(lower(facts), ?)"
            return [(path, facts) for path, facts in self._notes(query, sign)]
        return None

    def findings(self) -> dict[NotePath, tuple[Diagnostic, ...]]:
        """The findings of every note that has some. Raises Lost."""
        with _sound():
            rows = self._notes("select path, findings from verdict where findings <> ''")
            return {path: unpack_findings(findings, path) for path, findings in rows}

    def asked(self) -> dict[NotePath, frozenset[Hashable]]:
        """What was asked to check each note. Raises Lost."""
        with _sound():
            return {path: unpack_asked(asked) for path, asked in self._notes("select path, asked from verdict")}

    def askers(self, keys: Iterable[Hashable]) -> set[NotePath]:
        """The notes that asked one of these questions, and perhaps some that asked a longer one. Raises Lost."""
        found: set[NotePath] = set()
        wanted = iter([pack_asked(frozenset((key,)))[2:-2] for key in keys])
        with _sound():
            while part := tuple(islice(wanted, _AT_ONCE)):
                test = " or ".join(["instr(asked, ?)"] * len(part))
                found.update(path for (path,) in self._notes(f"select path from verdict where {test}", *part))
        return found

    def keep(
        self,
        state: State,
        judged: Iterable[tuple[NotePath, PackedNote, Judged]],
        gone: Iterable[NotePath] = (),
        setup: str | None = None,
    ) -> None:
        """Remember a vault: its state, the files that were checked, without those that are gone.

        With a `setup`, which is what was read to set the vault up ("" when that cannot be remembered), these are all
        its notes. Without, they are added to what is there, unless another process wrote since it was read. When
        something prevents it, the vault is not remembered.
        """
        newest = time.time_ns() - _RACY
        racy = [path for path, stat in state.files.items() if stat.mtime_ns >= newest or stat.ctime_ns >= newest]
        files = {**state.files, **dict.fromkeys(racy, NEVER)}
        value = json.dumps((*state[:3], sorted(state.left_out), state.odd, state.baseline, state.tally))
        verdicts: list[tuple[bytes, str, str]] = []

        def notes() -> Iterator[tuple[object, ...]]:
            for path, note, found in judged:
                name = os.fsencode(path)
                verdicts.append((name, pack_findings(found.findings), pack_asked(found.asked)))
                yield name, note.digest, note.unreadable, note.facts

        def write(database: sqlite3.Connection) -> None:
            if setup is None and database.execute("select turn from state").fetchone() != (self._turn,):
                return
            gone_ones = [(os.fsencode(path),) for path in gone]
            for table in ("note", "verdict"):
                if setup is not None:
                    database.execute(f"delete from {table}")
                database.executemany(f"delete from {table} where path = ?", gone_ones)
            database.executemany("insert or replace into note values (null, ?, ?, ?, ?)", notes())
            database.executemany("insert or replace into verdict values (?, ?, ?)", verdicts)
            if setup is not None:
                database.execute("delete from setup")
                database.executemany("insert into setup values (?)", [(setup,)] if setup else ())
            paths, stats = packed(files)
            if setup is not None or paths != self._paths:
                database.execute("delete from paths")
                database.execute("insert into paths values (?)", (paths,))
            database.execute("delete from state")
            self._turn, self._paths = os.urandom(8), paths
            database.execute("insert into state values (?, ?, ?, ?)", (version(), self._turn, value, stats))

        self._write(write)

    def _write(self, write: Callable[[sqlite3.Connection], None]) -> None:
        self._close()
        try:
            os.makedirs(os.path.dirname(self._path), mode=0o700, exist_ok=True)
            database = self._connect("rwc")
            database.execute("pragma journal_mode = wal")
            if database.execute("pragma user_version").fetchone() != (_SHAPE,):
                _make_anew(database)
            database.execute("begin immediate")
            write(database)
            database.execute("commit")
        except sql.OperationalError:
            pass  # locked by another process, or no space: what is there stays true
        except (sql.Error, OSError, UnicodeError):
            self._remove()
        self._close()

    def _remove(self) -> None:
        self._close()
        for ending in ("", "-wal", "-shm"):
            with suppress(OSError):
                os.unlink(self._path + ending)

    def _notes(self, query: str, *values: str) -> Iterator[tuple[Any, ...]]:
        for path, *rest in self._ask(query, *values):
            yield (NotePath(os.fsdecode(path)), *rest)

    def _ask(self, query: str, *values: str | bytes) -> Iterator[tuple[Any, ...]]:
        if self._connection is None or self._process != os.getpid():
            self._connect("rw").execute("begin")  # everything that is read is of one moment
        assert self._connection
        return iter(self._connection.execute(query, values))

    def _connect(self, mode: str) -> sqlite3.Connection:
        """Open the file anew; a connection is never used in another process than its own. Raises sqlite3.Error."""
        url = f"file:{self._path.translate(_IN_URL)}?mode={mode}"
        connection = sql.connect(url, uri=True, timeout=1.0, isolation_level=None, check_same_thread=False)
        connection.execute("pragma synchronous = normal")
        self._connection, self._process = connection, os.getpid()
        return connection

    def _close(self) -> None:
        if self._connection is not None and self._process == os.getpid():
            self._connection.close()
        self._connection = None


def _make_anew(database: sqlite3.Connection) -> None:
    tables = database.execute("select name from sqlite_master where type = 'table'").fetchall()
    drop = "".join(f"drop table if exists {name};" for (name,) in tables if name.isidentifier())
    database.executescript(f"begin immediate; {drop} {_TABLES} pragma user_version = {_SHAPE}; commit;")


@contextmanager
def _sound() -> Iterator[None]:
    """Whatever shows that the file is not what was written means that it is lost."""
    try:
        yield
    except (sql.Error, ValueError, TypeError, LookupError, AttributeError, RecursionError, OSError) as error:
        raise Lost(str(error)) from error


def cache_folder() -> str:
    """Where the system keeps what may be deleted at any time, for this user."""
    if sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(base, "vaultkit")


@cache
def version() -> str:
    """Stands for the code that facts and findings come from: another version, or an edited checkout, knows nothing."""
    code = blake2b(digest_size=16)
    folders = [os.path.dirname(os.path.dirname(os.path.abspath(__file__)))]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in sorted(entries, key=_name):
                if "." not in entry.name:
                    folders += [entry.path] if entry.name != "__pycache__" and entry.is_dir() else []
                elif entry.name.endswith((".py", ".yaml")):
                    state = entry.stat()
                    code.update(f"{entry.path} {state.st_size} {state.st_mtime_ns}\n".encode())
    return f"{VERSION} {code.hexdigest()}"


_name = attrgetter("name")
