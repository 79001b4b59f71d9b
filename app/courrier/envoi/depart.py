"""The due e-mails: claimed with a lease, sent by a job, then filed with their proof or tried again later.

At least once: a program that dies between the mail server's yes and our commit cannot know that the message left. It is
sent again under the same Message-ID, by which servers and people know it: a double is seen, a lost answer never is.
"""

from datetime import datetime, timedelta

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.courrier import journal
from app.courrier.envoi.suivi import accomplir
from app.courrier.ports import Coffre, Message, Range
from app.courrier.tables import Courrier, Envoi, Piece, dues

BAIL = timedelta(minutes=10)
"""How long a job may take before another takes the sending over; longer than any SMTP exchange."""

_DU = and_(Envoi.etat == "a_envoyer", Envoi.canal == "courriel")


def a_envoyer(session: Session, *, now: datetime, limite: int = 100) -> list[int]:
    """The e-mails that are due and that no worker holds."""
    return list(session.scalars(select(Envoi.id).where(_DU, dues.libre(Envoi, now)).order_by(Envoi.id).limit(limite)))


def reserver(session: Session, envoi_id: int, *, now: datetime, bail: timedelta = BAIL) -> Envoi | None:
    """Claim one for this worker; None when another holds it, when it has left, or when it was tried too often."""
    return dues.reserver(
        session, Envoi, envoi_id, _DU, now=now, bail=bail,
        abandonner=lambda envoi: _abandonner(session, envoi, envoi.erreur or dues.INACHEVE, now=now),
    )  # fmt: skip


def message(session: Session, envoi: Envoi, coffre: Coffre, *, expediteur: str) -> Message:
    """The message as the mailer takes it; its identifier is the same at each try."""
    piece = session.get(Piece, envoi.piece_id) if envoi.piece_id else None
    jointes = ((piece.nom, piece.mime, coffre.get(piece.sha256)),) if piece else ()
    domaine = expediteur.rpartition("@")[2].strip("> ") or "localhost"
    return Message(
        message_id=f"<{envoi.message_id}@{domaine}>", expediteur=expediteur, destinataire=envoi.destinataire, sujet=envoi.sujet,
        texte=envoi.texte, pieces=jointes,
    )


def parti(session: Session, envoi_id: int, preuve: Range | None, *, now: datetime) -> None:
    """It has left: the message as sent is filed as its proof, unless the vault did not take it. A second call changes nothing."""
    envoi = session.get_one(Envoi, envoi_id, populate_existing=True, with_for_update=True)
    if envoi.etat not in ("a_envoyer", "echec"):
        return
    envoi.etat, envoi.preuve = "envoye", "message accepté par le serveur ; sa copie n’a pas pu être gardée"
    if preuve is not None:
        envoi.preuve_id = _ranger(session, envoi, preuve, now=now).id
        envoi.preuve = f"message accepté par le serveur, sha256 {preuve.sha256}"
    accomplir(session, envoi, par="systeme", now=now)


def _ranger(session: Session, envoi: Envoi, preuve: Range, *, now: datetime) -> Piece:
    courrier = session.get_one(Courrier, envoi.courrier_id)
    genre = "accuse" if envoi.genre == "accuse" else "preuve"
    piece = Piece(
        courrier_id=courrier.id, genre=genre, nom=f"{courrier.chrono} {envoi.genre}.eml", sha256=preuve.sha256,
        taille=preuve.taille, mime="message/rfc822", ajoutee_le=now, ajoutee_par="systeme",
    )
    session.add(piece)
    session.flush()
    return piece


def echoue(session: Session, envoi_id: int, motif: str, *, definitif: bool, now: datetime) -> None:
    """It could not leave: tried again later and later, then given up and shown to the bureau d'ordre."""
    envoi = session.get_one(Envoi, envoi_id, populate_existing=True, with_for_update=True)
    if envoi.etat != "a_envoyer":
        return
    dues.reporter(
        envoi, motif, now=now, definitif=definitif, abandonner=lambda envoi: _abandonner(session, envoi, motif, now=now)
    )
    session.flush()


def _abandonner(session: Session, envoi: Envoi, motif: str, *, now: datetime) -> None:
    envoi.etat, envoi.reprise_le, envoi.erreur = "echec", None, motif
    session.flush()
    journal.noter(session, acteur="systeme", acte="envoi-echoue", sujet=f"courrier:{envoi.courrier_id}", now=now,
                  envoi=envoi.id, essais=envoi.essais, motif=motif[:300])
