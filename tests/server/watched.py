"""A vault that is looked after in the process of the test, look by look, with its preview."""

from contextlib import contextmanager

from server.naive import SECRET
from vaultkit.server.preview import Preview
from vaultkit.server.status.board import Board
from vaultkit.vault.settings import load_config
from vaultkit.watching.keeper import Keeper
from vaultkit.watching.standing import Standing

CONFIG = "publish:\n  select: { path: 'Public/**' }\n"
PRIVATE = f"Here is [[{SECRET}]].\n"


class Watched:
    """A vault at `root` (made), published to `site`; `look` tells the preview what there is now."""

    def __init__(self, folder, notes):
        from vaultkit.publish.outcome import outcome
        from vaultkit.publisher import outputs

        self.root, self.site = folder / "vault", folder / "vault-site"
        for path, text in {"vaultkit.yaml": CONFIG, **notes}.items():
            self.write(path, text)

        def publish(session):
            return [outcome(session.publish, *item) for item in outputs(session.config, session.root)]

        self._keeper = Keeper(str(self.root), lambda: load_config(str(self.root)), publish)
        self.opened = []
        self.standing = Standing(str(self.root))
        self.board = Board(self.standing)
        self.preview = Preview(str(self.site), self.board, used=self._used)

    def _used(self, in_time):
        self.opened.append((in_time, self.preview.invitation))

    def write(self, path, text):
        """Save a note."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")

    def look(self):
        """Have a look at the vault."""
        for event in self._keeper.look():
            self.standing(event)
            self.preview.heard(event)

    def close(self):
        """End it all."""
        self.preview.stop()
        self._keeper.close()


@contextmanager
def watched(folder, notes):
    """The vault with these notes, looked at once, and its preview running."""
    made = Watched(folder, notes)
    made.preview.start()
    try:
        made.look()
        yield made
    finally:
        made.close()
