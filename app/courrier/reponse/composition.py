"""Typesetting is a due row: asked for in a transaction, claimed with a lease, and what comes of it filed if still wanted."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from app.courrier import journal, recherche
from app.courrier.errors import DejaFait, Illisible
from app.courrier.ports import Lecture, Range
from app.courrier.reponse.projet import FAITES, chercher
from app.courrier.tables import Courrier, Piece, Reponse
from app.courrier.texte import garder

BAIL = timedelta(minutes=5)
"""How long a worker may take before another takes the letter over."""

ESSAIS_MAX = 8
"""Tries after which a letter is given up, a worker that died while it held it counting as one."""

_PREMIER_DELAI, _DELAI_MAX = timedelta(minutes=1), timedelta(hours=6)
IMPREVUE = str(Illisible(motif="Une faute imprévue a arrêté la mise en page ; prévenez votre administrateur."))
INACHEVEE = str(Illisible(motif="La mise en page ne s’est jamais achevée ; prévenez votre administrateur."))


def demander_composition(session: Session, projet: Reponse, *, now: datetime) -> None:
    """Ask for the PDF of this version; `DejaFait` once the letter is signed."""
    session.flush()
    session.refresh(projet, with_for_update=True)
    if projet.etat in FAITES:
        raise DejaFait(quoi="La signature de cette lettre")
    # Due at once: the clock finds it even when the order to the worker is lost.
    projet.etat, projet.reprise_le, projet.essais, projet.erreur = "a_composer", now, 0, ""
    session.flush()


def recomposer(session: Session, courrier: Courrier, *, par: str, now: datetime) -> None:
    """Ask again for the PDF of a letter that was given up; `DejaFait` when it was not, or no longer is."""
    projet = chercher(session, courrier)
    if projet is not None:
        session.refresh(projet, with_for_update=True)
    if projet is None or projet.etat != "non_composee":
        raise DejaFait(quoi="La demande de mise en page")
    demander_composition(session, projet, now=now)
    journal.noter(session, acteur=par, acte="recomposer", sujet=f"courrier:{projet.courrier_id}", now=now, version=projet.version)


def a_composer(session: Session, *, now: datetime, limite: int = 100) -> list[int]:
    """The letters that wait for their PDF and that no worker holds."""
    return list(session.scalars(select(Reponse.id).where(*_dues(now)).order_by(Reponse.id).limit(limite)))


def reserver(session: Session, reponse_id: int, *, now: datetime, bail: timedelta = BAIL) -> Reponse | None:
    """Claim a letter for this worker; None when another holds it, or when it is no more to be done.

    One whose workers all died without a word is given up here: it may be what kills them.
    """
    pris = session.execute(
        update(Reponse).where(Reponse.id == reponse_id, *_dues(now))
        .values(reprise_le=now + bail, essais=Reponse.essais + 1).returning(Reponse.essais),
        execution_options={"synchronize_session": False},
    ).scalar_one_or_none()
    if pris is None:
        return None
    projet = session.get_one(Reponse, reponse_id, populate_existing=True)
    if pris <= ESSAIS_MAX:
        return projet
    _abandonner(session, projet, projet.erreur or INACHEVEE, now=now)
    return None


def composee(
    session: Session, reponse_id: int, pdf: Range, *, version: int, lecture: Lecture, now: datetime
) -> Piece | None:
    """File the PDF of this version, ready to be signed; None when the letter was changed or done meanwhile."""
    projet = session.get_one(Reponse, reponse_id, populate_existing=True, with_for_update=True)
    if projet.etat != "a_composer" or projet.version != version:
        return None
    courrier = session.get_one(Courrier, projet.courrier_id)
    depart = session.get(Courrier, projet.depart_id) if projet.depart_id else None
    precedente = session.scalar(
        select(func.max(Piece.version)).where(Piece.courrier_id == courrier.id, Piece.genre == "projet")) or 0
    piece = Piece(
        courrier_id=courrier.id, genre="projet", version=precedente + 1, nom=f"{(depart or courrier).chrono} projet.pdf",
        sha256=pdf.sha256, taille=pdf.taille, mime="application/pdf", ajoutee_le=now, ajoutee_par=projet.redacteur,
    )
    session.add(piece)
    session.flush()
    garder(session, piece, lecture)
    projet.piece_id, projet.etat, projet.reprise_le, projet.erreur = piece.id, "a_signer", None, ""
    session.flush()
    journal.noter(session, acteur="systeme", acte="composer", sujet=f"courrier:{courrier.id}", now=now, version=version,
                  piece=piece.id, sha256=pdf.sha256)
    recherche.marquer(session, courrier)
    return piece


def echouee(session: Session, reponse_id: int, motif: str, *, now: datetime) -> None:
    """Note why the letter could not be set: tried again later and later, then given up and shown to who is to sign it."""
    projet = session.get_one(Reponse, reponse_id, populate_existing=True, with_for_update=True)
    if projet.etat != "a_composer":
        return
    projet.erreur, projet.reprise_le = motif, now + min(_PREMIER_DELAI * 4 ** max(projet.essais - 1, 0), _DELAI_MAX)
    session.flush()
    if projet.essais >= ESSAIS_MAX:
        _abandonner(session, projet, motif, now=now)


def _abandonner(session: Session, projet: Reponse, motif: str, *, now: datetime) -> None:
    projet.etat, projet.reprise_le, projet.erreur = "non_composee", None, motif
    session.flush()
    journal.noter(session, acteur="systeme", acte="composition-echouee", sujet=f"courrier:{projet.courrier_id}", now=now,
                  version=projet.version, essais=projet.essais, motif=motif[:300])


def _dues(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Reponse.etat == "a_composer", or_(Reponse.reprise_le.is_(None), Reponse.reprise_le <= now)
