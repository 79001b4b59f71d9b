"""Circuits, decision tables and forms edited as files: checked, then deployed together."""

import getpass
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from app.courrier import journal
from app.db import db, transaction
from app.web.context import parts
from app.wiring import Parts
from engine import Finding

circuits = AppGroup("circuits", help="Circuits, tables de décision et formulaires.")
files = click.argument("fichiers", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
# A circuit names its forms and tables: they must be there first.
ORDER = {".form": "form", ".dmn": "dmn", ".bpmn": "bpmn"}


@circuits.command("check")
@files
def check(fichiers: tuple[Path, ...]) -> None:
    """Dire tout ce qui manque ou bloque, sans rien déployer ; les fichiers donnés ensemble se connaissent."""
    faults: list[Finding] = []
    session = db.session()
    for path, kind in _sorted(fichiers):
        # Deployed for the length of this command, so that a circuit finds the forms given with it; never committed.
        tried = parts().engine.deploy(session, path.read_bytes(), by="systeme", now=datetime.now(UTC), kind=kind, key=path.stem)
        faults += _told(path, tried.findings)
    session.rollback()
    if any(finding.level == "erreur" for finding in faults):
        raise click.ClickException("À corriger avant de déployer.")


@circuits.command("deploy")
@files
def deploy(fichiers: tuple[Path, ...]) -> None:
    """Déployer : les courriers en cours gardent leur version. Une erreur dans un fichier, et aucun n’est déployé."""
    for path, version, unchanged in deploy_files(parts(), fichiers, by=f"systeme:{getpass.getuser()}", now=datetime.now(UTC)):
        click.echo(f"{path.name} : {'inchangé' if unchanged else 'déployé'}, version {version}.")


def deploy_files(parts: Parts, paths: Iterable[Path], *, by: str, now: datetime) -> list[tuple[Path, int, bool]]:
    """All of them or none; each with its version, and whether it was there already."""
    done = []
    with transaction() as session:
        for path, kind in _sorted(paths):
            deployed = parts.engine.deploy(session, path.read_bytes(), by=by, now=now, kind=kind, key=path.stem)
            if deployed.definition is None:
                _told(path, deployed.findings)
                raise click.ClickException(f"{path.name} : à corriger ; rien n’a été déployé.")
            if not deployed.unchanged:
                journal.noter(session, acteur=by, acte="deployer", sujet=f"circuit:{path.stem}", now=now,
                              version=deployed.definition.version)
            done.append((path, deployed.definition.version, deployed.unchanged))
    return done


def _sorted(paths: Iterable[Path]) -> list[tuple[Path, str]]:
    paths = list(paths)
    unknown = [path.name for path in paths if path.suffix not in ORDER]
    if unknown:
        raise click.ClickException(f"Ni .bpmn, ni .dmn, ni .form : {', '.join(unknown)}.")
    kinds = list(ORDER)
    return [(path, ORDER[path.suffix]) for path in sorted(paths, key=lambda path: (kinds.index(path.suffix), path.name))]


def _told(path: Path, findings: Iterable[Finding]) -> list[Finding]:
    told = list(findings)
    for finding in told:
        where = f"{finding.name or finding.element} : " if finding.element else ""
        click.echo(f"{path.name} : {finding.level} : {where}{finding.message}")
    return told


circuits.add_command(check, "verifier")
circuits.add_command(deploy, "deployer")
