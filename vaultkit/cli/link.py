"""`vaultkit link`: the link that Obsidian would write."""

from __future__ import annotations

import argparse
import sys

from vaultkit.cli._command import Command
from vaultkit.cli._vault import root_of
from vaultkit.errors import SetupError


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `link`."""
    add = parser.add_argument
    add("--from", dest="source", metavar="NOTE", required=True, help="the note that the link is for, as a vault path")
    add("--to", metavar="FILE", required=True, help="the file that it opens, as a vault path")
    add("--subpath", metavar="S", default="", help="a heading, or ^id for a block")
    add("--display", metavar="TEXT", default="", help="the text to show")
    add("--embed", action="store_true", help="embed the file")


def run(args: argparse.Namespace) -> int:
    """Print the link text."""
    from vaultkit.cli._vault import unchecked
    from vaultkit.index.link_text import LinkStyle, write_link
    from vaultkit.model.note import NotePath
    from vaultkit.vault.obsidian import ObsidianSettings

    root = root_of(args)
    session = unchecked(args, root)
    settings = ObsidianSettings.load(root)
    for path in (args.source, args.to):
        if path not in session.index.files:
            raise SetupError("there is no such file in the vault", where=path, do="give a path relative to the vault")
    style = LinkStyle(settings.new_link_format, settings.use_markdown_links)
    source, to = NotePath(args.source), NotePath(args.to)
    link = write_link(session.index, source, to, style, subpath=args.subpath, display=args.display, embed=args.embed)
    sys.stdout.write(link + "\n")
    return 0


link = Command("print the link to a file as Obsidian would write it", arguments, run)
