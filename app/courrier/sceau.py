"""The signature: which PDF is to be signed, and the signed one in its place, if it is still the letter that was read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.courrier import habilitations, journal, recherche, reponse
from app.courrier.errors import DejaFait, SaisieRefusee
from app.courrier.habilitations import Moi
from app.courrier.ports import Coffre, Range, Sceau, Verdict
from app.courrier.tables import Courrier, Piece, Reponse
from engine import Phrase


@dataclass(frozen=True, kw_only=True)
class ASigner:
    """The letter that awaits a signature: the digest of the very PDF that is read, and its pages."""

    reponse_id: int
    sha256: str
    pages: int


@dataclass(frozen=True, kw_only=True)
class Scelle:
    """A signed PDF in the vault, and the digest of the PDF that was signed."""

    pdf: Range
    attendu: str


def a_signer(session: Session, moi: Moi, courrier_id: int) -> ASigner:
    """What this agent would sign; `Introuvable`, `DejaFait` when it is signed, `SaisieRefusee` when it is not ready."""
    courrier = habilitations.voir(session, moi, courrier_id)
    projet = reponse.de(session, courrier)
    piece = _piece(session, projet)
    return ASigner(reponse_id=projet.id, sha256=piece.sha256, pages=piece.pages)


def signee(session: Session, projet: Reponse, scelle: Scelle, *, signataire: str, now: datetime) -> Piece:
    """File the signed letter with the answer and its departure.

    `DejaFait` when another signed first, `SaisieRefusee` when the letter is no more the one that was signed.
    """
    session.flush()
    session.refresh(projet, with_for_update=True)
    lue = _piece(session, projet)
    if lue.sha256 != scelle.attendu:
        raise SaisieRefusee({"decision": "La lettre a changé depuis que vous l’avez ouverte ; relisez-la avant de la signer."})
    courrier = session.get_one(Courrier, projet.courrier_id)
    depart = session.get(Courrier, projet.depart_id) if projet.depart_id else None
    lieux = [courrier] if depart is None or depart.id == courrier.id else [courrier, depart]
    pieces = [_classer(session, lieu, (depart or courrier).chrono, lue, scelle.pdf, signataire, now) for lieu in lieux]
    projet.piece_id, projet.etat, projet.signataire, projet.signee_le = pieces[0].id, "signee", signataire, now
    session.flush()
    journal.noter(
        session, acteur=signataire, acte="sceller", sujet=f"courrier:{courrier.id}", now=now, piece=pieces[0].id,
        lu=scelle.attendu, sha256=scelle.pdf.sha256, depart=depart.chrono if depart else "",
    )
    for lieu in lieux:
        recherche.marquer(session, lieu)
    return pieces[0]


def pas_prete(projet: Reponse) -> SaisieRefusee:
    """Why the letter cannot be signed yet: it is being typeset, or could not be."""
    return SaisieRefusee({
        "decision": Phrase("La lettre n’a pas pu être mise en page. {motif}", motif=projet.erreur) if projet.erreur
        else "La lettre n’est pas encore prête à être signée ; revenez dans un instant."
    })


def verdict(session: Session, courrier: Courrier, *, sceau: Sceau, coffre: Coffre) -> Sequence[Verdict]:
    """What the signatures of the courrier's signed letter are worth; nothing when there is none."""
    derniere = select(Piece.sha256).where(Piece.courrier_id == courrier.id, Piece.genre == "reponse")
    sha256 = session.scalar(derniere.order_by(Piece.version.desc(), Piece.id.desc()).limit(1))
    return sceau.verify(coffre.get(sha256)) if sha256 else ()


def _piece(session: Session, projet: Reponse) -> Piece:
    if projet.etat in reponse.FAITES:
        raise DejaFait(quoi="La signature de cette lettre")
    piece = session.get(Piece, projet.piece_id) if projet.etat == "a_signer" and projet.piece_id else None
    if piece is None:
        raise pas_prete(projet)
    return piece


def _classer(
    session: Session, courrier: Courrier, chrono: str, lue: Piece, pdf: Range, signataire: str, now: datetime
) -> Piece:
    precedente = session.scalar(
        select(func.max(Piece.version)).where(Piece.courrier_id == courrier.id, Piece.genre == "reponse")) or 0
    piece = Piece(
        courrier_id=courrier.id, genre="reponse", version=precedente + 1, nom=f"{chrono}.pdf", sha256=pdf.sha256,
        taille=pdf.taille, mime="application/pdf", pages=lue.pages, ajoutee_le=now, ajoutee_par=signataire,
    )
    session.add(piece)
    session.flush()
    return piece
