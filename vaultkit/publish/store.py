"""What lies beside a published folder, and what it tells about the folder after whatever happened.

    public/                     the live tree; `.vaultkit-edition` in it names it
    .public.vaultkit/           ours alone (mode 0700: it holds the sources of what is published)
        .gitignore              tells git to leave all of it alone
        lock                    held by whoever publishes
        manifest-000007.json    one per kept generation; the highest number is the live tree's
        next/                   the tree being built; right after the swap, the tree that was live before
        generations/000006/     trees that were live before
        spare/                  the tree that was let go last, without what is not live any more: what `stage` builds of
        texts.sqlite            last good texts of published notes (`texts`)

A generation is built in `next`, its manifest is written, everything is synced, and one rename lets `next` and the live
tree change places. A manifest knows the inode of its tree's root, so the state after a crash is read off, not guessed:
if the newest manifest's tree is live the swap has happened, otherwise it has not. That a tree and its manifest belong
together is checked by the tree's name as well.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from itertools import chain
from threading import Thread

from vaultkit.errors import SetupError, TargetError
from vaultkit.model.expression import expression
from vaultkit.model.record import NamedTuple
from vaultkit.publish.lock import hold
from vaultkit.publish.manifest import Manifest, Writer, load
from vaultkit.publish.outside import check_place
from vaultkit.publish.spare import Spare
from vaultkit.publish.swap import sync_all, sync_folder
from vaultkit.publish.texts import Texts
from vaultkit.publish.tree import MARKER, Tree, remove, scan

KEPT = 3
"""Generations that are kept beside the live one."""

_IGNORE = ".gitignore"
_MANIFEST = expression(r"manifest-([0-9]{6,})\.json")


_Look = tuple[int, int, int]
"""Inode, size and time of a file."""


class Live(NamedTuple):
    """What is published now. `number` counts generations; 0: nothing yet."""

    number: int
    manifest: Manifest


class Generation(NamedTuple):
    """A published tree whose texts are kept: its number, when it was published (seconds since 1970), and its notes."""

    number: int
    written: float
    manifest: Manifest


class Store:
    """The published folder `output` and the folder of our own beside it. `vault` is the root of what is published.

    Raises SetupError when the output is no place for what is published.
    """

    def __init__(self, output: str, vault: str = "") -> None:
        folder, name = os.path.split(os.path.abspath(output))
        if not name:
            raise SetupError("the root of a file system cannot be the output", where=output)
        folder = os.path.realpath(folder)
        self.output = os.path.join(folder, name)
        self.vault = os.path.realpath(vault) if vault else ""
        self.home = os.path.join(folder, f".{name}.vaultkit")
        self.stage = os.path.join(self.home, "next")
        self.texts = Texts(os.path.join(self.home, "texts.sqlite"))
        self.spare = Spare(os.path.join(self.home, "spare"))
        self._generations = os.path.join(self.home, "generations")
        self._manifests: dict[int, tuple[_Look, Manifest]] = {}
        """Manifests that were read or written, with what their files looked like then."""
        self._writer = Writer()
        self._named: dict[int, tuple[Manifest, frozenset[str]]] = {}
        """The digests of the last good texts that generations name."""
        self._swept = False
        """Whether the texts were gone through that are there."""
        self._trees: dict[int, Tree] = {}
        """Trees that were built or looked at, by generation."""

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the only one that publishes here for a while; the folders that are needed are made.

        Raises BusyError when another process is, TargetError when the folder is not ours to use or not writable.
        """
        self.check()
        with ExitStack() as held:
            with self.writing():
                if not os.path.exists(os.path.join(self.home, _IGNORE)):
                    self._make_home()
                held.enter_context(hold(os.path.join(self.home, "lock"), self.output))
            yield

    def _make_home(self) -> None:
        """Our own folder, which git is told to leave alone: it holds the sources of notes, comments and all."""
        os.makedirs(os.path.dirname(self.output), exist_ok=True)
        with suppress(FileExistsError):
            os.mkdir(self.home, 0o700)
        path = os.path.join(self.home, _IGNORE)
        with open(f"{path}.{os.getpid()}.tmp", "wb") as file:
            file.write(b"*\n")
        os.rename(file.name, path)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Errors of the file system become one message. What was live before is untouched by all that can fail."""
        try:
            yield
        except OSError as error:
            reason = error.strerror or str(error)
            raise TargetError(
                f"cannot publish here: {reason}; what was there before is untouched",
                where=os.fsdecode(error.filename2 or error.filename or self.output),
            ) from error

    def check(self) -> None:
        """Raise SetupError when the output is or holds the vault or notes of it, TargetError when the output or our own
        folder beside it is not a folder, cannot be written, or is open to everybody."""
        with self.writing():
            self._check_kind()
            self._check_rights()
            if self.vault:
                check_place(self.output, self.vault, is_ours=bool(self.numbers()))

    def _check_kind(self) -> None:
        for path in (self.output, self.home):
            mode = _mode(path)
            if mode and not stat.S_ISDIR(mode):
                kind = "a symbolic link" if stat.S_ISLNK(mode) else "not a folder"
                raise TargetError(f"this is {kind}, so nothing can be published here", where=path, do="name another")
        if _mode(self.home) & stat.S_IWOTH:
            raise TargetError("everybody may write here, so it cannot be trusted", where=self.home, do="chmod o-w it")

    def _check_rights(self) -> None:
        above = os.path.dirname(self.output)
        while not os.path.exists(above):
            above = os.path.dirname(above)
        for path in (above, self.output, self.home):
            if os.path.exists(path) and not os.access(path, os.W_OK | os.X_OK):
                raise TargetError(
                    "this folder cannot be written, so nothing can be published here; what is there is untouched",
                    where=path,
                    do="make it writable, or name another `output`",
                )

    def root(self) -> int:
        """The inode of the published folder, 0 when there is none."""
        return _inode(self.output)

    def manifest_path(self, number: int) -> str:
        return os.path.join(self.home, f"manifest-{number:06}.json")

    def generation_path(self, number: int) -> str:
        return os.path.join(self._generations, f"{number:06}")

    def numbers(self) -> list[int]:
        """The numbers of all manifests, ascending."""
        names = os.listdir(self.home) if os.path.isdir(self.home) else []
        return sorted(int(found[1]) for name in names if (found := _MANIFEST.fullmatch(name)))

    def manifest(self, number: int) -> Manifest:
        """A manifest. Raises TargetError when it is damaged or newer than this vaultkit."""
        path = self.manifest_path(number)
        with open(path, "rb") as file:
            look, known = _look(os.fstat(file.fileno())), self._manifests.get(number)
            if known is None or known[0] != look:
                known = self._manifests[number] = look, load(file.read(), path)
        return known[1]

    def live(self) -> Live:
        """What is published now, whatever an earlier run left behind. Reads only.

        Raises TargetError when that cannot be known for certain.
        """
        numbers = self.numbers()
        marker = self._marker()
        if not numbers:
            if marker is not None:
                raise self._unknown("vaultkit published here, but the record of it is gone")
            return Live(0, Manifest())
        newest = Live(numbers[-1], self.manifest(numbers[-1]))
        if not os.path.isdir(self.stage) or self._finishable(newest.manifest):
            self._check_name(newest.manifest, marker)
            return newest
        both = [newest, *(Live(number, self.manifest(number)) for number in numbers[-2:-1])]
        root = self.root()
        for live in both:
            if live.manifest.root == root:
                return live
        for live in both:
            if live.manifest.tree == marker:
                return live
        if marker is not None:
            raise self._unknown("this is not what vaultkit published here last")
        return both[-1]

    def _finishable(self, newest: Manifest) -> bool:
        """Whether a swap by two renames was cut off between them."""
        return not os.path.lexists(self.output) and newest.root == _inode(self.stage) != 0

    def _check_name(self, manifest: Manifest, marker: str | None) -> None:
        if marker is not None and self.root() != manifest.root and marker != manifest.tree:
            raise self._unknown("this is not what vaultkit published here last")

    def _unknown(self, what: str) -> TargetError:
        return TargetError(
            f"{what}, so nothing is known to be ours to replace or delete",
            where=self.output,
            do=f"restore {self.home} from a backup, or empty this folder and publish again",
        )

    def _marker(self) -> str | None:
        try:
            with open(os.path.join(self.output, MARKER), encoding="ascii", errors="replace") as file:
                return file.read(64).strip()
        except OSError:
            return None

    def recover(self) -> Live:
        """Finish or undo what was cut off, let go of what is not kept; needs the lock. What is published now.

        When everything is in order nothing is written.
        """
        live = self.live()
        if self._finishable(live.manifest):
            os.rename(self.stage, self.output)
            sync_folder(self.home)
        self._settle_stage(live)
        self._prune(live.number)
        return live

    def _settle_stage(self, live: Live) -> None:
        """What lies in `next` was live before the swap, or else was never finished."""
        inode = _inode(self.stage)
        if not inode:
            return
        before = next((n for n in self.numbers() if n < live.number and self.manifest(n).root == inode), None)
        if before is None:
            self._prune_texts(live.number)
            remove(self.stage)
            return
        with suppress(FileExistsError):
            os.mkdir(self._generations, 0o700)
        os.rename(self.stage, self.generation_path(before))

    def kept(self, number: int) -> list[int]:
        """The generations before `number` that are kept, ascending."""
        trees = set(_names(self._generations))
        return [n for n in self.numbers() if n < number and f"{n:06}" in trees][-KEPT:]

    def generations(self) -> list[Generation]:
        """The live generation and those before it that are kept, newest first. Raises TargetError, as `live` does."""
        live = self.live().number
        numbers = [live, *reversed(self.kept(live))] if live else []
        return [
            Generation(number, os.stat(self.manifest_path(number)).st_mtime, self.manifest(number))
            for number in numbers
            if number
        ]

    def _prune(self, number: int) -> None:
        """Delete what belongs to no kept generation. Texts go first: as long as there is more to do, it shows."""
        kept = {number, *self.kept(number)}
        manifests = [n for n in self.numbers() if n not in kept]
        trees = [name for name in _names(self._generations) if name not in {f"{n:06}" for n in kept - {number}}]
        if manifests or trees:
            self._prune_texts(number, manifests)
        for name in trees:
            self._let_go(name, number)
        for n in manifests:
            os.unlink(self.manifest_path(n))
            self._manifests.pop(n, None)
            self._named.pop(n, None)
        for name in _names(self.home):
            if name.endswith(".tmp"):
                os.unlink(os.path.join(self.home, name))

    def _let_go(self, name: str, live: int) -> None:
        """Make a tree the spare one. What is known of it is from before another process went on from there, perhaps."""
        place = os.path.join(self._generations, name)
        tree = scan(place, self._trees.pop(int(name), None))
        self.spare.become(place, tree, self._trees.get(live) or scan(self.output))

    def prepare(self, live: Live) -> None:
        """Have what the next tree is built of; needs the lock. Nothing but time is lost without it."""
        self._writer.learn(live.manifest)
        kept = self.kept(live.number)
        for number in (*kept, live.number):
            self._needed(number)
        if len(kept) == KEPT and kept[0] not in self._trees:  # the next swap lets go of it
            self._trees[kept[0]] = scan(self.generation_path(kept[0]))
        tree = self._trees.get(live.number)
        if tree is not None:
            self.spare.copy(self.output, scan(self.output, tree))

    def learn(self, trees: Mapping[int, Tree]) -> None:
        """Know what the trees of some generations look like, to look again for less."""
        self._trees.update(trees)

    def tree(self, number: int) -> Tree | None:
        """What a generation looked like, None when nobody knows."""
        return self._trees.get(number)

    def _prune_texts(self, number: int, gone: Collection[int] = ()) -> None:
        """Let go of the texts that neither the generation `number` nor a kept one before it needs. When all that are
        there were gone through once, those of the generations that are `gone` are looked at."""
        kept = [n for n in (*self.kept(number), number) if os.path.exists(self.manifest_path(n))]
        known = gone and self._swept
        with suppress(OSError):  # a full disk has no room to note down what goes; the next time finds it
            there = {*chain.from_iterable(map(self._needed, gone))} if known else self.texts.digests()
            self.texts.drop(there.difference(*map(self._needed, kept)))
            self._swept = True

    def name(self, manifest: Manifest) -> str:
        """The name of the tree of a manifest."""
        return self._writer.name(manifest)

    def _needed(self, number: int) -> frozenset[str]:
        manifest = self.manifest(number)
        known = self._named.get(number)
        if known is None or known[0] is not manifest:
            known = self._named[number] = manifest, manifest.texts()
        return known[1]

    def write_manifest(self, number: int, manifest: Manifest) -> None:
        """Put a manifest in its place at once and for good; an older one of the same number is replaced."""
        path = self.manifest_path(number)
        with open(path + ".tmp", "wb") as file:
            self._writer.write(manifest, file)
            file.flush()
            os.fsync(file.fileno())
            look = _look(os.fstat(file.fileno()))
        os.rename(path + ".tmp", path)
        self._manifests[number] = look, manifest
        sync_folder(self.home)

    def sync(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        """Wait until all that was written is on the disk; `meanwhile` is done while the disk is at it. Raises
        OSError."""
        failed: list[OSError] = []

        def wait() -> None:
            try:
                sync_all(self.home)
            except OSError as error:
                failed.append(error)

        waiting = Thread(target=wait)
        waiting.start()
        try:
            meanwhile()
        finally:
            waiting.join()
        if failed:
            raise failed[0]


def _look(state: os.stat_result) -> _Look:
    return state.st_ino, state.st_size, state.st_mtime_ns


def _mode(path: str) -> int:
    """The kind and mode of what is at a path, 0 when nothing is."""
    try:
        return os.lstat(path).st_mode
    except FileNotFoundError:
        return 0


def _inode(path: str) -> int:
    """The inode of a folder, 0 when there is none."""
    try:
        state = os.lstat(path)
    except FileNotFoundError:
        return 0
    return state.st_ino if stat.S_ISDIR(state.st_mode) else 0


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except FileNotFoundError:
        return []
