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

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from contextlib import suppress
from functools import cached_property, partial
from typing import TYPE_CHECKING

from vaultkit.index.asked import Asked
from vaultkit.index.file_kinds import is_note, notes_among
from vaultkit.lint.packed import NOT_CHECKED, Judged
from vaultkit.model.change import Change
from vaultkit.model.diagnostic import CheckResult, Diagnostic
from vaultkit.model.path import NotePath
from vaultkit.model.shard import WHOLE
from vaultkit.reader import ROOM, Reader, sizes_of, unknown
from vaultkit.setup import Read, Setup, read_setup, set_up
from vaultkit.vault.cache import Lost, Memory, State
from vaultkit.vault.files import NEVER, Files, Gone, Listing, Stat, Vault, below
from vaultkit.vault.stats import known_beside

if TYPE_CHECKING:
    from vaultkit.config import Config, TargetConfig
    from vaultkit.fixer import FixedNote
    from vaultkit.index.answers import Aliases
    from vaultkit.index.notes import Notes
    from vaultkit.index.tally import Counts
    from vaultkit.index.vault_index import VaultIndex
    from vaultkit.lint.fix import Wanted
    from vaultkit.model.note import Note
    from vaultkit.publish.plan import Plan
    from vaultkit.publish.press import Wish
    from vaultkit.publisher import Publisher
    from vaultkit.schema.note_schema import NoteSchema
    from vaultkit.spread import ReadingBy, Seen


class Session:
    """One open vault: its notes, their facts, and the findings that hold now. Not safe to use from two threads at once.
    Rules and schemas are fixed for the session's life: when the configuration changes, open a new one."""

    def __init__(
        self,
        files: Files,
        setup: Callable[[], Setup],
        memory: Memory | None = None,
        state: State | None = None,
        resume: bool = False,
    ) -> None:
        self._reader = Reader(files, memory, state.files if state else {})
        self._stamp: Callable[[Iterable[str]], str] = lambda sources: ""
        self._index: VaultIndex | None = None
        self._paths: list[NotePath] = []  # of the notes that an earlier run knew
        self._read_setup = setup
        self._memory, self._state = memory, state
        self._resume, self._looked = resume, False
        self._findings: dict[NotePath, tuple[Diagnostic, ...]] = {}
        self._asked = Asked()
        self.frozen: Mapping[NotePath, str] = {}
        """Folders that could not be listed at the last look, with the reason."""
        self.changed = False
        """Whether the last look at the disk saw any change of a file, note or not."""
        self.anew = not resume
        """Whether the last look, or that to come, is a first one, at every note, with nothing remembered."""
        self.seen: Seen | None = None
        """Is told of each step of a look that reads or checks notes."""
        self.reading: ReadingBy | None = None
        self.shard = WHOLE
        """How the notes are read at the first look, if not by this machine alone; those that are checked."""
        self.once = False
        """Whether there is one look only: nobody needs to know then what was asked, or how to answer it again soon."""

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
        Raises SetupError when there is no vault or its configuration or schemas are not usable; a `config` that is a
        function is called at the first look, and what is wrong is raised there.
        """
        from vaultkit.vault.stamp import stamp

        old = memory.state() if memory else None
        known = old is not None and old.setup == stamp(root, old.sources, options)

        def read() -> Setup:
            if memory and known:
                with suppress(Lost):
                    return set_up(root, memory.setup(Read.unpacked))
            return read_setup(root, config() if callable(config) else config)

        files = files or Vault(root, old.pruned if old and known else ())
        session = cls(files, read, memory, old, resume=known)
        session._stamp = lambda sources: stamp(root, sources, options)
        if not known and not callable(config):
            session.setup  # noqa: B018 - so that what is wrong with it is said here
        return session

    @property
    def index(self) -> VaultIndex:
        """The files of the vault and the facts of its notes, as of the last look."""
        if self._index is None:
            from vaultkit.index.notes import Notes

            holding = self._memory.holding if self._memory else None
            notes = Notes((), self._paths, self._reader.recall, holding)
            self._index = self._indexed(notes, self._state and self._state.tally)
        return self._index

    def _indexed(self, notes: Notes, counts: Counts | None, aliases: Aliases | None = None) -> VaultIndex:
        from vaultkit.index.vault_index import VaultIndex

        stats = self._reader.stats
        return VaultIndex(stats, notes, sizes_of(stats), lambda: self.setup.publishing, counts, aliases=aliases)

    @cached_property
    def setup(self) -> Setup:
        """Configuration, schemas and rules; read when the first note is checked."""
        return self._read_setup()

    @property
    def config(self) -> Config:
        """The configuration of the vault."""
        return self.setup.config

    @property
    def sources(self) -> tuple[str, ...]:
        """The files that the set-up was read from (absolute paths); a memory knows them too."""
        return self._state.sources if self._state and (self._resume or self._looked) else self.setup.sources

    @property
    def files(self) -> Files:
        """Where the notes come from."""
        return self._reader.files

    @property
    def baseline(self) -> str:
        """The file of known findings as the configuration named it at the last look; a memory knows it too."""
        return self._state.baseline if self._state else self.config.baseline or ""

    @property
    def root(self) -> str:
        """The vault's folder on disk."""
        return self._reader.files.root

    @property
    def seen_last(self) -> tuple[str, Mapping[NotePath, Stat], Mapping[NotePath, str]]:
        """What the last look saw: what stands for the set-up ("" without a memory), the states of all files, and the
        kinds of what is no file."""
        return self._state.setup if self._state else "", self._reader.stats, self._reader.odd

    def present(self) -> bool:
        """Whether the vault is still where it was: not unmounted, renamed or replaced by another folder."""
        return self._reader.files.present()

    def refresh(self) -> CheckResult:
        """Look at the files and check what changed; the findings of every note checked again. Folders that cannot be
        listed keep what was known of them."""
        listing = self._reader.files.scan()
        self.frozen, self.anew = listing.frozen, False
        if self._resume:
            self._take_up(listing)
        if not self._looked:
            return self._load(listing)
        changes = list(listing.changes(self._reader.stats, self._reader.odd))
        self.changed = bool(changes)
        if changes:
            self.index  # noqa: B018 - likewise
        self._reader.stats, self._reader.odd = listing.files | listing.kept(self._reader.stats), listing.odd
        result, stale = self._update(changes)
        if changes:
            self._keep(stale, [change.path for change in changes])
        return result

    def _load(self, listing: Listing) -> CheckResult:
        """The first look: the whole index is made at once, so that nothing is asked of a vault half known."""
        from vaultkit.spread import Reading, judge_all, no_collector

        self._reader.stats, self._reader.odd, self.changed, self._looked = listing.files, listing.odd, True, True
        sizes = {path: stat.size for path, stat in listing.files.items() if is_note(path)}
        sizes.update(dict.fromkeys(listing.odd, 0))
        with no_collector(), (self.reading or Reading)(sizes, self._reader, self.seen) as reading:
            self._begin(listing)
            self._reader.room = ROOM if self.once and "publish" in self.config.written else 0
            notes = reading.notes(lambda path: path in self._reader.stats or path in self._reader.odd)
            index = self._index = self._indexed(notes, reading.tally.counts, reading.aliases)
            if reading.large:
                index.fill()
            self._asked = Asked(aside=reading.aside())
            keeping, judge = reading.keeps_in(self._memory), partial(self._judge, index)
            some = filter(self.shard.holds, notes)
            for path, found in judge_all(notes, some, judge, reading, seen=self.seen, keeping=keeping):
                self._take_verdict(path, found)
        others = [path for path in self._reader.stats if not is_note(path)] if self.setup.about_files else []
        for path in others:
            self._take_verdict(path, self._judge(index, self._about(path)))
        judged = sorted((*notes, *others))
        self._keep(judged, (), self.setup.read)
        for table in (self._asked, index) if self.once and (keeping or not self._memory) else ():
            table.let_go()
        self.anew = True
        return self._result(judged)

    def _begin(self, listing: Listing) -> None:
        """Read the set-up, and leave out what by its word is no part of the vault."""
        pruned = self.setup.pruned
        if pruned:
            self._reader.files.leave_out(pruned)
            self._reader.stats = {path: stat for path, stat in listing.files.items() if not below(path, pruned)}
            self._reader.odd = {path: kind for path, kind in listing.odd.items() if not below(path, pruned)}
        if self._memory:
            known = self._state.files if self._state else {}
            about = self._stamp(self.setup.sources), self.setup.sources, pruned
            self._state = State(*about, frozenset(), known, {}, self.config.baseline or "")

    def _take_up(self, listing: Listing) -> None:
        """Go on where the last run ended; mostly `listing` shows just that. What cannot be remembered is done again."""
        state, memory, self._resume = self._state, self._memory, False
        assert state and memory
        try:
            found = memory.findings()
        except Lost:
            return
        self._reader.stats = known_beside(state.files, listing.files)
        self._reader.odd, self._looked = dict(state.odd), True
        self._asked, self._paths = Asked(memory), notes_among((*self._reader.stats, *self._reader.odd))
        checked = [path for path in self._paths if path not in state.left_out] if state.left_out else self._paths
        self._findings = {**dict.fromkeys(checked, ()), **found}

    def _keep(self, judged: Iterable[NotePath], changed: Collection[NotePath], read: Read | None = None) -> None:
        """Remember what was judged and which files `changed`; at the first look all, and what was `read` to set the
        vault up. A buffer is not on the disk, so what was judged beside one is not remembered."""
        if self._memory is None or self._state is None or self._reader.buffers or self.frozen:
            return
        index, reader = self.index, self._reader
        judged, notes, found = sorted(judged), index.notes, self._findings
        maybe = notes if read else self._state.left_out.union(judged)
        out = frozenset([path for path in maybe if path not in found and path in notes])
        self._state = self._state._replace(left_out=out, files=reader.stats, odd=reader.odd, tally=index.counts)
        rows = ((path, index.packed(path), Judged(found.get(path, ()), self._asked.of(path))) for path in judged)
        self._memory.keep(self._state, rows, changed, read.packed() if read else None)

    def update(self, changes: Iterable[Change]) -> CheckResult:
        """Take in changes and check again every note that they concern; the findings of those notes."""
        self.index  # noqa: B018 - of what was there before, so that changing it tells what is new
        return self._update(changes)[0]

    def _update(self, changes: Iterable[Change]) -> tuple[CheckResult, list[NotePath]]:
        stale: set[NotePath] = set()
        keys: set[Hashable] = set()
        for change in changes:
            keys |= self._take(change, stale)
        return self._recheck(keys, stale)

    def _recheck(self, keys: Collection[Hashable], stale: set[NotePath]) -> tuple[CheckResult, list[NotePath]]:
        """Check the stale notes again, and those that asked a question with a new answer."""
        try:
            stale |= self._asked.askers(keys)
        except Lost:
            self._asked = Asked()
            stale |= self.index.notes.keys()
        checked = sorted(path for path in stale if path in (self.index.notes if is_note(path) else self.index.files))
        for number, path in enumerate(checked):
            if self.seen:
                self.seen(number, len(checked))
            self._take_verdict(path, self._judge(self.index, self._about(path)))
        return self._result(checked), checked

    def learn(self, look: Callable[[set[str]], Mapping[str, str]], paths: Iterable[NotePath] | None = None) -> None:
        """Let `look` tell what is wrong (or "") with the addresses elsewhere that all notes, or these, asked about."""
        asked = self._asked.about("online", self._findings if paths is None else paths)
        self._recheck(self.index.learn(look(asked)), set())

    def _take(self, change: Change, stale: set[NotePath]) -> frozenset[Hashable]:
        path = change.path
        if change.text is None:
            self._reader.buffers.pop(path, None)
        else:
            self._reader.buffers[path] = change.text
        if change.kind == "deleted":
            self._reader.stats.pop(path, None)
            self._asked.put(path, frozenset())
            self._findings.pop(path, None)
            return self.index.remove_file(path)
        if path not in self._reader.odd:
            self._reader.stats.setdefault(path, NEVER)
        if not is_note(path):
            if self.setup.about_files:
                stale.add(path)
            return self.index.add_file(path, self._reader.stats[path].size)
        note = next(self._reader.readable((path,)), None)
        if note is None:
            return frozenset()
        stale.add(path)
        return self.index.replace(path, note)

    def _about(self, path: NotePath) -> Note:
        """What the rules see of a file: its note, or for a file that is none one without facts."""
        return self.index.notes.get(path) or unknown(path)

    def _judge(self, index: VaultIndex, note: Note) -> Judged:
        if not self.setup.checks(note.path) or not self.shard.holds(note.path):
            return NOT_CHECKED
        from vaultkit.lint.engine import check_note

        view, schemas, rules = index.view(), self.governing(note), self.setup.rules_for(note)
        try:
            found = check_note(note, view, schemas, rules, lambda: self._reader.text_of(note))
        except Gone:  # it was saved or deleted a moment ago: what was said of it stands until the next look
            self._reader.stats[note.path] = NEVER
            return Judged(self._findings.get(note.path, ()), self._asked.of(note.path))
        return Judged(tuple(found), frozenset(() if self.once and not self._memory else view.asked))

    def _take_verdict(self, path: NotePath, judged: Judged) -> None:
        self._asked.put(path, judged.asked)
        if self.setup.checks(path) and self.shard.holds(path) and (judged.findings or is_note(path)):
            self._findings[path] = judged.findings
        else:
            self._findings.pop(path, None)

    @cached_property
    def publisher(self) -> Publisher:
        """What publishes this session's vault."""
        from vaultkit.publisher import Publisher

        return Publisher(self)

    def plan(self, target: TargetConfig, output: str, *wish: Wish) -> Plan:
        """What publishing to `output` (a path) would do now; nothing is written. See `Publisher`."""
        return self.publisher.plan(target, output, *wish)

    def publish(self, target: TargetConfig, output: str, *wish: Wish) -> Plan:
        """Publish what the vault is now to `output` (a path), and tell what was done. See `Publisher`."""
        return self.publisher.publish(target, output, *wish)

    def fix(self, paths: Iterable[NotePath] | None, wanted: Wanted) -> tuple[FixedNote, ...]:
        """What the wanted fixes make of notes (None: of all). Nothing is written, and the session stays as it is."""
        from vaultkit.fixer import fixed_notes

        buffers = dict(self._reader.buffers)
        try:
            return fixed_notes(self, paths, wanted)
        finally:
            self.update([Change(path, "saved", buffers.get(path)) for path in self._reader.buffers])

    def unchanged(self, note: Note) -> str | None:
        """The text of a note if it is still the one whose facts are known, else None."""
        with suppress(Gone):
            return None if note.unreadable else self._reader.text_of(note)
        return None

    def is_frozen(self, path: NotePath) -> bool:
        """Whether nothing can be said of a path now, because its folder cannot be listed."""
        return below(path, self.frozen)

    def text(self, path: NotePath) -> str:
        """The decoded text of a note as it is now; "" when it is gone."""
        return self._reader.text(path)

    def close(self) -> None:
        """End the processes that the session started, if there are any."""
        if "publisher" in self.__dict__:
            self.publisher.close()

    def governing(self, note: Note) -> tuple[NoteSchema, ...]:
        """The schemas that hold for a note, in the order of the configuration."""
        return tuple([schema for schema, matcher in self.setup.schemas if matcher.fits(note.path, note.facts)])

    def diagnostics(self, paths: Iterable[NotePath] | None = None) -> CheckResult:
        """The findings that hold now, of all notes or of those given."""
        return self._result(sorted(self._findings) if paths is None else sorted(set(paths) & self._findings.keys()))

    def findings(self) -> dict[NotePath, tuple[Diagnostic, ...]]:
        """The findings that hold now, note by note."""
        return dict(self._findings)

    def _result(self, paths: list[NotePath]) -> CheckResult:
        known = tuple([path for path in paths if path in self._findings])
        found = tuple([item for path in known for item in self._findings[path]])
        return CheckResult(found, known, self._reader.text, self.shard)
