"""What other packages bring: rules, reports and targets that the user has installed beside vaultkit.

    [project.entry-points."vaultkit.rules"]
    acme-todo = "acme_vault.todo:acme_todo"

The folder is the registry of what is ours (`registry`); a name that it does not have is looked for among the entry
points of installed packages. So nobody pays for what is not used, nothing holds in a vault because it happens to be
installed, and no package can take the place of something of ours. A vault may name such a thing and never bring it:
what lies in a vault is not looked at, unless vaultkit itself lies there too.

Code of others is run under `isolated`: what it raises, prints, or never ends is no matter of ours.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from functools import cache
from types import FrameType, TracebackType
from typing import Any, TypeVar

from vaultkit.errors import SetupError
from vaultkit.model.record import NamedTuple

_MARKS = ("vaultkit.yaml", ".obsidian")
T = TypeVar("T")

_PATIENCE = 10
"""So many times the limit may pass by the clock, for code that waits."""
_RING_AGAIN = 0.1

_loaded: dict[str, dict[str, int]] = {}
"""The files of each package that was loaded, with the time of their last change."""


class Provider(NamedTuple):
    """Which package brings a thing, and where: `place` is `module:attribute`."""

    package: str
    version: str
    place: str

    @property
    def module(self) -> str:
        """The module that has the thing."""
        return self.place.partition(":")[0]

    def __str__(self) -> str:
        return f"the package `{self.package}` {self.version}".rstrip()


class Failed(Exception):
    """Code of another package did not do what it should; `where` is the line (`todo.py:17`), "" when nobody knows.
    `late`: it was still at it when its time was over."""

    def __init__(self, what: str, where: str = "", late: bool = False) -> None:
        super().__init__(what)
        self.where = where
        self.late = late


# Finding ---------------------------------------------------------------------------------------------------------


def installed(group: str) -> dict[str, Provider]:
    """All that installed packages bring of a group (`vaultkit.rules`), by name, in order of name.

    Raises SetupError when two packages bring something of the same name.
    """
    from importlib.metadata import entry_points

    found: dict[str, Provider] = {}
    for entry in entry_points(group=group):
        if entry.dist is None or _in_a_vault(str(entry.dist.locate_file(""))):
            continue
        provider = Provider(entry.dist.name, entry.dist.version, entry.value.replace(" ", ""))
        other = found.setdefault(entry.name, provider)
        if other.package != provider.package:
            packages = " and ".join(sorted((f"`{other.package}`", f"`{provider.package}`")))
            what = f"the packages {packages} both bring a {_kind(group)} `{entry.name}`"
            raise SetupError(what, do="uninstall one of them")
    return dict(sorted(found.items()))


def load(provider: Provider, group: str, name: str) -> Any:
    """The thing itself. Raises SetupError when its package cannot be imported, or does not have it."""
    what = f"the {_kind(group)} `{name}` of {provider} cannot be loaded"
    do = f"mend or update `{provider.package}`, or do without it"
    try:
        found = isolated(lambda: _imported(provider))
    except Failed as error:
        raise SetupError(f"{what}: {error}", where=error.where, do=do) from error
    _loaded.setdefault(provider.package, {}).update(_states(_modules(provider)))
    return found


def sources(provider: Provider) -> tuple[str, ...]:
    """The files (absolute paths) that a loaded thing is made of: what was imported of its package so far, and what
    tells the package's version."""
    return tuple(sorted({*_modules(provider), *_metadata(provider.package)}))


def expect_unchanged(provider: Provider) -> None:
    """Raise SetupError when the package on the disk is not the one that runs: what it finds must not be remembered as
    the findings of the new one."""
    before = _loaded.get(provider.package, {})
    if _states(before) != before:
        what = f"{provider} was changed while vaultkit was running"
        raise SetupError(what, do="start vaultkit again")


def _imported(provider: Provider) -> Any:
    spec = _spec(provider.module.partition(".")[0])
    if spec is None or any(map(_in_a_vault, spec)):
        raise ModuleNotFoundError(f"no module named {provider.module!r} is installed")
    found: Any = __import__(provider.module, fromlist=["*"])
    for part in filter(None, provider.place.partition(":")[2].split(".")):
        found = getattr(found, part)
    return found


def _spec(top: str) -> tuple[str, ...] | None:
    """Where a top-level module would be imported from; None when it is not there."""
    from importlib.util import find_spec

    spec = find_spec(top)
    return (spec.origin or "", *(spec.submodule_search_locations or ())) if spec else None


def _modules(provider: Provider) -> list[str]:
    top = provider.module.partition(".")[0]
    modules = [module for name, module in sys.modules.items() if name == top or name.startswith(f"{top}.")]
    return [os.path.abspath(file) for module in modules if (file := getattr(module, "__file__", None))]


def _metadata(package: str) -> list[str]:
    from importlib.metadata import PackageNotFoundError, distribution

    with suppress(PackageNotFoundError):
        return [str(file.locate()) for file in distribution(package).files or () if file.name in ("METADATA", "RECORD")]
    return []


def _states(files: Any) -> dict[str, int]:
    found = {}
    for file in files:
        with suppress(OSError):
            found[file] = os.stat(file).st_mtime_ns
    return found


@cache
def _in_a_vault(path: str) -> bool:
    """Whether a path lies in a vault, and vaultkit does not: whoever shares the vault could have put it there."""
    own = os.path.realpath(__file__)
    folder = os.path.realpath(path or ".")
    while folder != os.path.dirname(folder):
        if any(os.path.lexists(os.path.join(folder, mark)) for mark in _MARKS) and not own.startswith(folder + os.sep):
            return True
        folder = os.path.dirname(folder)
    return False


def _kind(group: str) -> str:
    return group.rpartition(".")[2].rstrip("s")


# Running ---------------------------------------------------------------------------------------------------------


def isolated(work: Callable[[], T], seconds: float = 0) -> T:
    """What code of others comes to. What it prints goes to standard error, and what it raises becomes Failed; so does
    taking more than so many seconds of processor time. Errors that vaultkit itself raises on the way are raised as they
    are."""
    with redirect_stdout(sys.stderr), _output_aside():
        try:
            return _timed(work, seconds) if seconds else work()
        except _TooLong as error:
            raise Failed(f"it took longer than {seconds:g} seconds", _line(error.__traceback__), True) from error
        except (Exception, SystemExit) as error:
            if type(error).__module__.partition(".")[0] == "vaultkit":
                raise
            words = " ".join(f"{type(error).__name__}: {error}".split())
            raise Failed(words.removesuffix(":"), _line(error.__traceback__)) from error


class _TooLong(BaseException):
    """The time is over. Not an Exception, so that nothing on the way takes it for its own."""


def _line(traceback: TracebackType | None) -> str:
    """The innermost line that is neither ours nor Python's, as its file's name and number."""
    found = ""
    own, python = (os.path.dirname(os.path.abspath(file)) + os.sep for file in (__file__, os.__file__))
    while traceback:
        file = traceback.tb_frame.f_code.co_filename
        is_python = file.startswith((python, "<")) and "-packages" not in file
        if not file.startswith(own) and not is_python:
            found = f"{os.path.basename(file)}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return found


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


@contextmanager
def _output_aside() -> Iterator[None]:
    """Let what is written to the descriptor of standard output, by programs that are started for instance, go to
    standard error; in the main thread only, since it concerns the whole process."""
    kept = -1
    if _in_main_thread():
        with suppress(OSError):
            kept = os.dup(1)
            os.dup2(2, 1)
    try:
        yield
    finally:
        if kept >= 0:
            os.dup2(kept, 1)
            os.close(kept)


def _timed(work: Callable[[], T], seconds: float) -> T:
    """What some work comes to, unless it takes longer: then _TooLong is raised in it, by timers that ring again and
    again should it be swallowed, or line by line in a thread that timers cannot reach."""
    if not _in_main_thread():
        tracing = sys.gettrace()
        sys.settrace(_tracer(time.thread_time() + seconds))
        try:
            return work()
        finally:
            sys.settrace(tracing)
    before = [signal.signal(number, _ring) for number in (signal.SIGPROF, signal.SIGALRM)]
    signal.setitimer(signal.ITIMER_PROF, seconds, _RING_AGAIN)
    signal.setitimer(signal.ITIMER_REAL, seconds * _PATIENCE, _RING_AGAIN)
    try:
        return work()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in zip((signal.SIGPROF, signal.SIGALRM), before, strict=True):
            signal.signal(number, signal.SIG_DFL if handler is None else handler)


def _ring(number: int, frame: FrameType | None) -> None:
    """Raise _TooLong in the work, and never on the way in or out of it."""
    ours = (_timed.__code__, signal.signal.__code__)
    if frame is not None and frame.f_code not in ours:
        raise _TooLong


def _tracer(deadline: float) -> Callable[[FrameType, str, Any], Any]:
    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        if time.thread_time() > deadline:
            raise _TooLong
        return trace

    return trace
