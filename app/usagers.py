"""Slow work about what usagers send: their words set on pages, their files read, their receipt sent by e-mail."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app import jointes, preuves
from app.courrier import demandes, depot
from app.courrier.ports import Lecture, Range
from app.courrier.tables import Demande, Depot, dues
from app.db import Session, db, transaction
from app.wiring import Parts

logger = logging.getLogger(__name__)
SUIVRE = "/suivre"


@dataclass(frozen=True, kw_only=True)
class Preparee:
    """A demand ready to be read: its letter in the vault, and what was read of the files that came along."""

    demande: Demande
    original: Range
    lues: Mapping[int, Lecture]


def preparer(parts: Parts, pris: Depot, suivi: jointes.Suivi) -> Preparee | None:
    """Make a demand ready, nothing when the depot holds none; `Illisible` when its words cannot be set on pages."""
    session = db.session()
    demande = demandes.de(session, pris.id)
    if demande is None:
        return None
    pieces = depot.pieces(session, pris.id)
    originaux = [Range(sha256=piece.sha256, taille=piece.taille) for piece in pieces if piece.genre == "original"]
    return Preparee(
        demande=demande, original=originaux[0] if originaux else _mettre_en_pages(parts, demande),
        lues=jointes.deposees(parts, pris.id, suivi),
    )


def _mettre_en_pages(parts: Parts, demande: Demande) -> Range:
    html = demandes.html(db.session(), demande, organisme=parts.config.organisme.nom)
    pdf = parts.compositeur.pdf(html, titre=str(demande.champs["objet"]), auteur=str(demande.numero))
    return parts.coffre.put(pdf)


def retenir(
    session: Session, pris: Depot, prete: Preparee | None, lues: Sequence[object], *, now: datetime
) -> Sequence[object]:
    """Keep what was made ready; what is proposed to the clerk, typed words before read ones."""
    if prete is None:
        return lues
    demandes.composee(session, pris, prete.original, prete.lues, now=now)
    return demandes.propositions(session, prete.demande, lues)


def accuser(parts: Parts, demande_id: int, *, clock: Callable[[], datetime]) -> None:
    """Send the receipt of a demand and file its proof."""
    with transaction() as session:
        prise = demandes.reserver(session, demande_id, now=clock())
    if prise is None:
        return
    quoi, config, suivre = "l’accusé d’enregistrement de la demande", parts.config, parts.config.base_url + SUIVRE
    preuve = preuves.partir(
        parts, quoi, demande_id,
        lambda: demandes.message(
            db.session(), prise, organisme=config.organisme.nom, expediteur=config.expediteur, suivre=suivre,
        ), table=Demande, echoue=demandes.echouee, imprevu=dues.IMPREVU, clock=clock,
    )  # fmt: skip
    if preuve is not None:
        rangee = preuves.garder(parts, f"{quoi} {demande_id}", preuve)
        with transaction() as session:
            demandes.accusee(session, demande_id, rangee, now=clock())


def oublier(now: datetime) -> None:
    """Forget the tries that were counted in windows that are over."""
    with transaction() as session:
        demandes.oublier(session, now=now)
