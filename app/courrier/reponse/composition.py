"""Typesetting is a due row: asked for in a transaction, claimed with a lease, and what comes of it filed if still wanted."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.courrier import journal, recherche
from app.courrier.errors import DejaFait, Illisible
from app.courrier.ports import Lecture, Range
from app.courrier.reponse.projet import FAITES, chercher
from app.courrier.tables import Courrier, Piece, Reponse, dues
from app.courrier.texte import garder

BAIL = timedelta(minutes=5)
"""How long a worker may take before another takes the letter over."""

IMPREVUE = str(Illisible(motif="Une faute imprévue a arrêté la mise en page ; prévenez votre administrateur."))
INACHEVEE = str(Illisible(motif="La mise en page ne s’est jamais achevée ; prévenez votre administrateur."))
_DUE = Reponse.etat == "a_composer"


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
    return list(session.scalars(select(Reponse.id).where(_DUE, dues.libre(Reponse, now)).order_by(Reponse.id).limit(limite)))


def reserver(session: Session, reponse_id: int, *, now: datetime, bail: timedelta = BAIL) -> Reponse | None:
    """Claim a letter for this worker; None when another holds it, when it is done, or when it was tried too often."""
    return dues.reserver(
        session, Reponse, reponse_id, _DUE, now=now, bail=bail,
        abandonner=lambda projet: _abandonner(session, projet, projet.erreur or INACHEVEE, now=now),
    )  # fmt: skip


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
    dues.reporter(projet, motif, now=now, abandonner=lambda projet: _abandonner(session, projet, motif, now=now))
    session.flush()


def _abandonner(session: Session, projet: Reponse, motif: str, *, now: datetime) -> None:
    projet.etat, projet.reprise_le, projet.erreur = "non_composee", None, motif
    session.flush()
    journal.noter(session, acteur="systeme", acte="composition-echouee", sujet=f"courrier:{projet.courrier_id}", now=now,
                  version=projet.version, essais=projet.essais, motif=motif[:300])
