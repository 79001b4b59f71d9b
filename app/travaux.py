"""The slow and the due: claim a row in one transaction, do the outside's work in none, write what came of it in another.

A fault that nobody foresaw is told in the log and counted as a failed try: no row is tried for ever, nor waits without a word.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from app import disque, lectures, preuves, usagers
from app.courrier import (
    apprentissage,
    demandes,
    depot,
    envoi,
    journey,
    recherche,
    relance,
    reponse,
    tenue,
)
from app.courrier.errors import DejaFait, Illisible, IndexIndisponible
from app.courrier.ports import Fiche
from app.courrier.tables import Avertissement, Courrier, Envoi, Reponse, dues
from app.db import DBAPIError, Session, db, transaction
from app.lectures import Clock
from app.wiring import Parts

logger = logging.getLogger(__name__)
TIMERS_A_TICK = 500
MINUTERIE_REPORTEE = timedelta(hours=1)
FICHES_A_BATCH = 100
DEPOTS_A_SWEEP = 20
NON_INDEXE = "le courrier %s n’a pas pu être indexé ; il le sera à son prochain changement"


class Orders(Protocol):
    """Who carries orders to the workers, each with the number of its row."""

    lire: Callable[[int], None]
    lire_ensuite: Callable[[int], None]
    composer: Callable[[int], None]
    envoyer: Callable[[int], None]
    avertir: Callable[[int], None]
    apprendre: Callable[[int], None]
    accuser: Callable[[int], None]
    garder: Callable[[int], None]

    def waiting(self) -> int:
        """How many orders nobody has taken yet."""


def utc() -> datetime:
    """The present."""
    return datetime.now(UTC)


def lire(parts: Parts, depot_id: int, *, clock: Clock = utc) -> None:
    """Read a depot: its pages, what was attached to it, what it proposes; then the letters that it was cut into, if it was."""
    with transaction() as session:
        pris = depot.reserver(session, depot_id, now=clock())
    if pris is None:
        return
    try:
        lettres = lectures.lire(parts, pris, clock=clock)
    except DejaFait:
        logger.info("le dépôt %s a été écarté, ou ses pages ont changé, pendant sa lecture", depot_id)
        return
    for lettre in lettres:
        lire(parts, lettre, clock=clock)


def reveiller(parts: Parts) -> int:
    """Fire the timers that are due, each in a transaction of its own; how many this clock fired."""
    fired = 0
    for timer_id in parts.engine.due(db.session(), now=utc(), limit=TIMERS_A_TICK):
        try:
            with transaction() as session:
                fired += journey.reveiller(session, parts.engine, timer_id, now=utc()) is not None
        except Exception:
            # One that cannot be fired must not hold back those behind it, now nor at the next tick.
            logger.exception("la minuterie %s n’a pas pu être réveillée ; elle le sera de nouveau dans une heure", timer_id)
            _reporter(parts, timer_id)
    return fired


def _reporter(parts: Parts, timer_id: int) -> None:
    try:
        with transaction() as session:
            parts.engine.postpone(session, timer_id, now=utc(), by=MINUTERIE_REPORTEE)
    except Exception:
        logger.exception("la minuterie %s n’a pas pu être reportée", timer_id)


def balayer(orders: Orders) -> None:
    """Give again the orders of due rows that no worker holds, unless orders still wait."""
    if orders.waiting():
        return
    session, now = db.session(), utc()
    for order, rows in (
        (orders.composer, reponse.a_composer(session, now=now)),
        (orders.envoyer, envoi.a_envoyer(session, now=now)),
        (orders.avertir, relance.a_avertir(session, now=now)),
        (orders.apprendre, apprentissage.a_apprendre(session, now=now)),
        # Few at a time: an old letter's reading, once ordered, must not hold back what is due meanwhile.
        (orders.lire_ensuite, depot.a_lire(session, now=now, limite=DEPOTS_A_SWEEP)),
        (orders.accuser, demandes.a_accuser(session, now=now)),
        (orders.garder, tenue.a_garder(session, now=now)),
    ):
        for row in rows:
            order(row)


def avertir(parts: Parts, avertissement_id: int, *, clock: Clock = utc) -> None:
    """Send a notice to its agent."""
    with transaction() as session:
        avertissement = relance.reserver(session, avertissement_id, now=clock())
    if avertissement is None:
        return
    base_url, expediteur = parts.config.base_url, parts.config.expediteur
    preuve = preuves.partir(
        parts, "l’avertissement", avertissement_id,
        lambda: relance.message(db.session(), avertissement, base_url=base_url, expediteur=expediteur),
        table=Avertissement, echoue=relance.echoue, imprevu=relance.IMPREVU, clock=clock,
    )  # fmt: skip
    if preuve is not None:
        with transaction() as session:
            relance.averti(session, avertissement_id)


def accuser(parts: Parts, demande_id: int, *, clock: Clock = utc) -> None:
    """Send the receipt of what an usager sent."""
    usagers.accuser(parts, demande_id, clock=clock)


def composer(parts: Parts, reponse_id: int, *, clock: Clock = utc) -> None:
    """Typeset a letter that is to be signed."""
    with transaction() as session:
        prise = reponse.reserver(session, reponse_id, now=clock())
    if prise is None:
        return
    organisme, version = parts.config.organisme, prise.version
    try:
        html = reponse.html(db.session(), prise, organisme=organisme, now=clock())
        pdf = parts.compositeur.pdf(html, titre=prise.objet, auteur=organisme.nom)
        lecture = parts.lecteur.read(pdf)
        rangee = parts.coffre.put(pdf)
    except Exception as faute:
        motif = str(faute) if isinstance(faute, Illisible) else reponse.IMPREVUE
        if motif == reponse.IMPREVUE:
            logger.exception("la réponse %s n’a pas pu être mise en page", reponse_id)
        quand = clock()
        disque.manquee(
            faute, Reponse, reponse_id, lambda session: reponse.echouee(session, reponse_id, motif, now=quand), now=quand,
        )  # fmt: skip
        return
    with transaction() as session:
        reponse.composee(session, reponse_id, rangee, version=version, lecture=lecture, now=clock())


def envoyer(parts: Parts, envoi_id: int, *, clock: Clock = utc) -> None:
    """Send a dispatch by e-mail and file its proof."""
    with transaction() as session:
        pris = envoi.reserver(session, envoi_id, now=clock())
    if pris is None:
        return
    preuve = preuves.partir(
        parts, "l’envoi", envoi_id, lambda: envoi.message(db.session(), pris, parts.coffre, expediteur=parts.config.expediteur),
        table=Envoi, echoue=envoi.echoue, imprevu=dues.IMPREVU, clock=clock,
    )  # fmt: skip
    if preuve is not None:
        rangee = preuves.garder(parts, f"l’envoi {envoi_id}", preuve)
        with transaction() as session:
            envoi.parti(session, envoi_id, rangee, now=clock())


def prevoir_apprentissage() -> None:
    """Ask for a new version of the learned model when enough was confirmed since the last."""
    if apprentissage.du(db.session(), now=utc()):
        with transaction() as session:
            apprentissage.prevoir(session, now=utc())


def apprendre(_parts: Parts, version: int, *, clock: Clock = utc) -> None:
    """Learn a version of the model from what the clerks confirmed."""
    with transaction() as session:
        if not apprentissage.reserver(session, version, now=clock()):
            return
    from app.courrier.apprentissage.entrainement import apprendre as entrainer  # numpy: 25 MB that only who learns needs

    exemples = apprentissage.exemples(db.session())
    modele, mesures = entrainer(exemples)
    with transaction() as session:
        apprentissage.appris(session, version, modele, mesures, courriers=len(exemples), now=clock())


def indexer(parts: Parts) -> int:
    """Carry to the index what changed, up to a batch; how many are dealt with: one at fault waits for its next change."""
    session = db.session()
    courriers = recherche.a_indexer(session, limite=FICHES_A_BATCH)
    if not courriers:
        return 0
    dits = {courrier.id: courrier.numero_index for courrier in courriers}
    fiches = [fiche for courrier in courriers if (fiche := _fiche(session, courrier))]
    try:
        _carry(parts, fiches)
    except IndexIndisponible as fault:
        if not _writable(parts, fault):
            logger.warning("%s", fault)
            return 0
        for fiche in fiches:
            if not _carry_alone(parts, fiche):
                del dits[fiche.courrier_id]
    with transaction() as writing:
        recherche.indexe(writing, dits)
    return len(dits)


def _fiche(session: Session, courrier: Courrier) -> Fiche | None:
    """What the index is told of it; nothing when that cannot be made, so that it does not hide the others."""
    try:
        return recherche.fiche(session, courrier)
    except DBAPIError:
        raise
    except Exception:
        logger.exception(NON_INDEXE, courrier.id)
        return None


def _carry_alone(parts: Parts, fiche: Fiche) -> bool:
    """Write one of a batch that could not be written; whether it is dealt with: written, or itself at fault."""
    try:
        parts.index.index([fiche])
    except IndexIndisponible as fault:
        if not _writable(parts, fault):
            return False
        logger.exception(NON_INDEXE, fiche.courrier_id)
    return True


def _writable(parts: Parts, fault: IndexIndisponible) -> bool:
    """Whether the index takes writings, so that `fault` comes of what was to be written."""
    if isinstance(fault.__cause__, OSError):
        return False
    try:
        parts.index.remove(())
    except IndexIndisponible:
        return False
    return True


def _carry(parts: Parts, fiches: Sequence[Fiche]) -> None:
    """Write these; an index that is not there, or can no longer be read, is made again first."""
    try:
        parts.index.index(fiches)
    except IndexIndisponible:
        if _readable(parts):
            raise  # another process is writing
        refaire_index(parts)


def _readable(parts: Parts) -> bool:
    try:
        parts.index.search(recherche.question("courrier"), limit=1)
    except IndexIndisponible:
        return False
    return True


def refaire_index(parts: Parts) -> int:
    """Make the index again from the database; how many courriers it holds."""
    return parts.index.rebuild(recherche.fiches(db.session(), _fiche))
