"""The vault: every original byte for byte, under the name of its own sha256, on any store fsspec knows."""

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, cast

from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from app.courrier.errors import Introuvable
from app.courrier.ports import Range

_DIGEST = re.compile(r"[0-9a-f]{64}")
_BLOCK = 1 << 20
_SPOOLED_IN_MEMORY = 16 << 20


class Vault:
    """Originals addressed by digest: `put` returns only once they are on the disk, and may be called twice."""

    def __init__(self, url: str) -> None:
        """`url`: a folder as fsspec writes it, `file:///srv/documents` for instance."""
        self._fs, root = url_to_fs(url)
        self._root = str(root).rstrip("/")
        self._local = isinstance(self._fs, LocalFileSystem)

    def put(self, data: bytes | BinaryIO) -> Range:
        """Keep these bytes; the same bytes again heal a damaged copy and change nothing else."""
        source = BytesIO(data) if isinstance(data, bytes) else data
        return self._put_local(source) if self._local else self._put_remote(source)

    def open(self, sha256: str) -> BinaryIO:
        """A file open for reading; `Introuvable` when nothing is kept under this digest."""
        try:
            return cast(BinaryIO, self._fs.open(self._path(sha256), "rb"))
        except FileNotFoundError:
            raise Introuvable(quoi="Le fichier d’origine de cette pièce") from None

    def get(self, sha256: str) -> bytes:
        """The bytes kept under this digest; `Introuvable` when there are none."""
        with self.open(sha256) as source:
            return source.read()

    def has(self, sha256: str) -> bool:
        """Tell whether something is kept under this digest."""
        return bool(_DIGEST.fullmatch(sha256)) and bool(self._fs.exists(self._path(sha256)))

    def verify(self, sha256: str) -> bool:
        """Read the kept bytes again and tell whether they still have the digest they were filed under."""
        digest = hashlib.sha256()
        with self.open(sha256) as source:
            for block in _blocks(source):
                digest.update(block)
        return digest.hexdigest() == sha256

    def _path(self, sha256: str) -> str:
        """Only 64 hexadecimal digits ever become a path, so no name can leave the folder."""
        if not _DIGEST.fullmatch(sha256):
            raise Introuvable(quoi="Le fichier d’origine de cette pièce")
        return f"{self._root}/{sha256[:2]}/{sha256[2:4]}/{sha256}"

    def _put_local(self, source: BinaryIO) -> Range:
        root = Path(self._root)
        _make_folder(root)
        handle, name = tempfile.mkstemp(prefix=".depot-", dir=root)
        try:
            with os.fdopen(handle, "wb") as target:
                kept = _copy(source, target)
                target.flush()
                os.fsync(target.fileno())
            final = Path(self._path(kept.sha256))
            _make_folder(final.parent)
            # A rename within one file system is atomic: no reader ever sees half a file.
            Path(name).replace(final)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _sync_folder(final.parent)
        return kept

    def _put_remote(self, source: BinaryIO) -> Range:
        with tempfile.SpooledTemporaryFile(max_size=_SPOOLED_IN_MEMORY) as spool:
            kept = _copy(source, cast(BinaryIO, spool))
            path = self._path(kept.sha256)
            if self._fs.exists(path) and self._fs.size(path) == kept.taille:
                return kept
            spool.seek(0)
            self._fs.makedirs(path.rpartition("/")[0], exist_ok=True)
            with self._fs.open(path, "wb") as target:
                shutil.copyfileobj(spool, target, _BLOCK)
        return kept


def _copy(source: BinaryIO, target: BinaryIO) -> Range:
    digest, size = hashlib.sha256(), 0
    for block in _blocks(source):
        digest.update(block)
        target.write(block)
        size += len(block)
    return Range(sha256=digest.hexdigest(), taille=size)


def _blocks(source: BinaryIO) -> Iterator[bytes]:
    while block := source.read(_BLOCK):
        yield block


def _make_folder(folder: Path) -> None:
    """Make a folder whose very existence survives a power cut: each new entry is synced in its parent."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
