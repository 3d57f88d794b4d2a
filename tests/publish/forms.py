"""A form other than the site, in a folder of its own, and what the site would show of the same notes."""

from publish.vaults import Site, snapshot
from vaultkit.config import Publish, TargetConfig
from vaultkit.publish.assets import Shelf
from vaultkit.publish.place import destination
from vaultkit.schema.validated import validated


class Form(Site):
    """A folder that a vault is published to in some form; with the slug style that comes with the form."""

    def __init__(self, folder, kind, *, style="", select=None, properties=(), **target):
        form = destination(validated(TargetConfig, {"kind": kind, **target})).form
        given = {"slug": {"style": style or form.style}} | ({"select": select} if select else {})
        more = {"properties": (*Publish().properties, *properties)}
        super().__init__(folder, printer=form, target={"kind": kind, **target}, **given, **more)

    def edition(self, vault, **given):
        """The edition of what was published last."""
        live = self.store.live()
        taken = snapshot(vault, **given)
        return self.press.proof(taken, live, Shelf(taken, live.manifest)).edition

    def text_of(self, path):
        """A file as text."""
        return self.files()[path].decode()
