"""Bringing elsewhere what was published, and what must be known of it between the times: whether anything was ever
brought from here, and which notes were withdrawn here and may still be public there."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from vaultkit.errors import VaultkitError
from vaultkit.model.note import NotePath
from vaultkit.model.record import NamedTuple
from vaultkit.publish.manifest import Manifest, digest_of
from vaultkit.publish.owing import owe
from vaultkit.publish.page import NOTHING
from vaultkit.publish.place import Delivery, Place, Undelivered
from vaultkit.publish.plan import Plan, still_public
from vaultkit.publish.store import Store

if TYPE_CHECKING:
    from vaultkit.config import TargetConfig


class Known(NamedTuple):
    """`first`: nothing was ever brought from here to this place; `moved`: to another one, though. `owed` are the pages
    (output paths) of notes that were withdrawn and not taken away there yet."""

    first: bool = True
    owed: Mapping[NotePath, str] = NOTHING
    moved: bool = False


_MOVED = "what was brought to another place before stays there; take it away if it is not to be public any more"


class Bringing:
    """Brings one target's folder to a place, again and again."""

    def __init__(self, place: Place, config: TargetConfig, store: Store) -> None:
        self._place = place
        self._config = config
        self._store = store
        self._file = os.path.join(store.home, "brought.json")

    def check(self) -> None:
        """Raise SetupError or TargetError when it cannot work at all."""
        self._place.check(self._config, self._store.vault)

    def foresee(self, plan: Plan, delivery: Delivery) -> Plan:
        """The plan, with what bringing it would do. Raises Undelivered when it would fail."""
        known = self._known()
        owed = self._owed(known, plan, delivery.manifest)
        try:
            self.check()
            told = self._place.foresee(delivery._replace(first=known.first, owed=tuple(owed.values())), self._config)
        except VaultkitError as error:
            owe(error, owed)
            raise Undelivered(plan, error) from error
        late = tuple(path for path in owed if path in known.owed)
        return plan._replace(delivered=((f"{still_public(late)} there", *told) if late else told))

    def deliver(self, plan: Plan, delivery: Delivery, before: Manifest) -> Plan:
        """The plan, with what was done; `before` is what was live until just now. Raises Undelivered when it could not
        be."""
        known = self._known()
        owed = self._owed(known, plan, before)
        if owed != known.owed:
            self._remember(known._replace(owed=owed))
        try:
            told = self._place.deliver(delivery._replace(first=known.first, owed=tuple(owed.values())), self._config)
        except VaultkitError as error:
            owe(error, owed)
            raise Undelivered(plan, error) from error
        edited = {conflict.path for conflict in plan.conflicts}  # such a page is still one of ours
        left = {path: url for path, url in owed.items() if url in edited}
        if left or owed or known.first:
            self._remember(Known(False, left))
        return plan._replace(delivered=(*told, _MOVED) if known.moved else told)

    def _owed(self, known: Known, plan: Plan, before: Manifest) -> dict[NotePath, str]:
        """The pages that must not be there any more when this plan is carried out."""
        gone = {item.path: before.notes[item.path] for item in plan.withdrawn}
        owed = {**known.owed, **{path: record.file or record.url for path, record in gone.items()}}
        there = {record.file or record.url for record in plan.manifest.notes.values()} if owed else set()
        return {path: url for path, url in sorted(owed.items()) if url not in there}

    def _known(self) -> Known:
        try:
            with open(self._file, encoding="utf-8") as file:
                content = json.load(file)
            if content["place"] != self._mark():  # it speaks of another one
                return Known(moved=True)
            return Known(bool(content["first"]), {NotePath(path): str(url) for path, url in content["owed"].items()})
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return Known()

    def _mark(self) -> str:
        """What stands for the place; its address may hold a password."""
        address = getattr(self._place, "address", lambda config: None)(self._config)
        return digest_of(repr(address).encode("utf-8", "surrogatepass"))

    def _remember(self, known: Known) -> None:
        with self._store.writing():
            with open(f"{self._file}.new", "w", encoding="utf-8") as file:
                json.dump({"place": self._mark(), "first": known.first, "owed": dict(known.owed)}, file)
            os.replace(f"{self._file}.new", self._file)
