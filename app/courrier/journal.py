"""The journal: one line an act, for ever, each line sealed to the one before by its digest.

Lines are noted during a transaction and written just before its commit: the head of the chain is the last row to be
locked, so that no transaction ever waits for another while it holds it, and a transaction writes all its lines in three
statements, or in two when it had read the head beside something else and nobody has moved it since. A transaction that
is rolled back, wholly or to a savepoint, leaves no line.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, cast

from sqlalchemy import ScalarSelect, Table, bindparam, event, exists, insert, select, update
from sqlalchemy.orm import Session, SessionTransaction

from app.courrier.errors import JournalRompu
from app.courrier.tables import JournalTete, LigneJournal
from app.courrier.tables.absents import inserer_absents
from app.courrier.tables.avance import Rangs, retenir, retenu

ORIGINE = "0" * 64
"""What the first line is sealed to."""

_TETE = cast(Table, JournalTete.__table__)
_ICI = update(_TETE).where(_TETE.c.id == 1)
_POUSSER = (
    _ICI.where(_TETE.c.numero == bindparam("de"), _TETE.c.empreinte == bindparam("lue"))
    .values(numero=bindparam("vers"), empreinte=bindparam("scellee"))
)  # fmt: skip
_AVANCER = _ICI.values(numero=_TETE.c.numero + bindparam("lignes")).returning(_TETE.c.numero, _TETE.c.empreinte)
_SCELLER = _ICI.values(empreinte=bindparam("scellee"))
_LIGNES = insert(cast(Table, LigneJournal.__table__))

_CLE = "journal"
_PAR_LOT = 1000


@dataclass(frozen=True, kw_only=True)
class Acte:
    """What was done, before it is a line: who, what, on what, when; ids and short facts only, never the text of a page."""

    acteur: str
    acte: str
    sujet: str
    quand: datetime
    details: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class _Attente:
    transaction: SessionTransaction
    acte: Acte


def noter(session: Session, *, acteur: str, acte: str, sujet: str, now: datetime, **details: object) -> None:
    """Note an act: its line is written with the commit of this transaction, or never."""
    if not session.in_transaction():
        session.begin()
    transaction = session.get_nested_transaction() or session.get_transaction()
    assert transaction is not None  # noqa: S101  # begun just above
    ligne = Acte(acteur=acteur, acte=acte, sujet=sujet, quand=now, details=details)
    attentes = [*_en_attente(session), _Attente(transaction=transaction, acte=ligne)]
    session.info[_CLE] = (session.get_transaction(), attentes)


def lire(session: Session, sujet: str) -> list[LigneJournal]:
    """The lines about this subject, oldest first, those of this very transaction included."""
    ecrire(session)
    return list(session.scalars(select(LigneJournal).where(LigneJournal.sujet == sujet).order_by(LigneJournal.numero)))


def ou_en_est(session: Session) -> tuple[int, str]:
    """The number and the digest of the last line: the head of the chain, to be kept elsewhere."""
    tete = session.get(JournalTete, 1, populate_existing=True)
    return (tete.numero, tete.empreinte) if tete else (0, ORIGINE)


def details(ligne: LigneJournal) -> dict[str, object]:
    """What a line says beside who, what and when."""
    contenu: dict[str, object] = json.loads(ligne.ligne)["details"]
    return contenu


def ecrire(session: Session) -> None:
    """Write now what is noted; locks the chain until the end of the transaction."""
    attentes = _en_attente(session)
    if not attentes:
        return
    session.info.pop(_CLE)
    # Every other row is written, so locked, before the head of the chain.
    session.flush()
    lignes = _pousser(session, attentes) or _avancer(session, attentes)
    session.connection().execute(_LIGNES, lignes)
    retenir(session, tete=[[lignes[-1]["numero"], lignes[-1]["empreinte"]]])


def verifier(session: Session) -> int:
    """Read the whole chain again and return its length; `JournalRompu` names the first bad line.

    A line changed, removed, moved or added is found, and so is a tail cut off; a forger who rewrites the chain
    and its head is not: the last digest of an export, kept elsewhere, tells (docs/journal.md).
    """
    ecrire(session)
    # One statement, hence one state of the database: the head cannot run ahead of the lines.
    requete = (
        select(*LigneJournal.__table__.c, JournalTete.numero.label("fin"), JournalTete.empreinte.label("sceau"))
        .outerjoin(JournalTete, JournalTete.id == 1).order_by(LigneJournal.numero)
    )
    lues, precedente, fin, sceau = 0, ORIGINE, None, None
    for ligne in session.execute(requete, execution_options={"yield_per": _PAR_LOT}):
        lues += 1
        _controler(ligne, lues, precedente)
        precedente, fin, sceau = ligne.empreinte, ligne.fin, ligne.sceau
    if not lues:
        fin = session.scalar(select(JournalTete.numero).where(~exists(select(LigneJournal.numero)))) or 0
        sceau = ORIGINE
    if (fin, sceau) != (lues, precedente):
        raise JournalRompu(ligne=lues + 1, motif="la fin de la chaîne ne correspond pas à sa tête")
    return lues


def exporter(session: Session) -> Iterator[str]:
    """The chain as text, a line each: numero, precedente, empreinte, ligne, separated by tabs."""
    colonnes = LigneJournal.numero, LigneJournal.precedente, LigneJournal.empreinte, LigneJournal.ligne
    requete = select(*colonnes).order_by(LigneJournal.numero)
    for ligne in session.execute(requete, execution_options={"yield_per": _PAR_LOT}):
        yield "\t".join(str(valeur) for valeur in ligne)


def sceller(precedente: str, ligne: str) -> str:
    """The digest that seals a line to the one before."""
    return hashlib.sha256((precedente + ligne).encode()).hexdigest()


def _en_attente(session: Session) -> list[_Attente]:
    racine, attentes = session.info.get(_CLE, (None, []))
    # What another transaction left behind was rolled back with it.
    return list(attentes) if racine is not None and racine is session.get_transaction() else []


def tete() -> ScalarSelect[list[Any]]:
    """The head of the chain, to be read beside something else and given to `retenir`: a guess, which saves a statement."""
    return select(Rangs(JournalTete.numero, JournalTete.empreinte)).where(JournalTete.id == 1).scalar_subquery()


def _pousser(session: Session, attentes: Sequence[_Attente]) -> list[dict[str, Any]] | None:
    """The lines, the head moved to the last of them at once; None when it was not read, or is no more as it was read."""
    for numero, empreinte in retenu(session, "tete") or ():
        lignes = _chainer(numero, empreinte, attentes)
        vers = {"vers": lignes[-1]["numero"], "scellee": lignes[-1]["empreinte"]}
        if session.connection().execute(_POUSSER, {"de": numero, "lue": empreinte, **vers}).rowcount == 1:
            return lignes
    return None


def _avancer(session: Session, attentes: Sequence[_Attente]) -> list[dict[str, Any]]:
    """The same when the head must be locked before it is known."""
    connexion, lignes = session.connection(), {"lignes": len(attentes)}
    lue = connexion.execute(_AVANCER, lignes).one_or_none()
    if lue is None:
        inserer_absents(session, JournalTete, [{"id": 1, "numero": 0, "empreinte": ORIGINE}])
        lue = connexion.execute(_AVANCER, lignes).one()
    chaine = _chainer(lue.numero - len(attentes), lue.empreinte, attentes)
    connexion.execute(_SCELLER, {"scellee": chaine[-1]["empreinte"]})
    return chaine


def _chainer(numero: int, empreinte: str, attentes: Sequence[_Attente]) -> list[dict[str, Any]]:
    lignes = []
    for attente in attentes:
        numero += 1
        lignes.append(_ligne(numero, empreinte, attente.acte))
        empreinte = lignes[-1]["empreinte"]
    return lignes


def _ligne(numero: int, precedente: str, acte: Acte) -> dict[str, Any]:
    quand = acte.quand.astimezone(UTC)
    contenu = {
        "numero": numero, "quand": quand.isoformat(), "acteur": acte.acteur, "acte": acte.acte, "sujet": acte.sujet,
        "details": acte.details,
    }
    ligne = json.dumps(contenu, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_simple)
    return {
        "numero": numero, "quand": quand, "acteur": acte.acteur, "acte": acte.acte, "sujet": acte.sujet,
        "ligne": ligne, "precedente": precedente, "empreinte": sceller(precedente, ligne),
    }


def _simple(valeur: object) -> object:
    if isinstance(valeur, date):
        return valeur.isoformat()
    if isinstance(valeur, Mapping):
        return dict(valeur)
    if isinstance(valeur, set | frozenset):
        return sorted(valeur)
    raise TypeError(f"a journal line keeps simple facts, not {type(valeur).__name__}")


def _controler(ligne: Any, attendu: int, precedente: str) -> None:
    if ligne.numero != attendu:
        raise JournalRompu(ligne=attendu, motif=f"elle manque, la suivante porte le numéro {ligne.numero}")
    if ligne.precedente != precedente:
        raise JournalRompu(ligne=attendu, motif="elle n’est pas liée à la ligne d’avant")
    if ligne.empreinte != sceller(precedente, ligne.ligne):
        raise JournalRompu(ligne=attendu, motif="son texte a été changé")
    dit = json.loads(ligne.ligne)
    montre = (ligne.numero, ligne.quand.isoformat(), ligne.acteur, ligne.acte, ligne.sujet)
    if montre != (dit["numero"], dit["quand"], dit["acteur"], dit["acte"], dit["sujet"]):
        raise JournalRompu(ligne=attendu, motif="ses colonnes ne disent pas ce que dit son texte")


@event.listens_for(Session, "before_commit")
def _avant_validation(session: Session) -> None:
    if session.get_nested_transaction() is None:
        ecrire(session)


@event.listens_for(Session, "after_soft_rollback")
def _apres_annulation(session: Session, annulee: SessionTransaction) -> None:
    attentes = _en_attente(session)
    if attentes:
        gardees = [attente for attente in attentes if not _dans(attente.transaction, annulee)]
        session.info[_CLE] = (session.get_transaction(), gardees)


def _dans(transaction: SessionTransaction | None, annulee: SessionTransaction) -> bool:
    while transaction is not None:
        if transaction is annulee:
            return True
        transaction = transaction.parent
    return False
