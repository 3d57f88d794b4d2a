"""A session is one open vault: it drives the stages and decides nothing. Every door talks to this class.

    session = Session.open("Notes")
    session.refresh()                          # look at the disk, check what changed: at first everything
    session.update([Change(path, "saved", text)])   # an editor's buffer, checked as if saved
    session.diagnostics()                      # all findings that hold now

The incremental idea: while a note is checked, the index view notes down every question that was asked about other
notes. When a note changes, the index answers with the questions whose answers changed, and exactly the notes that
asked one of them are checked again. So no rule declares what it depends on, and none can get it wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from vaultkit.index.asked import Asked
from vaultkit.index.file_kinds import is_note
from vaultkit.lint.packed import Judged
from vaultkit.model.change import Change
from vaultkit.model.diagnostic import CheckResult, Diagnostic
from vaultkit.model.note import NO_FACTS, Note, NotePath
from vaultkit.setup import Setup, read_setup
from vaultkit.vault.cache import Lost, Memory, State
from vaultkit.vault.files import NEVER, Files, Gone, Listing, Source, Stat, Vault, refused

if TYPE_CHECKING:
    from vaultkit.config import Config, TargetConfig
    from vaultkit.index.vault_index import VaultIndex
    from vaultkit.publish.plan import Plan
    from vaultkit.publisher import Publisher
    from vaultkit.schema.note_schema import NoteSchema

NOT_CHECKED = Judged((), frozenset())


class Session:
    """One open vault: its notes, their facts, and the findings that hold now.

    Not safe to use from two threads at once. Rules and schemas are fixed for the session's life: when the
    configuration changes, open a new one.
    """

    def __init__(
        self,
        files: Files,
        setup: Callable[[], Setup],
        memory: Memory | None = None,
        state: State | None = None,
        resume: bool = False,
    ) -> None:
        self.files = files
        self._index: VaultIndex | None = None
        self._read_setup = setup
        self._memory = memory
        self._state = state
        self._resume = resume
        self._looked = False
        self._stats: dict[NotePath, Stat] = {}
        self._odd: dict[NotePath, str] = {}
        self._buffers: dict[NotePath, str] = {}
        self._findings: dict[NotePath, tuple[Diagnostic, ...]] = {}
        self._asked = Asked()
        self.frozen: Mapping[NotePath, str] = {}
        """Folders that could not be listed at the last look, with the reason."""
        self.changed = False
        """Whether the last look at the disk saw any change of a file, note or not."""

    @classmethod
    def open(
        cls,
        root: str,
        config: Config | Callable[[], Config] | None = None,
        files: Files | None = None,
        memory: Memory | None = None,
        options: object = (),
    ) -> Session:
        """Open the vault at `root` (the vault's own root: `vault.root.find_root` finds it).

        `files` is where notes come from, the disk by default. With a `memory` only what changed since the last run is
        read and checked; `options` then stands for all that `config` depends on besides the files it is read from.
        Raises SetupError when there is no vault or its configuration or schemas are not usable.
        """
        from vaultkit.vault.stamp import stamp

        def read() -> Setup:
            return read_setup(root, config() if callable(config) else config)

        old = memory.state() if memory else None
        if old and old.setup == stamp(root, old.sources, options):
            return cls(files or Vault(root, old.pruned), read, memory, old, resume=True)
        setup = read()
        if memory:
            sources = tuple(sorted(setup.config.sources()))
            known = old.files if old else {}
            old = State(stamp(root, sources, options), sources, setup.pruned, frozenset(), known, {})
        return cls(files or Vault(root, setup.pruned), lambda: setup, memory, old)

    @property
    def index(self) -> VaultIndex:
        """The files of the vault and the facts of its notes, as of the last look."""
        if self._index is None:
            from vaultkit.index.notes import Notes
            from vaultkit.index.vault_index import VaultIndex

            paths = [path for path in (*self._stats, *self._odd) if is_note(path)]
            holding = self._memory.holding if self._memory else None
            counts = self._state.tally if self._state else None
            self._index = VaultIndex(self._stats, Notes((), paths, self._recall, holding), counts)
        return self._index

    @cached_property
    def setup(self) -> Setup:
        """Configuration, schemas and rules; read when the first note is checked."""
        return self._read_setup()

    @property
    def config(self) -> Config:
        """The configuration of the vault."""
        return self.setup.config

    @property
    def root(self) -> str:
        """The vault's folder on disk."""
        return self.files.root

    def present(self) -> bool:
        """Whether the vault is still where it was: not unmounted, renamed or replaced by another folder."""
        return self.files.present()

    def refresh(self) -> CheckResult:
        """Look at the files and check what changed since the last look; the findings of every note checked again.

        Folders that cannot be listed keep what was known of them.
        """
        listing = self.files.scan()
        self.frozen = listing.frozen
        if self._resume:
            self._take_up()
        if not self._looked:
            return self._load(listing)
        changes = list(self._differences(listing))
        self.changed = bool(changes)
        if changes:
            self.index  # noqa: B018 - of what was there before, so that changing it tells what is new
        self._stats, self._odd = listing.files | self._kept(listing), listing.odd
        result, stale = self._update(changes)
        if changes:
            self._keep(stale, [change.path for change in changes if change.kind == "deleted"])
        return result

    def _load(self, listing: Listing) -> CheckResult:
        """The first look: the whole index is made at once, so that nothing is asked of a vault half known."""
        from vaultkit.spread import look

        self._stats, self._odd, self.changed, self._looked = listing.files, listing.odd, True, True
        sizes = {path: stat.size for path, stat in listing.files.items() if is_note(path)}
        sizes.update(dict.fromkeys(listing.odd, 0))
        self._index, judged = look(listing.files, sizes, self._readable, self._judge)
        others = [path for path in listing.files if not is_note(path)] if self.setup.about_files else []
        verdicts = dict(judged) | {path: self._judge(self._index, self._about(path)) for path in others}
        for path, found in verdicts.items():
            self._take_verdict(path, found)
        self._keep(verdicts, (), whole=True)
        return self._result(sorted(verdicts))

    def _take_up(self) -> None:
        """Go on where the last run ended. What cannot be remembered after all is done again."""
        state, memory, self._resume = self._state, self._memory, False
        assert state and memory
        try:
            found = memory.findings()
        except Lost:
            self._memory = None
            return
        self._stats, self._odd, self._looked = dict(state.files), dict(state.odd), True
        paths = [path for path in (*state.files, *state.odd) if is_note(path)]
        self._asked = Asked(memory)
        self._findings = dict.fromkeys((path for path in paths if path not in state.left_out), ()) | found

    def _keep(self, judged: Iterable[NotePath], gone: Iterable[NotePath], whole: bool = False) -> None:
        """Remember what was found. A buffer is not on the disk, so what was judged beside one is not remembered."""
        if self._memory is None or self._state is None or self._buffers or self.frozen:
            return
        notes = self.index.notes
        left_out = frozenset(path for path in notes if path not in self._findings)
        counts = self.index.counts
        self._state = self._state._replace(left_out=left_out, files=self._stats, odd=self._odd, tally=counts)
        rows = ((self._about(path), Judged(self._findings.get(path, ()), self._asked.of(path))) for path in judged)
        self._memory.keep(self._state, rows, gone, whole)

    def _kept(self, listing: Listing) -> dict[NotePath, Stat]:
        if not listing.frozen:
            return {}
        return {
            path: stat
            for path, stat in self._stats.items()
            if path not in listing.files and _below(path, listing.frozen)
        }

    def _differences(self, listing: Listing) -> Iterable[Change]:
        for path in sorted(self._stats.keys() | self._odd.keys()):
            if path not in listing.files and path not in listing.odd and not _below(path, listing.frozen):
                yield Change(path, "deleted")
        for path, stat in sorted(listing.files.items()):
            if self._stats.get(path) != stat:
                yield Change(path, "saved")
        for path, kind in sorted(listing.odd.items()):
            if self._odd.get(path) != kind:
                yield Change(path, "saved")

    def update(self, changes: Iterable[Change]) -> CheckResult:
        """Take in changes and check again every note that they concern; the findings of those notes."""
        return self._update(changes)[0]

    def _update(self, changes: Iterable[Change]) -> tuple[CheckResult, list[NotePath]]:
        stale: set[NotePath] = set()
        keys: set[Hashable] = set()
        for change in changes:
            keys |= self._take(change, stale)
        try:
            stale |= self._asked.askers(keys)
        except Lost:
            self._asked = Asked()
            stale |= self.index.notes.keys()
        checked = sorted(path for path in stale if path in (self.index.notes if is_note(path) else self.index.files))
        for path in checked:
            self._take_verdict(path, self._judge(self.index, self._about(path)))
        return self._result(checked), checked

    def _take(self, change: Change, stale: set[NotePath]) -> frozenset[Hashable]:
        path = change.path
        if change.text is None:
            self._buffers.pop(path, None)
        else:
            self._buffers[path] = change.text
        if change.kind == "deleted":
            self._stats.pop(path, None)
        elif path not in self._odd:
            self._stats.setdefault(path, NEVER)
        if change.kind == "deleted":
            self._forget(path)
            return self.index.remove_file(path)
        if not is_note(path):
            if self.setup.about_files:
                stale.add(path)
            return self.index.add_file(path)
        note = self._readable(path)
        if note is None:
            return frozenset()
        stale.add(path)
        return self.index.replace(path, note)

    def _about(self, path: NotePath) -> Note:
        """What the rules see of a file: its note, or for a file that is none one without facts."""
        return self.index.notes.get(path) or Note(path, "", NO_FACTS)

    def _readable(self, path: NotePath) -> Note | None:
        """The note at a path; None when its file vanished or is being written: the next look sees it as new."""
        try:
            return self._note(path)
        except Gone:
            self._stats[path] = NEVER
            return None

    def _note(self, path: NotePath) -> Note:
        if self._memory and self._is_remembered(path):
            with suppress(Lost):
                return self._memory.note(path)
        return self._read(path)

    def _recall(self, path: NotePath) -> Note:
        """A note of the last run; read again if it cannot be remembered after all."""
        assert self._memory
        try:
            return self._memory.note(path)
        except Lost:
            with suppress(Gone):
                return self._read(path)
        return Note(path, "", NO_FACTS, unreadable=True)

    def _read(self, path: NotePath) -> Note:
        source = self._source(path)
        if source.problem:
            return Note(path, source.digest, NO_FACTS._replace(problems=(source.problem,)), unreadable=True)
        from vaultkit.parse.note import parse

        return Note(path, source.digest, parse(source.text))

    def _is_remembered(self, path: NotePath) -> bool:
        if self._state is None or path in self._buffers:
            return False
        return self._state.files.get(path, NEVER) == self._stats.get(path) != NEVER

    def _source(self, path: NotePath) -> Source:
        if path in self._buffers:
            from vaultkit.vault.files import decode

            return decode(self._buffers[path].encode("utf-8", "surrogatepass"))
        if path in self._odd and path not in self._stats:
            return refused("unreadable", f"this is {self._odd[path]}, not a file that can be read")
        return self.files.read(path)

    def _judge(self, index: VaultIndex, note: Note) -> Judged:
        if not self.setup.checks(note.path):
            return NOT_CHECKED
        from vaultkit.lint.engine import check_note

        view = index.view()
        try:
            found = check_note(
                note, view, self.governing(note), self.setup.rules_for(note), lambda: self._text_of(note)
            )
        except Gone:  # it was saved or deleted a moment ago: what was said of it stands until the next look
            self._stats[note.path] = NEVER
            return Judged(self._findings.get(note.path, ()), self._asked.of(note.path))
        return Judged(tuple(found), frozenset(view.asked))

    def _text_of(self, note: Note) -> str:
        """The very text that a note's facts were read from. Raises Gone when there is another one by now."""
        source = self._source(note.path)
        if source.digest != note.digest:
            raise Gone(note.path)
        return source.text

    def _take_verdict(self, path: NotePath, judged: Judged) -> None:
        self._asked.put(path, judged.asked)
        if self.setup.checks(path) and (judged.findings or is_note(path)):
            self._findings[path] = judged.findings
        else:
            self._findings.pop(path, None)

    def _forget(self, path: NotePath) -> None:
        self._asked.put(path, frozenset())
        self._findings.pop(path, None)

    @cached_property
    def publisher(self) -> Publisher:
        """What publishes this session's vault."""
        from vaultkit.publisher import Publisher

        return Publisher(self)

    def plan(self, target: TargetConfig, output: str, **how: bool) -> Plan:
        """What publishing to `output` (a path) would do now; nothing is written. See `Publisher`."""
        return self.publisher.plan(target, output, **how)

    def publish(self, target: TargetConfig, output: str, **how: bool) -> Plan:
        """Publish what the vault is now to `output` (a path), and tell what was done. See `Publisher`."""
        return self.publisher.publish(target, output, **how)

    def unchanged(self, note: Note) -> str | None:
        """The text of a note if it is still the one whose facts are known, else None."""
        try:
            return None if note.unreadable else self._text_of(note)
        except Gone:
            return None

    def is_frozen(self, path: NotePath) -> bool:
        """Whether nothing can be said of a path now, because its folder cannot be listed."""
        return _below(path, self.frozen)

    def close(self) -> None:
        """End the processes that the session started, if there are any."""
        if "publisher" in self.__dict__:
            self.publisher.close()

    def governing(self, note: Note) -> tuple[NoteSchema, ...]:
        """The schemas that hold for a note, in the order of the configuration."""
        return tuple(item.schema for item in self.setup.schemas if item.matcher.fits(note.path, note.facts))

    def text(self, path: NotePath) -> str:
        """The decoded text of a note as it is now; "" when it is gone."""
        try:
            return self._source(path).text
        except Gone:
            return ""

    def diagnostics(self, paths: Iterable[NotePath] | None = None) -> CheckResult:
        """The findings that hold now, of all notes or of those given."""
        return self._result(sorted(self._findings) if paths is None else sorted(set(paths) & self._findings.keys()))

    def _result(self, paths: list[NotePath]) -> CheckResult:
        found = tuple(item for path in paths for item in self._findings.get(path, ()))
        return CheckResult(found, tuple(path for path in paths if path in self._findings), self.text)


def _below(path: str, folders: Iterable[str]) -> bool:
    return any(not folder or path.startswith(folder + "/") for folder in folders)
