"""Templates: those that ship with the program are files, those in use are rows that the town hall may change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import organisation
from app.courrier.errors import Introuvable
from app.courrier.reponse.champs import fusionner, valeurs
from app.courrier.tables import Agent, Courrier, Modele
from app.courrier.tables.absents import inserer_absents
from engine import Phrase

_DOSSIER = Path(__file__).parent.parent / "modeles"


@dataclass(frozen=True, kw_only=True)
class Proposition:
    """What a template gives for one courrier, as plain text to be worked on."""

    modele: str
    objet: str
    corps: str


def semer(session: Session) -> None:
    """Put in the templates that are not there yet; those the town hall changed stay as they are."""
    inserer_absents(session, Modele, [_lire(chemin) for chemin in sorted(_DOSSIER.glob("*.txt"))])


def modeles(session: Session, genre: str) -> list[Modele]:
    """The templates of a genre (reponse, accuse, envoi, mention), by name."""
    return list(session.scalars(select(Modele).where(Modele.genre == genre).order_by(Modele.nom, Modele.id)))


def modele(session: Session, cle: str) -> Modele:
    """One template; `Introuvable`."""
    trouve = session.scalar(select(Modele).where(Modele.cle == cle))
    if trouve is None:
        raise Introuvable(quoi=Phrase("Le modèle «{nom}»", nom=cle))
    return trouve


def proposer(session: Session, courrier: Courrier, cle: str, *, par: str, now: datetime) -> Proposition:
    """A template filled for this courrier, as `par` would sign it off."""
    choisi = modele(session, cle)
    remplis = valeurs(session, courrier, agent=redacteur(session, par), now=now)
    return Proposition(modele=cle, objet=fusionner(choisi.sujet, remplis), corps=fusionner(choisi.corps, remplis))


def redacteur(session: Session, par: str) -> Agent | None:
    """The agent of this name; None for a machine."""
    return None if par in organisation.MACHINES else organisation.agent(session, par)


def _lire(chemin: Path) -> Mapping[str, object]:
    """A file: `nom: …`, `genre: …`, `sujet: …`, a blank line, the text."""
    tete, _, corps = chemin.read_text(encoding="utf-8").partition("\n\n")
    champs = dict(ligne.split(": ", 1) for ligne in tete.splitlines())
    return {
        "cle": chemin.stem, "nom": champs["nom"], "genre": champs["genre"], "sujet": champs.get("sujet", ""),
        "corps": corps.strip(),
    }
