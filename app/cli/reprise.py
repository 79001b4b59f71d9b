"""A folder of old letters, taken in behind the mail of the day; begun again as often as needed."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.courrier import depot
from app.courrier.errors import Illisible
from app.db import db, transaction
from app.web.context import parts

FILES_A_COMMIT = 50


@click.command("reprise")
@click.argument("dossier", type=click.Path(exists=True, file_okay=False, path_type=Path))
@with_appcontext
def reprise(dossier: Path) -> None:
    """Déposer les anciens courriers de DOSSIER ; ceux qui le sont déjà ne le sont pas deux fois.

    Les fichiers du dossier ne sont ni déplacés ni modifiés. Ils sont lus par les ouvriers, après le courrier du jour.
    """
    files = sorted(path for path in dossier.rglob("*") if _taken(path, dossier))
    deposited, heavy = 0, []
    with click.progressbar(length=len(files), label="Reprise") as bar:
        for batch in _batches(files):
            heavy += [path for path in batch if path.stat().st_size > parts().config.max_upload]
            with transaction():
                deposited += sum(_deposit(path) for path in batch if path not in heavy)
            bar.update(len(batch))
    already = len(files) - deposited - len(heavy)
    click.echo(f"{deposited} fichiers déposés, {already} qui l’étaient déjà ; {_waiting()} en attente de lecture.")
    for path in heavy:
        click.echo(f"Trop lourd, laissé de côté : {path} ({path.stat().st_size / 1e6:.0f} Mo)", err=True)


def _taken(path: Path, folder: Path) -> bool:
    """Whole regular files; nothing hidden, and no link that could lead out of the folder."""
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return path.is_file() and not path.is_symlink() and not hidden


def _batches(files: Sequence[Path]) -> Iterator[list[Path]]:
    left = iter(files)
    while batch := list(islice(left, FILES_A_COMMIT)):
        yield batch


def _deposit(path: Path) -> bool:
    """Deposit one file, dated as it is; whether it was not there yet."""
    data = path.read_bytes()
    # In the vault first: a crash before the commit leaves bytes that nothing names, and the next run finds them there.
    kept = parts().coffre.put(data)
    session = db.session()
    if depot.deja_la(session, kept.sha256):
        return False
    try:
        mime = parts().lecteur.sniff(data)
    except Illisible:
        mime = "application/octet-stream"
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    depot.deposer(
        session, coffre_range=kept, nom=path.name, mime=mime, canal="papier", par="systeme", now=datetime.now(UTC),
        recu_le=written, differe=True,
    )
    return True


def _waiting() -> int:
    return depot.compter(db.session())["a_lire"]
