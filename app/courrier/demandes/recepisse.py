"""The receipt of a demand by e-mail (CRPA L112-11): a due row, claimed with a lease, its message filed as proof."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import delais, depot, journal
from app.courrier.demandes.reception import joints
from app.courrier.ports import Message, Range
from app.courrier.tables import Demande, Depot, dues

BAIL = timedelta(minutes=10)
_DU = Demande.accuse == "a_envoyer"

_TEXTE = """Bonjour,

{organisme} a reçu votre message « {objet} » le {jour} à {heure}.

Numéro : {numero}
Code de suivi : {code}
{joints}
Pour savoir où en est votre demande, ou pour ajouter une pièce : {suivre}
Ne donnez le code à personne : il ouvre le suivi de votre demande.

Ce message est l’accusé d’enregistrement prévu à l’article L. 112-11 du code des relations entre le public et \
l’administration. Il ne dit rien de la suite qui sera donnée. Un accusé de réception vous dira le bureau chargé de votre \
demande et, s’il y a lieu, les délais.

{organisme}
"""


def a_accuser(session: Session, *, now: datetime, limite: int = 100) -> list[int]:
    """The receipts that are due and that no worker holds; ids of demands."""
    return list(session.scalars(select(Demande.id).where(_DU, dues.libre(Demande, now)).order_by(Demande.id).limit(limite)))


def reserver(session: Session, demande_id: int, *, now: datetime, bail: timedelta = BAIL) -> Demande | None:
    """Claim one for this worker; None when another holds it, when it has left, or when it was tried too often."""
    return dues.reserver(
        session, Demande, demande_id, _DU, now=now, bail=bail,
        abandonner=lambda recue: _abandonner(session, recue, recue.erreur or dues.INACHEVE, now=now),
    )  # fmt: skip


def message(session: Session, recue: Demande, *, organisme: str, expediteur: str, suivre: str) -> Message:
    """The receipt as the mailer takes it; `suivre` is the address of the page to follow the demand."""
    recu = session.get_one(Depot, recue.depot_id).recu_le.astimezone(delais.PARIS)
    noms = joints(session, recue)
    domaine = expediteur.rpartition("@")[2].strip("> ") or "localhost"
    texte = _TEXTE.format(
        organisme=organisme, objet=recue.champs["objet"], jour=f"{recu:%d/%m/%Y}", heure=f"{recu:%H:%M}", numero=recue.numero,
        code=recue.code, suivre=suivre, joints=f"Fichiers reçus : {', '.join(noms)}\n" if noms else "",
    )
    return Message(
        message_id=f"<demande-{recue.numero}.{recue.id}@{domaine}>", expediteur=expediteur,
        destinataire=recue.champs["contact"]["courriel"], sujet=f"Votre demande {recue.numero} est enregistrée", texte=texte,
    )


def accusee(session: Session, demande_id: int, preuve: Range | None, *, now: datetime) -> None:
    """It has left: the message as sent is kept with it, unless the vault did not take it. A second call changes nothing."""
    recue = session.get_one(Demande, demande_id, populate_existing=True, with_for_update=True)
    if recue.accuse != "a_envoyer":
        return
    arrive = session.get_one(Depot, recue.depot_id, populate_existing=True)
    if preuve is not None:
        piece = depot.piece(
            arrive, coffre_range=preuve, nom=f"{recue.numero} accusé d’enregistrement.eml", mime="message/rfc822",
            genre="accuse", par="systeme", now=now,
        )  # fmt: skip
        piece.courrier_id = arrive.courrier_id
        session.add(piece)
    recue.accuse, recue.reprise_le, recue.erreur = "envoye", None, ""
    session.flush()
    _noter(session, arrive, "accuse-enregistrement", now, sha256=preuve.sha256 if preuve else "")


def echouee(session: Session, demande_id: int, motif: str, *, definitif: bool, now: datetime) -> None:
    """It could not leave: tried again later and later, then given up; the number was shown on the page all the same."""
    recue = session.get_one(Demande, demande_id, populate_existing=True, with_for_update=True)
    if recue.accuse != "a_envoyer":
        return
    dues.reporter(
        recue, motif, now=now, definitif=definitif, abandonner=lambda recue: _abandonner(session, recue, motif, now=now)
    )
    session.flush()


def _abandonner(session: Session, recue: Demande, motif: str, *, now: datetime) -> None:
    recue.accuse, recue.reprise_le, recue.erreur = "echec", None, motif
    session.flush()
    _noter(session, session.get_one(Depot, recue.depot_id), "accuse-refuse", now, motif=motif[:300])


def _noter(session: Session, arrive: Depot, acte: str, now: datetime, **details: object) -> None:
    sujet = f"courrier:{arrive.courrier_id}" if arrive.courrier_id else f"depot:{arrive.id}"
    journal.noter(session, acteur="systeme", acte=acte, sujet=sujet, now=now, depot=arrive.id, **details)


