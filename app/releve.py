"""Collecting mailboxes and watched folders: vaulted, committed, only then said to the source; a crash between doubles nothing."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime

from app import disque
from app.courrier import collecte
from app.courrier.errors import Illisible, PriseImpossible, ReleveImpossible
from app.courrier.ports import Attente, Source
from app.courrier.tables import Boite
from app.db import db, transaction
from app.wiring import Parts

logger = logging.getLogger(__name__)
PAR_RELEVE = 200
"""Things taken in one collection: those that wait behind are for the next one, and no box makes the others wait for hours."""

EML = "message/rfc822"


@dataclass(frozen=True, kw_only=True)
class Bilan:
    """What a collection did: new depots, things known already, those that had to be left with why, or why it failed."""

    pris: int = 0
    connus: int = 0
    refuses: tuple[str, ...] = ()
    erreur: str = ""


def utc() -> datetime:
    """The present."""
    return datetime.now(UTC)


def dues(parts: Parts, *, fichiers: bool) -> int:
    """Collect each box that is due, mailboxes or folders; how many."""
    boites = collecte.a_relever(db.session(), fichiers=fichiers, now=utc())
    for boite_id in boites:
        try:
            relever(parts, boite_id)
        except Exception:
            # One box's surprise must not hold back the others.
            logger.exception("la boîte %s n’a pas pu être relevée", boite_id)
            with transaction() as session:
                collecte.echouee(session, boite_id, collecte.IMPREVU, now=utc())
    return len(boites)


def relever(parts: Parts, boite_id: int, *, clock: Callable[[], datetime] = utc) -> Bilan | None:
    """Collect one box; None when another is at it."""
    with transaction() as session:
        boite = collecte.reserver(session, boite_id, now=clock())
    if boite is None:
        return None
    position, refuses = boite.position, list[str]()
    try:
        with _ouverte(parts, boite) as source:
            try:
                bilan = _vider(parts, boite, source, refuses, clock)
            finally:
                # A server that always stops half-way is asked each time for what comes next, not for the same again.
                position = source.position
    except ReleveImpossible as refus:
        with transaction() as session:
            collecte.echouee(session, boite_id, refus.motif, position=position, refuses=tuple(refuses), now=clock())
        return Bilan(erreur=refus.motif, refuses=tuple(refuses))
    with transaction() as session:
        collecte.relevee(session, boite_id, position=position, pris=bilan.pris, refuses=bilan.refuses, now=clock())
    return bilan


def essayer(parts: Parts, boite: Boite) -> int:
    """Open a box and leave everything as it is; how many things wait there. `ReleveImpossible`."""
    with _ouverte(parts, boite) as source:
        return len(source.attente(PAR_RELEVE))


def _ouverte(parts: Parts, boite: Boite) -> AbstractContextManager[Source]:
    numero, ancien = boite.id, boite.jeton

    def renouvele(jeton: str) -> None:
        """At once: the refresh token that it replaces may serve no more."""
        with transaction() as session:
            collecte.renouveler(session, numero, ancien, parts.cachette.cacher(jeton))

    return parts.relais.ouvrir(collecte.ouverture(boite, parts.cachette), position=boite.position, renouvele=renouvele)


def _vider(parts: Parts, boite: Boite, source: Source, refuses: list[str], clock: Callable[[], datetime]) -> Bilan:
    """Take what waits; `refuses` gets what had to be left, in words, which is to be told even if the source fails behind it."""
    pris = connus = 0
    for attente in source.attente(PAR_RELEVE):
        try:
            contenu = source.lire(attente)
        except PriseImpossible as refus:
            if refus.definitif:
                refuses.append(f"{attente.lieu} : {refus.motif}.")
                source.refuser(attente, refus.motif)
            continue
        neuf = _prendre(parts, boite, attente, contenu, clock)
        pris, connus = pris + neuf, connus + (not neuf)
        source.pris(attente)
    return Bilan(pris=pris, connus=connus, refuses=tuple(refuses))


def _prendre(parts: Parts, boite: Boite, attente: Attente, contenu: bytes, clock: Callable[[], datetime]) -> bool:
    """Vault it, commit its row; whether it is new. Only after this may its source hear of it."""
    try:
        rangee = parts.coffre.put(contenu)
    except OSError as faute:
        if not disque.plein(faute):
            raise
        raise ReleveImpossible(motif=collecte.SANS_PLACE) from faute
    if attente.nom:
        identite, mime = collecte.fichier(boite.id, attente.nom, rangee.sha256), _mime(parts, contenu)
    else:
        identite, mime = collecte.message(contenu), EML
    with transaction() as session:
        arrive = collecte.prendre(
            session, boite, attente, identite, coffre_range=rangee, mime=mime, canal="courriel" if mime == EML else "papier",
            now=clock(),
        )
    return arrive is not None


def _mime(parts: Parts, contenu: bytes) -> str:
    try:
        return parts.lecteur.sniff(contenu)
    except Illisible:
        return "application/octet-stream"
