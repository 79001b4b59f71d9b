"""A copy of everything that cannot be made again: the database, the originals, the keys; with the digest of each file.

The database first, then the originals: they are kept before any row names them and never change, so the copy is whole
however busy the day.
"""

import hashlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import URL, Engine, select
from sqlalchemy.orm import Session

from app.courrier.errors import SauvegardeImpossible
from app.courrier.tables import Depot, Piece
from app.wiring import Parts

MANIFEST = "MANIFESTE.sha256"
KEYS = ("secret_key", "autorite")


def save(session: Session, parts: Parts, folder: Path) -> int:
    """Write the copy into `folder`, new or empty, and return how many files it holds; raises `SauvegardeImpossible`.

    `sha256sum -c MANIFESTE.sha256` checks it.
    """
    if folder.exists() and any(folder.iterdir()):
        raise SauvegardeImpossible(motif=f"le dossier {folder} n’est pas vide")
    (folder / "documents").mkdir(parents=True, mode=0o700, exist_ok=True)
    engine = session.get_bind()
    assert isinstance(engine, Engine)  # noqa: S101  # a session of the application
    _database(engine, folder)
    for sha256 in _originals(session):
        (folder / "documents" / sha256).write_bytes(parts.coffre.get(sha256))
    for name in KEYS:
        _copy(parts.config.instance / name, folder / "cles" / name)
    if parts.config.certificats:
        _copy(parts.config.certificats, folder / "cles" / "certificats")
    return _manifest(folder)


def _database(engine: Engine, folder: Path) -> None:
    if engine.dialect.name == "sqlite":
        with sqlite3.connect(str(engine.url.database)) as source, sqlite3.connect(folder / "base.db") as target:
            source.backup(target)
        return
    tool = shutil.which("pg_dump")
    if tool is None:
        raise SauvegardeImpossible(motif="pg_dump est introuvable ; installez le paquet postgresql-client")
    url = engine.url
    address = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    # The password by the environment: whoever lists the processes of the machine must not read it.
    done = subprocess.run(  # noqa: S603  # our own words, no shell
        [tool, "--format=custom", "--file", str(folder / "base.dump"), "--dbname", address.render_as_string()],
        env={**os.environ, "PGPASSWORD": url.password or ""}, capture_output=True, text=True, check=False,
    )
    if done.returncode:
        raise SauvegardeImpossible(motif=done.stderr.strip())


def _originals(session: Session) -> Iterator[str]:
    yield from session.scalars(select(Piece.sha256).union(select(Depot.sha256)))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    elif source.exists():
        shutil.copy2(source, target)


def _manifest(folder: Path) -> int:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n" for path in files]
    (folder / MANIFEST).write_text("".join(lines), "utf-8")
    return len(files)
