"""Publishing files to a place, without notes: what a place sees is a folder, its manifest and a plan."""

import os

from publish.publisher import publish
from vaultkit.config import TargetConfig
from vaultkit.publish.place import Delivery
from vaultkit.publish.plan import Plan
from vaultkit.publish.select import PublishSet
from vaultkit.publish.store import Store
from vaultkit.schema.validated import validated


class Sender:
    """Publishes files to a folder, and brings them to a place."""

    def __init__(self, place, where, kind, vault="", **options):
        self.place, self.output, self.vault = place, os.path.join(where, "local"), str(vault)
        self.config = validated(TargetConfig, {"kind": kind, **options})

    def send(self, wanted, force=False):
        """Bring files, by path; what is told."""
        self.place.check(self.config, self.vault)
        return self.place.deliver(self.delivery(self.published(wanted), force), self.config)

    def foresee(self, wanted):
        """What would be told."""
        self.place.check(self.config, self.vault)
        return self.place.foresee(self.delivery(self.published(wanted)), self.config)

    def published(self, wanted):
        """Publish files to the folder alone; the plan."""
        data = {path: item.encode() if isinstance(item, str) else item for path, item in wanted.items()}
        return publish(self.output, data)

    def delivery(self, files, force=False):
        """What the place is given."""
        store = Store(self.output)
        manifest = store.live().manifest
        plan = Plan(PublishSet({}, {}), files, tuple(manifest.notes), (), (), (), None, manifest, ())
        return Delivery(store.output, store.home, self.vault, manifest, plan, force)
