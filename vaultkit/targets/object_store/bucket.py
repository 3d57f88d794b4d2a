"""A folder in a bucket, through fsspec; whatever goes wrong there becomes one message."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from vaultkit.errors import SetupError, TargetError, VaultkitError
from vaultkit.publish.ledger import LEDGER
from vaultkit.targets.object_store import disk

if TYPE_CHECKING:
    from vaultkit.targets.object_store import ObjectStoreOptions
    from vaultkit.targets.object_store.headers import Served

_S3 = ("s3", "s3a")
_SECONDS = 30
_ATTEMPTS = 4
"""How long a store may take for an answer, and how often it is asked."""
_NO_CREDENTIALS = frozenset(("NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError"))
_NO_SERVER = ("EndpointConnectionError", "ConnectTimeoutError", "ConnectionClosedError", "ClientConnectorError")


class Bucket:
    """A folder in a bucket. Nothing is asked before it is needed. Every method raises SetupError or TargetError.

    Raises SetupError when the address cannot be used or a package for it is missing.
    """

    def __init__(self, options: ObjectStoreOptions) -> None:
        self.shown = options.url
        scheme, mark, rest = options.url.partition("://")
        if not mark or "::" in options.url or not rest.strip("/") or ".." in rest.split("/"):
            raise SetupError(f"`{options.url}` is no address of a bucket", do="write it as `s3://bucket/folder`")
        self._scheme = scheme.lower()
        self._is_local = self._scheme in ("file", "local")
        self._files, root = self._opened(options)
        self._root = root.rstrip("/")

    def _opened(self, options: ObjectStoreOptions) -> tuple[Any, str]:
        try:
            from fsspec.core import url_to_fs
        except ImportError as error:
            raise _missing() from error
        given: dict[str, Any] = {"use_listings_cache": False}
        if self._scheme in _S3:
            client = {"endpoint_url": options.endpoint_url or None, "region_name": options.region or None}
            given["client_kwargs"] = {key: value for key, value in client.items() if value}
            given["config_kwargs"] = {
                "connect_timeout": 10,
                "read_timeout": _SECONDS,
                "retries": {"mode": "standard", "total_max_attempts": _ATTEMPTS},
            }
            given |= {"profile": options.profile} if options.profile else {}
        with self._reached():
            try:
                files, root = url_to_fs(options.url, **given)
            except ValueError as error:
                raise SetupError(f"`{options.url}` is no address of a bucket: {error}") from error
        if self._scheme in _S3:
            files.retries = 1  # on top of those, s3fs would try each five times
        return files, str(root)

    def check(self, vault: str) -> None:
        """Raise SetupError when there is no such bucket, or when it is a folder of the vault (a path)."""
        if self._is_local and vault:
            root, here = os.path.realpath(vault), os.path.realpath(self._root)
            if os.path.commonpath((root, here)) in (root, here):
                raise SetupError("nothing is published into the vault", where=self.shown, do="name a folder outside it")
        if self.read(LEDGER) is None and self._scheme in _S3:
            with self._reached():
                if not self._files.exists(self._root.partition("/")[0]):
                    raise SetupError("there is no such bucket", where=self.shown, do="make it, or correct `url`")

    def clean(self) -> None:
        """Take away what a run that was killed left half done."""
        if self._is_local:
            with self._reached():
                disk.clean(self._root)

    def read(self, path: str) -> bytes | None:
        """An object, None when there is none."""
        with self._reached():
            try:
                return bytes(self._files.cat_file(self._at(path)))
            except FileNotFoundError:
                return None

    def list(self) -> dict[str, str]:
        """All objects by path, with what tells whether one is still the same; ours is left out."""
        with self._reached():
            found = self._files.find(self._root, detail=True)
        start = len(self._root) + 1
        there = {str(name)[start:]: _mark(about) for name, about in found.items()}
        there.pop(LEDGER, None)
        return {path: mark for path, mark in there.items() if not (self._is_local and disk.is_coming(path))}

    def check_way(self, paths: Iterable[str]) -> None:
        """Raise TargetError when in a folder of this machine something stands where these files need folders."""
        if found := disk.in_the_way(self._root, paths) if self._is_local else ():
            names = ", ".join(f"`{path}`" for path in found[:3])
            raise TargetError(
                f"{names} there is no file or folder of vaultkit's, so nothing was changed",
                where=self.shown,
                do="move it away; links are never followed",
            )

    def put(self, path: str, data: bytes, served: Served) -> None:
        """Write an object."""
        with self._reached(path):
            if self._scheme in _S3:
                headers = {"ContentType": served.content_type, "CacheControl": served.cache}
                self._files.pipe_file(self._at(path), data, **headers)
            elif self._is_local:
                disk.put(self._root, path, data)
            else:
                self._files.pipe_file(self._at(path), data)

    def delete(self, path: str) -> None:
        """Delete an object; one that is gone already is no trouble."""
        with self._reached(path):
            try:
                self._files.rm_file(self._at(path))
            except FileNotFoundError:
                return

    def _at(self, path: str) -> str:
        return f"{self._root}/{path}"

    @contextmanager
    def _reached(self, path: str = "") -> Iterator[None]:
        where = f"{self.shown.rstrip('/')}/{path}" if path else self.shown
        try:
            yield
        except VaultkitError:
            raise
        except ImportError as error:
            raise _missing(str(error)) from error
        except Exception as error:
            raise _told(error, where) from error


def _missing(words: str = "") -> SetupError:
    what = "buckets need packages that are not installed" + (f": {words}" if words else "")
    return SetupError(what, do="`pip install 'vaultkit[cloud]'`; stores that are not S3 need a package of their own")


def _told(error: Exception, where: str) -> VaultkitError:
    """What went wrong, for a person. fsspec has many makers, and each raises what it likes."""
    chain = [error, *filter(None, (error.__cause__, error.__context__))]
    kinds = {type(item).__name__ for item in chain}
    words = str(error).partition("\n")[0] or type(error).__name__
    if kinds & _NO_CREDENTIALS:
        do = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a `profile` of ~/.aws"
        return SetupError("nobody said who may write there: there are no credentials", where=where, do=do)
    if "ProfileNotFound" in kinds:
        return SetupError(words, where=where, do="`aws configure list-profiles` tells which there are")
    if isinstance(error, PermissionError):
        do = "see whether the credentials are right, and may list, read, write and delete there"
        return TargetError(f"the store refuses: {words}", where=where, do=do)
    if isinstance(error, FileNotFoundError):
        return SetupError("there is no such bucket", where=where, do="make it, or correct `url`")
    if kinds & set(_NO_SERVER):
        return TargetError(f"the store cannot be reached: {words}", where=where, do="the next publish goes on")
    return TargetError(f"the store failed: {words}", where=where, do="the next publish goes on from here")


def _mark(about: dict[str, Any]) -> str:
    """What tells whether an object is still the same."""
    named = next(
        (str(about[key]).strip('"') for key in ("ETag", "etag", "md5Hash", "content_md5") if about.get(key)), ""
    )
    return named or f"{about.get('size')} {about.get('mtime') or about.get('created') or ''}"
