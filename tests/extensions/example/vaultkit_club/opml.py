"""An outline of all published notes, as OPML, which outliners and podcast players read."""

from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import quoteattr

from vaultkit import (
    Edition,
    Layout,
    NotePath,
    Notice,
    Output,
    PublishedNote,
    PublishSettings,
    TargetConfig,
    TargetOptions,
)


class Options(TargetOptions):
    """The keys of the target."""

    owner: str = ""


class Opml:
    """One file, `outline.opml`."""

    options = Options
    style = "vaultkit"

    def layout(self, notes: Mapping[NotePath, PublishedNote], config: TargetConfig) -> Layout:
        """As on a site."""
        return Layout(notes)

    def notices(self, edition: Edition, config: TargetConfig) -> Iterable[Notice]:
        """Nothing."""
        return ()

    def outputs(self, edition: Edition, config: TargetConfig, publish: PublishSettings) -> Iterator[Output]:
        """The outline."""
        lines = [
            f"<outline text={quoteattr(page.title)} url={quoteattr(config.base_url + page.url)}/>"
            for page in edition.pages.values()
        ]
        owner = config.options(Options).owner
        head = f"<head><title>{config.title}</title><ownerName>{owner}</ownerName></head>"
        text = "\n".join(['<opml version="2.0">', head, "<body>", *lines, "</body>", "</opml>\n"])
        yield Output("outline.opml", text.encode())

    def literals(self) -> str:
        """What the target says by itself."""
        return "opml version head title ownerName body outline text url"


club_opml = Opml()
