"""The bodies of a publish set: rendered once, kept as long as their job stays the same.

Kept between runs too (`body_store`), so that only what changed is rendered, and what was rendered once does not fail
the next time for want of time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Set
from functools import cache

import vaultkit
from vaultkit.model.digest import blake2b
from vaultkit.model.expression import expression
from vaultkit.model.note import NotePath
from vaultkit.model.standing import Reason
from vaultkit.publish.body_store import BodyStore, StoredBody, stored
from vaultkit.publish.manifest import sign_of
from vaultkit.publish.select import Failures, PublishSet
from vaultkit.publish.spool import Spool
from vaultkit.publish.versions import version_of
from vaultkit.render.job import Rendered, RenderedBody, RenderFailure, RenderJob

RenderAll = Callable[[Iterable[RenderJob], Iterable[object]], Iterable[tuple[RenderJob, Rendered | RenderFailure]]]
"""Renders jobs; the steps of something else may be taken meanwhile."""

_ADDRESS = expression(r'\s(?:href|src)="([^"]*)"')
_ELSEWHERE = expression(r"#|[a-zA-Z][a-zA-Z0-9+.-]*:")


class Bodies:
    """The rendered bodies of one published folder."""

    def __init__(self, store: BodyStore, render_all: RenderAll, folder: str = "") -> None:
        self._store = store
        self._render_all = render_all
        self._aside = Spool(folder)
        self._known: dict[NotePath, StoredBody] | None = None
        self._stored: set[NotePath] = set()
        """The notes whose bodies are on disk."""
        self._fresh: set[NotePath] = set()
        """The notes that were rendered since the last publish."""

    def __getitem__(self, path: NotePath) -> StoredBody:
        """The body of a note's last job."""
        return self._all()[path]

    def digest(self, path: NotePath) -> str:
        """What stands for the body of a note."""
        return self._all()[path].digest.hex()

    def _all(self) -> dict[NotePath, StoredBody]:
        if self._known is None:
            self._known = self._store.read(self._aside)
            self._stored = set(self._known)
        return self._known

    def render(self, jobs: Iterable[RenderJob], notes: PublishSet, meanwhile: Iterable[object]) -> Failures:
        """Render what is not rendered yet; the texts that could not be. Jobs are taken one by one, and let go of.
        `meanwhile` are steps of something else."""
        known = self._all()
        digests: dict[NotePath, bytes] = {}
        failures: dict[tuple[NotePath, str], Reason] = {}
        for job, outcome in self._render_all(self._waiting(jobs, digests), meanwhile):
            path, text = job.path, notes.notes[job.path].digest
            if isinstance(outcome, Rendered):
                known[path] = stored(text, digests.pop(path), outcome, self._aside)
                self._fresh.add(path)
            elif path not in known or known[path].source != text or not still_right(known[path], job):
                failures[path, text] = Reason("publish-render", f"it cannot be rendered: {outcome.reason}")
        return failures

    def _waiting(self, jobs: Iterable[RenderJob], digests: dict[NotePath, bytes]) -> Iterator[RenderJob]:
        """The jobs whose bodies are not known, after noting down their digests."""
        known = self._all()
        for job in jobs:
            digest = job_digest(job)
            if job.path not in known or known[job.path].job != digest:
                digests[job.path] = digest
                yield job

    def keep(self, pages: Set[NotePath]) -> None:
        """Store what was rendered since the last publish, and forget what is not on one of the pages."""
        known = self._all()
        for path in known.keys() - pages:
            del known[path]
        changed = {path: known[path] for path in sorted(self._fresh & known.keys())}
        gone = self._stored - known.keys()
        if changed or gone:
            self._store.write(changed, gone)
            self._stored = self._stored.union(changed) - gone
            self._fresh.clear()


def job_digest(job: RenderJob) -> bytes:
    """What stands for a job and the renderer that is to do it."""
    return sign_of(_renderer() + json.dumps(job, sort_keys=True).encode())


@cache
def _renderer() -> bytes:
    """What stands for the renderer: our own source that takes part, and the versions of the libraries."""
    found = blake2b(digest_size=16)
    home = os.path.dirname(vaultkit.__file__)
    for package in ("parse", "render", "render/gfm", "render/syntax"):
        folder = os.path.join(home, *package.split("/"))
        for name in sorted(os.listdir(folder)):
            if name.endswith(".py"):
                with open(os.path.join(folder, name), "rb") as file:
                    found.update(file.read())
    for library in ("mistune", "nh3", "Pygments", "latex2mathml"):
        found.update(version_of(library).encode())
    return found.digest()


def still_right(rendered: RenderedBody, job: RenderJob) -> bool:
    """Whether a body made of the same text for another job shows nothing else than this job would: nothing is embedded
    in it, and it leads only where this job leads."""
    allowed = {*job.tags.values(), *(link.href for link in job.links.values())}
    ways = _ADDRESS.findall(rendered.html)
    return not job.embeds and all(way in allowed or _ELSEWHERE.match(way) for way in ways)
