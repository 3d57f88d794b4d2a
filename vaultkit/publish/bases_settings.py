"""What bases go by, apart from what computes them, which takes a while to load."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from vaultkit.model.record import NamedTuple

if TYPE_CHECKING:
    from vaultkit.config import Publish
    from vaultkit.publish.select import Snapshot


class BaseSettings(NamedTuple):
    """The properties that may be published, in lower case, and the day."""

    properties: frozenset[str] = frozenset()
    now: datetime = datetime.min


NO_PROPERTIES = BaseSettings()


def base_settings(settings: Publish, snapshot: Snapshot) -> BaseSettings:
    """What bases go by in a snapshot."""
    names = frozenset(name.lower() for name in settings.properties)
    return BaseSettings(names, snapshot.now.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None))
