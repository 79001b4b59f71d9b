"""A depot is read by one worker at a time, on a lease: what a dead worker held is taken over, what kills workers is set aside."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from app.courrier import journal, texte
from app.courrier.depot.arrivee import Jointe, depot, piece, pieces
from app.courrier.errors import DejaFait
from app.courrier.ports import Lecture, PageLue
from app.courrier.tables import Depot, Piece
from engine import Phrase

ESSAIS = 2
"""Readings that may fail before a person is asked to look."""

BAIL = timedelta(minutes=8)
"""Longer than a reader may be silent: who does the work holds it as long as each step begins by saying so."""

REMISES = 5
"""Readings that may fill the disk, which had room again once they were given up, before a person is asked to look."""

_REPRISE, _REMISE = timedelta(seconds=30), timedelta(minutes=5)
IMPREVUE = str(Phrase("Une faute imprévue a arrêté la lecture de ce document ; prévenez votre administrateur."))
SANS_PLACE = str(Phrase(
    "Le disque du serveur est plein : la lecture reprendra dès qu’il aura de la place ; prévenez votre administrateur."))
TROP_DE_PLACE = str(Phrase(
    "La lecture de ce document a rempli plusieurs fois le disque du serveur : faites de la place, ou découpez le document, "
    "puis relancez la lecture."))
_INTERROMPUE = str(Phrase(
    "La lecture s’est arrêtée plusieurs fois sans finir : ce document est peut-être trop lourd ou abîmé."))
_SANS_SYNCHRO = {"synchronize_session": False}


def a_lire(session: Session, *, now: datetime, limite: int = 100) -> list[int]:
    """The depots that wait for a reader, or whose reader is gone; ids, the mail of the day first, then as they came."""
    ordre = (Depot.differe, Depot.recu_le, Depot.id)
    libres = select(Depot.id).where(Depot.etat == "a_lire", _libre(now)).order_by(*ordre).limit(limite)
    return list(session.scalars(libres))


def reserver(session: Session, depot_id: int, *, now: datetime, bail: timedelta = BAIL) -> Depot | None:
    """Claim a depot for reading until `now + bail`; None when there is nothing to read or another worker got there first.

    One that was claimed too often and never came out, nor failed, goes to `a_verifier` without another try.
    """
    prise = session.execute(
        update(Depot).where(Depot.id == depot_id, Depot.etat == "a_lire", _libre(now))
        .values(reprise_le=now + bail, essais=Depot.essais + 1, page_lue=0).returning(Depot.essais),
        execution_options=_SANS_SYNCHRO,
    ).scalar_one_or_none()
    if prise is None:
        return None
    pris = depot(session, depot_id)
    if prise > ESSAIS:
        _a_verifier(session, pris, _INTERROMPUE, now)
        return None
    return pris


def encore(session: Session, depot_id: int, sha256: str) -> None:
    """Lock a depot that is being read; `DejaFait` when it is no more, or no longer made of these bytes."""
    en_cours = _verrouiller(session, depot_id)
    if en_cours.etat != "a_lire" or en_cours.sha256 != sha256:
        raise DejaFait(quoi="La lecture de ce dépôt")


def avancer(
    session: Session, depot_id: int, pages: Sequence[PageLue], sur: int, *, now: datetime, bail: timedelta = BAIL
) -> None:
    """More pages were read, out of so many: they are kept, and shown to who waits; the lease is renewed.

    A reading that advances and is cut short is not the fault of its file: its tries are counted from there.
    """
    sha256 = session.execute(
        update(Depot).where(Depot.id == depot_id, Depot.etat == "a_lire")
        .values(page_lue=max(page.numero for page in pages), reprise_le=now + bail, essais=1).returning(Depot.sha256),
        execution_options=_SANS_SYNCHRO,
    ).scalar_one_or_none()
    if sha256 is None:
        return
    texte.retenir(session, sha256, pages)
    session.execute(
        update(Piece).where(Piece.depot_id == depot_id, Piece.genre == "original").values(pages=sur),
        execution_options=_SANS_SYNCHRO,
    )


def prolonger(session: Session, depot_id: int, *, now: datetime, fichiers: int | None = None, bail: timedelta = BAIL) -> None:
    """The lease is renewed, as by `avancer`; `fichiers`: so many files of a depot were read, shown to who waits."""
    vu = {} if fichiers is None else {"page_lue": fichiers}
    session.execute(
        update(Depot).where(Depot.id == depot_id, Depot.etat == "a_lire").values(reprise_le=now + bail, essais=1, **vu),
        execution_options=_SANS_SYNCHRO,
    )


def tenir(session: Session, depot_id: int, *, now: datetime, bail: timedelta = BAIL) -> None:
    """The lease is renewed before a step that tells nothing until its end; nothing was read: the tries still count."""
    session.execute(
        update(Depot).where(Depot.id == depot_id, Depot.etat == "a_lire").values(reprise_le=now + bail),
        execution_options=_SANS_SYNCHRO,
    )


def lu(
    session: Session, depot_id: int, lecture: Lecture, propositions: Sequence[object], *,
    jointes: Sequence[Jointe] = (), now: datetime,
) -> Depot:
    """The depot was read: its text, what is proposed for its fields, what was attached to it; `DejaFait` if it was already.

    `propositions` are dataclasses or mappings of plain values.
    """
    en_cours = _verrouiller(session, depot_id)
    if en_cours.etat != "a_lire":
        raise DejaFait(quoi="La lecture de ce dépôt")
    originale = session.scalars(select(Piece).where(Piece.depot_id == depot_id, Piece.genre == "original")).one()
    texte.garder(session, originale, lecture)
    # A depot set aside and read again has its attachments already.
    siennes = pieces(session, depot_id)
    deja = {(une.genre, une.nom, une.sha256) for une in siennes}
    texte.oublier(session, en_cours.sha256, *(une.sha256 for une in siennes), *(une.coffre_range.sha256 for une in jointes))
    for jointe in jointes:
        annexe = piece(
            en_cours, coffre_range=jointe.coffre_range, nom=jointe.nom, mime=jointe.mime, genre=jointe.genre,
            par=en_cours.depose_par, now=now,
        )
        if (annexe.genre, annexe.nom, annexe.sha256) in deja:
            continue
        session.add(annexe)
        session.flush()
        if jointe.lecture:
            texte.garder(session, annexe, jointe.lecture)
    en_cours.etat, en_cours.motif, en_cours.reprise_le = "a_enregistrer", "", None
    en_cours.page_lue = len(lecture.pages)
    en_cours.propositions = [_simple(proposition) for proposition in propositions]
    # Two deposits of the same bytes at the same moment did not see each other.
    avant = session.scalar(select(func.min(Depot.id)).where(Depot.sha256 == en_cours.sha256, Depot.id < en_cours.id))
    en_cours.doublon_de = avant or en_cours.doublon_de
    session.flush()
    return en_cours


def illisible(session: Session, depot_id: int, motif: str, *, now: datetime) -> Depot:
    """The reading failed, for this reason in the user's words: tried again once, then left to a person to look at.

    A depot that no longer waits for its reading, because a clerk set it aside meanwhile, stays as it is.
    """
    en_cours = _verrouiller(session, depot_id)
    if en_cours.etat != "a_lire":
        return en_cours
    if en_cours.essais >= ESSAIS:
        _a_verifier(session, en_cours, motif, now)
    else:
        en_cours.motif, en_cours.reprise_le = motif, now + _REPRISE
        session.flush()
    return en_cours


def remettre(session: Session, depot_id: int, *, de_son_fait: bool, now: datetime) -> Depot:
    """The reading met a full disk: tried again later, as if it had not been, for as long as that lasts.

    `de_son_fait`: the disk has room once the reading is given up. After a few of these, a person is asked to look.
    """
    en_cours = _verrouiller(session, depot_id)
    if en_cours.etat != "a_lire":
        return en_cours
    en_cours.remises += de_son_fait
    if en_cours.remises >= REMISES:
        _a_verifier(session, en_cours, TROP_DE_PLACE, now)
    else:
        en_cours.motif, en_cours.reprise_le, en_cours.essais = SANS_PLACE, now + _REMISE, en_cours.essais - 1
        session.flush()
    return en_cours


def _libre(now: datetime) -> Any:
    return or_(Depot.reprise_le.is_(None), Depot.reprise_le <= now)


def _verrouiller(session: Session, depot_id: int) -> Depot:
    return session.get_one(Depot, depot_id, populate_existing=True, with_for_update=True)


def _a_verifier(session: Session, depot: Depot, motif: str, now: datetime) -> None:
    depot.etat, depot.motif, depot.reprise_le = "a_verifier", motif, None
    session.flush()
    journal.noter(session, acteur="systeme", acte="signaler-illisible", sujet=f"depot:{depot.id}", now=now, motif=motif)


def _simple(valeur: object) -> Any:
    """A proposition as JSON keeps it."""
    if is_dataclass(valeur) and not isinstance(valeur, type):
        valeur = asdict(valeur)
    if isinstance(valeur, Mapping):
        return {str(cle): _simple(contenu) for cle, contenu in valeur.items()}
    if isinstance(valeur, list | tuple):
        return [_simple(contenu) for contenu in valeur]
    if isinstance(valeur, date):
        return valeur.isoformat()
    return texte.propre(valeur) if isinstance(valeur, str) else valeur
