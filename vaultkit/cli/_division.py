"""A check whose work is divided: with the machines of a cluster, or among several runs of which each does a part."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vaultkit.errors import SetupError

if TYPE_CHECKING:
    from vaultkit.model.shard import Shard
    from vaultkit.session import Session


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of a command that can divide its work."""
    add = parser.add_argument
    add("--shard", metavar="K/N", help="check the K-th of N parts of the notes; `vaultkit merge` joins the reports")
    add("--executor", metavar="URL", help="have a Dask cluster (dask://HOST:PORT) parse the notes")


def expect_sense(args: argparse.Namespace) -> None:
    """Raise SetupError when a part of the notes is to be checked and something else needs all."""
    if not args.shard:
        return
    for name in ("fix", "diff", "watch", "write_baseline"):
        if getattr(args, name):
            option = f"--{name.replace('_', '-')}"
            raise SetupError(f"{option} needs the findings of all notes", do="leave out --shard")
    _shard(args.shard)


@contextmanager
def divided(args: argparse.Namespace, session: Session) -> Iterator[None]:
    """Have the session's first look divide its work as the options say. Raises SetupError."""
    if args.shard:
        session.shard = _shard(args.shard)
    if not args.executor:
        yield
        return
    from vaultkit.cluster import connected

    with connected(args.executor) as cluster:
        session.reading = cluster.reading
        yield


def _shard(written: str) -> Shard:
    from vaultkit.model.shard import Shard

    number, _, of = written.partition("/")
    if not (number.isascii() and number.isdigit() and of.isascii() and of.isdigit() and 1 <= int(number) <= int(of)):
        raise SetupError(f"`{written}` is no part of a vault", do="write --shard 1/4 for the first of four parts")
    return Shard(int(number), int(of))
