"""The `git` target: what was published becomes a commit on a branch, here or in another repository.

`repository` runs git so that nothing which a repository configures is ever run, `tree` decides what is to change on a
branch, `commit` makes one by plumbing (no index, no work tree), `remote` talks to other machines. A branch moves by one
comparison and swap, so after whatever happened it is where it was or where it should be.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from pydantic import Field

from vaultkit.publish.ledger import Changes, check_loss, refusal
from vaultkit.publish.manifest import digest_of
from vaultkit.schema.options import Model

if TYPE_CHECKING:
    from vaultkit.config import TargetConfig
    from vaultkit.publish.place import Delivery
    from vaultkit.targets.git.branch import Branch
    from vaultkit.targets.git.tree import Tip

_TRIES = 3


class GitOptions(Model):
    """What is brought to git, and where."""

    repository: str = Field(
        default="", description="the repository: a path seen from the vault, or an address (default: the vault's own)"
    )
    branch: str = Field(default="gh-pages", description="the branch that gets a commit; it is made when it is missing")
    folder: str = Field(default="", description="the folder in the repository that everything goes into")
    push: str = Field(
        default="", description="the remote (`origin`) or address that the branch is pushed to afterwards"
    )
    message: str = Field(default="", description="the first line of the commit message (default: how many notes)")
    nojekyll: bool | None = Field(
        default=None, description="add `.nojekyll`, so that GitHub Pages serves all files (default: for sites)"
    )
    cname: str = Field(default="", description="the host for GitHub Pages, as a file `CNAME`")


class GitPlace:
    """Commits what was published. It has no state."""

    options = GitOptions

    def address(self, config: TargetConfig) -> object:
        """The folder on the branch."""
        options = config.options(GitOptions)
        return options.repository or ".", options.branch, options.folder.strip("/")

    def check(self, config: TargetConfig, vault: str) -> None:
        """Raise SetupError when there is no git or no such repository, or the branch is checked out somewhere."""
        from vaultkit.targets.git.branch import branch_of

        branch_of(config.options(GitOptions), vault, "").check()

    def foresee(self, delivery: Delivery, config: TargetConfig) -> tuple[str, ...]:
        """The commit that would be made, as far as this machine knows the branch."""
        from vaultkit.targets.git.branch import branch_of

        options = config.options(GitOptions)
        branch = branch_of(options, delivery.vault, delivery.home)
        tip = branch.known(options.folder)
        if tip is None:
            return (f"would look at `{branch.name}` of {branch.shown}, and commit there what is new",)
        extras, files = _extras(config, options), delivery.plan.files
        coming = {path: record.digest for path, record in files.files.items()}

        def data(path: str) -> bytes:
            if path in extras or path in files.write:
                return extras[path] if path in extras else files.write[path].bytes()
            return delivery.read(path)

        changes = tip.changes({**coming, **_digests(extras)}, data, delivery)
        _check(changes, tip, branch, delivery)
        if not changes:
            return () if branch.is_pushed else (f"would push `{branch.name}` of {branch.shown}",)
        then = ", and push it" if branch.pushes else ""
        return (f"would commit to `{branch.name}` of {branch.shown}{then}: {_counted(changes, tip)}",)

    def deliver(self, delivery: Delivery, config: TargetConfig) -> tuple[str, ...]:
        """Commit what is new, push what was not pushed yet. When the branch moves meanwhile, it is looked at anew."""
        from vaultkit.targets.git.branch import Moved, branch_of

        options = config.options(GitOptions)
        branch = branch_of(options, delivery.vault, delivery.home)
        for _ in range(_TRIES - 1):
            with suppress(Moved):
                return self._bring(branch, delivery, config, options)
        return self._bring(branch, delivery, config, options)

    def _bring(self, branch: Branch, delivery: Delivery, config: TargetConfig, options: GitOptions) -> tuple[str, ...]:
        from vaultkit.targets.git.commit import make_commit
        from vaultkit.targets.git.message import message

        extras = _extras(config, options)
        wanted = {**delivery.digests, **_digests(extras)}

        def data(path: str) -> bytes:
            return extras[path] if path in extras else delivery.read(path)

        tip = branch.known(options.folder)
        if tip is None or not branch.is_pushed or tip.changes(wanted, data, delivery):
            tip = branch.fresh(options.folder)
        changes = tip.changes(wanted, data, delivery)
        _check(changes, tip, branch, delivery)
        told = []
        if changes:
            words = message(delivery.plan, options.message, _counted(changes, tip), delivery.owed)
            commit = make_commit(tip, changes, wanted, data, words, pages=delivery.pages)
            branch.settle(tip.commit, commit)
            told.append(f"committed to `{branch.name}` of {branch.shown}: {_counted(changes, tip)}")
        return (*told, *branch.pushed())


def _check(changes: Changes, tip: Tip, branch: Branch, delivery: Delivery) -> None:
    """Raise TargetError when something is in the way, or too much would vanish."""
    where = f"`{branch.name}` of {branch.shown}"
    if changes.foreign:
        raise refusal(changes, where)
    check_loss(tip.pages, where, delivery)


def _extras(config: TargetConfig, options: GitOptions) -> dict[str, bytes]:
    """The files that are made for the place alone."""
    extras = {}
    if config.format == "site" if options.nojekyll is None else options.nojekyll:
        extras[".nojekyll"] = b""
    if options.cname:
        extras["CNAME"] = options.cname.strip().encode() + b"\n"
    return extras


def _digests(files: Mapping[str, bytes]) -> dict[str, str]:
    return {path: digest_of(data) for path, data in files.items()}


def _counted(changes: Changes, tip: Tip) -> str:
    added = sum(path not in tip.there for path in changes.write)
    parts = ((added, "added"), (len(changes.write) - added, "changed"), (len(changes.delete), "deleted"))
    words = [f"{count} file{'s' * (count != 1)} {word}" for count, word in parts if count]
    return ", ".join(words) or "what is there already is taken over"


git = GitPlace()
