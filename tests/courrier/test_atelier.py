"""The designers' bench: drafts that nobody overwrites, versions, the list."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree
from sqlalchemy.orm import Session

from app.courrier import circuits, journal, journey
from app.courrier.errors import CircuitChange, Introuvable, SaisieRefusee
from engine import Engine
from tests.courrier.atelier import atelier
from tests.courrier.marche import engine, recu

__all__ = ["engine"]

DRAWN = (Path(__file__).parents[2] / "processes/arrivee.bpmn").read_bytes()
OTHER = DRAWN.replace(b'name="Annoter"', b'name="Etudier"')


def commencer(session: Session, nom: str, now: datetime, source: bytes | None = None) -> circuits.atelier.Brouillon:
    return circuits.commencer(session, nom, par="sacha", now=now, source=source)


def enregistrer(session: Session, source: bytes, revision: int, now: datetime, par: str = "sacha") -> int:
    return circuits.enregistrer(session, "arrivee", source, revision=revision, par=par, now=now)


@pytest.mark.parametrize("nom", ["Demande de logement", "Été & <hiver> \"à deux\"", "a"])
def test_a_blank_sheet_is_a_diagram_with_its_name(session: Session, now: datetime, nom: str) -> None:
    draft = commencer(session, nom, now)
    process = etree.fromstring(draft.source).find("{*}process")
    assert process is not None
    assert (process.get("id"), process.get("isExecutable")) == (draft.cle, "true")
    assert (draft.nom, draft.revision, draft.modifie_par) == (nom, 1, "sacha")
    assert [line.acte for line in journal.lire(session, f"circuit:{draft.cle}")] == ["dessiner"]
    assert circuits.ouvrir(session, draft.cle) == (draft.source, 1)


@pytest.mark.parametrize("nom", ["", "   ", "3e étage", "…", "a" * 201])
def test_a_name_gives_a_key(session: Session, now: datetime, nom: str) -> None:
    with pytest.raises(SaisieRefusee) as refusal:
        commencer(session, nom, now)
    assert list(refusal.value.erreurs) == ["nom"]


def test_a_key_is_given_once(session: Session, engine: Engine, now: datetime) -> None:
    assert commencer(session, "Élus locaux", now).cle == "elus-locaux"
    for nom in ("elus LOCAUX", "Arrivée", "information"):
        with pytest.raises(SaisieRefusee, match="porte déjà la clé"):
            commencer(session, nom, now)


def test_a_draft_follows_its_revisions(session: Session, engine: Engine, now: datetime) -> None:
    assert circuits.ouvrir(session, "arrivee") == (DRAWN, -1)
    assert enregistrer(session, OTHER, -1, now) == 1
    assert circuits.ouvrir(session, "arrivee") == (OTHER, 1)
    assert enregistrer(session, DRAWN, 1, now, par="alix") == 2
    for revision in (-1, 0, 1, 3):
        with pytest.raises(CircuitChange, match="Alix Morel"):
            enregistrer(session, OTHER, revision, now)
    with pytest.raises(Introuvable):
        circuits.enregistrer(session, "lune", OTHER, revision=-1, par="sacha", now=now)
    with pytest.raises(Introuvable):
        circuits.ouvrir(session, "lune")


def test_a_deployment_takes_the_draft_away_and_refuses_the_late(session: Session, engine: Engine, now: datetime) -> None:
    enregistrer(session, OTHER, -1, now)
    done = journey.deployer(session, engine, "arrivee", OTHER, revision=1, par="sacha", now=now)
    assert done.definition is not None
    assert done.definition.version == 2
    assert circuits.ouvrir(session, "arrivee") == (OTHER, -2)
    assert circuits.publie(session, "arrivee", 1).source == DRAWN
    for late in (-1, 1):
        with pytest.raises(CircuitChange, match="Sacha Le Goff"):
            journey.deployer(session, engine, "arrivee", DRAWN, revision=late, par="alix", now=now)
    with pytest.raises(Introuvable):
        circuits.publie(session, "arrivee", 9)
    lines = [line for line in journal.lire(session, "circuit:arrivee") if line.acte == "deployer"]
    assert [journal.details(line)["version"] for line in lines] == [2]


def test_a_refused_deployment_leaves_everything_as_it_was(session: Session, engine: Engine, now: datetime) -> None:
    enregistrer(session, OTHER, -1, now)
    refused = journey.deployer(session, engine, "arrivee", b"<rien/>", revision=1, par="sacha", now=now)
    assert refused.definition is None
    assert [finding.level for finding in refused.findings].count("erreur") >= 1
    assert circuits.ouvrir(session, "arrivee") == (OTHER, 1)
    assert journal.lire(session, "circuit:arrivee") == []


def test_two_designers_at_once_and_one_is_told(session: Session, engine: Engine, now: datetime, database_url: str) -> None:
    with atelier(database_url) as other:
        circuits.ouvrir(other, "arrivee")
        other.rollback()
        enregistrer(session, OTHER, -1, now)
        session.commit()
        with pytest.raises(CircuitChange):
            enregistrer(other, DRAWN, -1, now, par="alix")


def test_the_list_tells_versions_drafts_and_courriers_under_way(session: Session, engine: Engine, now: datetime) -> None:
    recu(session, engine, now=now)
    enregistrer(session, OTHER, -1, now + timedelta(days=1))
    commencer(session, "Été", now)
    session.commit()
    sheets = {sheet.cle: sheet for sheet in circuits.fiches(session)}
    assert [sheet.nom for sheet in circuits.fiches(session)] == ["Courrier arrivé", "Courrier pour information", "Été"]
    arrival, summer = sheets["arrivee"], sheets["ete"]
    assert (arrival.version, arrival.deploye_par, arrival.en_cours) == (1, "sacha", 1)
    assert arrival.brouillon is not None
    assert (summer.version, summer.deploye_le, summer.en_cours) == (None, None, 0)
    assert sheets["information"].brouillon is None
