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

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import TYPE_CHECKING

from vaultkit.index.vault_index import VaultIndex
from vaultkit.lint.engine import check_note
from vaultkit.lint.packed import Judged
from vaultkit.model.change import Change
from vaultkit.model.diagnostic import CheckResult, Diagnostic
from vaultkit.model.note import NO_FACTS, Note, NotePath
from vaultkit.parse.note import parse
from vaultkit.spread import look
from vaultkit.vault.files import Files, Gone, Listing, Source, Stat, Vault, refused

if TYPE_CHECKING:
    from vaultkit.config import Config, TargetConfig
    from vaultkit.lint.rule import ActiveRule
    from vaultkit.publish.plan import Plan
    from vaultkit.publish.press import Press
    from vaultkit.publish.select import Snapshot
    from vaultkit.render.workers import RenderPool
    from vaultkit.schema.match import Governed
    from vaultkit.schema.note_schema import NoteSchema

MAX_ASSET = 256 * 1024 * 1024
"""Bytes of the largest attachment that is published."""

NOT_CHECKED = Judged((), frozenset())

RulesFor = Callable[[Note], tuple["ActiveRule", ...]]


def is_note(path: str) -> bool:
    """Whether a file of the vault is a note: Markdown by its ending, in any letter case."""
    return path[-3:].lower() == ".md"


class Session:
    """One open vault: its notes, their facts, and the findings that hold now.

    Not safe to use from two threads at once. Rules and schemas are fixed for the session's life: when the
    configuration changes, open a new one.
    """

    def __init__(
        self,
        files: Files,
        config: Config,
        schemas: tuple[Governed, ...],
        rules_for: RulesFor,
        checked: Callable[[NotePath], bool],
    ) -> None:
        self.files = files
        self.config = config
        self.index = VaultIndex(())
        self._schemas = schemas
        self._rules_for = rules_for
        self._checked = checked
        self._stats: dict[NotePath, Stat] = {}
        self._odd: dict[NotePath, str] = {}
        self._buffers: dict[NotePath, str] = {}
        self._findings: dict[NotePath, tuple[Diagnostic, ...]] = {}
        self._asked: dict[NotePath, frozenset[Hashable]] = {}
        self._askers: defaultdict[Hashable, set[NotePath]] = defaultdict(set)
        self._presses: dict[str, Press] = {}
        self._pool: RenderPool | None = None
        self.frozen: Mapping[NotePath, str] = {}
        """Folders that could not be listed at the last look, with the reason."""
        self.changed = False
        """Whether the last look at the disk saw any change of a file, note or not."""

    @classmethod
    def open(cls, root: str, config: Config | None = None, files: Files | None = None) -> Session:
        """Open the vault at `root` (the vault's own root: `vault.settings.find_root` finds it).

        `files` is where notes come from, the disk by default. Raises SetupError when there is no vault or its
        configuration or schemas are not usable.
        """
        from vaultkit.lint.ruleset import rules_for
        from vaultkit.vault.settings import left_out, load_config, load_schemas, output_folders

        config = config or load_config(root)
        excluded = left_out(root, config)
        return cls(
            files or Vault(root, output_folders(root, config)),
            config,
            load_schemas(root, config),
            rules_for(config),
            lambda path: not excluded(path),
        )

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
        if not self.index.files:
            return self._load(listing)
        changes = list(self._differences(listing))
        self.changed = bool(changes)
        self._stats, self._odd = listing.files | self._kept(listing), listing.odd
        return self.update(changes)

    def _load(self, listing: Listing) -> CheckResult:
        """The first look: the whole index is made at once, so that nothing is asked of a vault half known."""
        self._stats, self._odd, self.changed = listing.files, listing.odd, True
        sizes = {path: stat.size for path, stat in listing.files.items() if is_note(path)}
        sizes.update(dict.fromkeys(listing.odd, 0))
        self.index, judged = look(listing.files, sizes, self._readable, self._judge)
        for path, found in judged.items():
            self._take_verdict(path, found)
        return self._result(sorted(judged))

    def _kept(self, listing: Listing) -> dict[NotePath, Stat]:
        if not listing.frozen:
            return {}
        return {
            path: stat
            for path, stat in self._stats.items()
            if path not in listing.files and _below(path, listing.frozen)
        }

    def _differences(self, listing: Listing) -> Iterable[Change]:
        for path in sorted(self.index.files):
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
        stale: set[NotePath] = set()
        keys: set[Hashable] = set()
        for change in changes:
            keys |= self._take(change, stale)
        for key in keys:
            stale |= self._askers.get(key, set())
        checked = sorted(path for path in stale if path in self.index.notes)
        for path in checked:
            self._take_verdict(path, self._judge(self.index, self.index.notes[path]))
        return self._result(checked)

    def _take(self, change: Change, stale: set[NotePath]) -> frozenset[Hashable]:
        path = change.path
        if change.text is None:
            self._buffers.pop(path, None)
        else:
            self._buffers[path] = change.text
        if not is_note(path):
            return self.index.add_file(path) if change.kind == "saved" else self.index.remove_file(path)
        if change.kind == "deleted":
            self._forget(path)
            return self.index.replace(path, None)
        note = self._readable(path)
        if note is None:
            return frozenset()
        stale.add(path)
        return self.index.replace(path, note)

    def _readable(self, path: NotePath) -> Note | None:
        """The note at a path; None when its file vanished or is being written: the next look sees it as new."""
        try:
            return self._note(path)
        except Gone:
            self._stats.pop(path, None)
            return None

    def _note(self, path: NotePath) -> Note:
        source = self._source(path)
        if source.problem:
            return Note(path, source.digest, NO_FACTS._replace(problems=(source.problem,)), unreadable=True)
        known = self.index.notes.get(path)
        if known is not None and known.digest == source.digest and not known.unreadable:
            return known
        return Note(path, source.digest, parse(source.text))

    def _source(self, path: NotePath) -> Source:
        if path in self._buffers:
            from vaultkit.vault.files import decode

            return decode(self._buffers[path].encode("utf-8", "surrogatepass"))
        if path in self._odd and path not in self._stats:
            return refused("unreadable", f"this is {self._odd[path]}, not a file that can be read")
        return self.files.read(path)

    def _judge(self, index: VaultIndex, note: Note) -> Judged:
        if not self._checked(note.path):
            return NOT_CHECKED
        view = index.view()
        found = check_note(note, view, self.governing(note), self._rules_for(note), lambda: self.text(note.path))
        return Judged(tuple(found), frozenset(view.asked))

    def _take_verdict(self, path: NotePath, judged: Judged) -> None:
        self._remember(path, judged.asked)
        if self._checked(path):
            self._findings[path] = judged.findings

    def _remember(self, path: NotePath, asked: frozenset[Hashable]) -> None:
        before = self._asked.get(path, frozenset())
        for key in before - asked:
            self._askers[key].discard(path)
        for key in asked - before:
            self._askers[key].add(path)
        self._asked[path] = asked

    def _forget(self, path: NotePath) -> None:
        self._remember(path, frozenset())
        self._asked.pop(path, None)
        self._findings.pop(path, None)

    def plan(
        self, target: TargetConfig, output: str, *, force: bool = False, allow_mass_withdraw: bool = False
    ) -> Plan:
        """What publishing to `output` (a path) would do now; nothing is written."""
        press = self._press(target, output)
        return press.plan(self.snapshot(), force=force, allow_mass_withdraw=allow_mass_withdraw)

    def publish(
        self, target: TargetConfig, output: str, *, force: bool = False, allow_mass_withdraw: bool = False
    ) -> Plan:
        """Publish what the vault is now to `output` (a path), and tell what was done.

        Raises SetupError when too much would vanish, TargetError when the folder cannot be written or the audit finds
        something that must not go live, BusyError when somebody else publishes there. Then nothing has changed.
        """
        press = self._press(target, output)
        return press.publish(self.snapshot(), force=force, allow_mass_withdraw=allow_mass_withdraw)

    def snapshot(self) -> Snapshot:
        """What the vault offers to a publisher at this moment."""
        from datetime import datetime

        from vaultkit.publish.select import Snapshot
        from vaultkit.vault.obsidian import ObsidianSettings

        return Snapshot(
            index=self.index,
            diagnostics=self.diagnostics().diagnostics,
            text=self._unchanged,
            data=lambda path: self.files.read_bytes(path, MAX_ASSET),
            now=datetime.now().astimezone(),
            schemas=lambda note: tuple(schema.name for schema in self.governing(note)),
            excluded=lambda path: not self._checked(path),
            frozen=lambda path: _below(path, self.frozen),
            strict_breaks=ObsidianSettings.load(self.root).strict_line_breaks,
        )

    def _unchanged(self, note: Note) -> str | None:
        try:
            source = self._source(note.path)
        except Gone:
            return None
        return source.text if source.digest == note.digest and not source.problem else None

    def _press(self, target: TargetConfig, output: str) -> Press:
        if output not in self._presses:
            from vaultkit import registry
            from vaultkit.publish.press import Press
            from vaultkit.publish.store import Store
            from vaultkit.render.workers import RenderPool

            self._pool = self._pool or RenderPool()
            kind = registry.load("vaultkit.targets", target.kind)
            store = Store(output, self.root)
            self._presses[output] = Press(store, self.config.publish, target, kind, self._pool.render_all)
        return self._presses[output]

    def close(self) -> None:
        """End the workers, if there are any."""
        if self._pool:
            self._pool.close()
            self._pool = None

    def governing(self, note: Note) -> tuple[NoteSchema, ...]:
        """The schemas that hold for a note, in the order of the configuration."""
        return tuple(item.schema for item in self._schemas if item.matcher.fits(note.path, note.facts))

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
