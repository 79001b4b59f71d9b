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

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.courrier.errors import SauvegardeImpossible
from app.courrier.tables import Depot, Piece
from app.wiring import Parts

MANIFEST = "MANIFESTE.sha256"
KEYS = ("secret_key", "autorite")


def save(session: Session, parts: Parts, folder: Path) -> int:
    """Write the copy into `folder`, which must be new or empty, and return how many files it holds; check it by
    `sha256sum -c MANIFESTE.sha256`. Raises `SauvegardeImpossible`."""
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
    return _manifest(folder)


def _database(engine: Engine, folder: Path) -> None:
    if engine.dialect.name == "sqlite":
        with sqlite3.connect(str(engine.url.database)) as source, sqlite3.connect(folder / "base.db") as target:
            source.backup(target)
        return
    tool = shutil.which("pg_dump")
    if tool is None:
        raise SauvegardeImpossible(motif="pg_dump est introuvable ; installez le paquet postgresql-client")
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    # By the environment, not the command line: whoever lists the processes must not read the password.
    command = [tool, "--format=custom", "--file", str(folder / "base.dump"), "--dbname", url.replace(str(engine.url.password), "")]
    done = subprocess.run(command, env={**os.environ, "PGPASSWORD": str(engine.url.password or "")}, capture_output=True,
                          text=True, check=False)
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
