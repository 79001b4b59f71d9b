"""Courriers of one affair: proposed while a letter is registered, linked both ways, unlinked by a new line that undoes it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.courrier import corbeille, depot, doublons, habilitations, journal, registre, texte
from app.courrier.doublons import Rapprochements
from app.courrier.errors import Interdit, SaisieRefusee
from app.courrier.habilitations import Moi, visible
from app.courrier.organisation import plier
from app.courrier.tables import Courrier, Depot, Envoi, FilCourriel, LigneLien, Piece
from app.courrier.tables.absents import inserer_absents
from engine import Task

NOMBRE = 8
"""Courriers proposed at most."""

RECENTS = timedelta(days=365)
"""How far back a courrier may be of the same affair by what it is about; a number that is quoted has no age."""

_SUR = 0.85
_MEME_OBJET = 0.5
_MOT = 4
_MOTIF = 300


@dataclass(frozen=True, kw_only=True)
class Propose:
    """A courrier that may be of the same affair, why (a sentence of the catalogue, with `quoi` in it), ticked when it is sure."""

    courrier: Courrier
    raison: str
    quoi: str = ""
    coche: bool = False


@dataclass(frozen=True, kw_only=True)
class Lien:
    """A courrier of the same affair, since when and why."""

    courrier: Courrier
    motif: str
    par: str
    le: datetime


def proposer(session: Session, moi: Moi, attend: Depot, proches: Rapprochements, *, now: datetime) -> list[Propose]:
    """The courriers that a letter goes with, the surest first, each by its best reason; only those that the reader may see."""
    sauf = {jumeau.courrier.id for jumeau in proches.jumeaux if jumeau.courrier}
    trouves: dict[int, Propose] = {}
    for propose in _tous(session, moi, attend, proches, now - RECENTS):
        if propose.courrier.id not in sauf:
            trouves.setdefault(propose.courrier.id, propose)
    return list(trouves.values())[:NOMBRE]


def _tous(session: Session, moi: Moi, attend: Depot, proches: Rapprochements, depuis: datetime) -> Iterator[Propose]:
    pieces = [piece for piece in depot.pieces(session, attend.id) if piece.genre in ("original", "annexe")]
    dit = "\n".join(page.texte for piece in pieces[:5] for page in texte.pages(session, piece.id)[:10])
    lues = {lue["champ"]: str(lue["valeur"]) for lue in attend.propositions}

    def ouverts(*conditions: ColumnElement[bool]) -> Sequence[Courrier]:
        ou = select(Courrier).where(*conditions, visible(moi), Courrier.etat != "annule")
        return session.scalars(ou.order_by(Courrier.recu_le.desc(), Courrier.id.desc()).limit(NOMBRE)).all()

    # The first number quoted is asked elsewhere on the form: whether the letter answers it.
    cites = [chrono for chrono in doublons.chronos(dit) if chrono != lues.get("chrono")][:NOMBRE]
    for trouve in ouverts(Courrier.chrono.in_(cites)) if cites else ():
        yield Propose(courrier=trouve, raison="cité dans la lettre", coche=True)
    for trouve in ouverts(Courrier.id.in_(_du_fil(session, attend))):
        yield Propose(courrier=trouve, raison="même échange de courriels", coche=True)
    for numero in doublons.dossiers(dit)[:NOMBRE]:
        memes = select(Piece.courrier_id).where(Piece.sha256.in_(doublons.portant(session, numero)))
        for trouve in ouverts(Courrier.id.in_(memes), Courrier.recu_le >= depuis):
            yield Propose(courrier=trouve, raison="cite aussi %(quoi)s", quoi=numero)
    if lues.get("reference"):
        for trouve in ouverts(Courrier.reference == lues["reference"], Courrier.recu_le >= depuis):
            yield Propose(courrier=trouve, raison="même référence, %(quoi)s", quoi=lues["reference"])
    for trouve in proches.suites:
        yield Propose(courrier=trouve, raison="même expéditeur, texte semblable")
    siens = Courrier.correspondant_id.in_(_fiches(session, lues))
    for trouve in ouverts(siens, Courrier.recu_le >= depuis) if lues.get("objet") else ():
        if _meme_objet(trouve.objet, lues["objet"]):
            yield Propose(courrier=trouve, raison="même expéditeur, objet semblable")
    for trouve in proches.modele[:1]:
        yield Propose(courrier=trouve, raison="même lettre type")


def _du_fil(session: Session, attend: Depot) -> list[int]:
    """The courriers of the e-mails that this one answers or that answer it, and of those of ours that it answers."""
    mien, sien = aliased(FilCourriel), aliased(FilCourriel)
    memes = select(Depot.courrier_id).join(sien, sien.depot_id == Depot.id).join(mien, mien.message_id == sien.message_id)
    memes = memes.where(mien.depot_id == attend.id, sien.depot_id != attend.id, or_(~mien.propre, ~sien.propre))
    cites = session.scalars(select(FilCourriel.message_id).where(FilCourriel.depot_id == attend.id, ~FilCourriel.propre))
    notres = select(Envoi.courrier_id).where(Envoi.message_id.in_([cite.strip("<>").partition("@")[0] for cite in cites]))
    return [numero for numero in (*session.scalars(memes), *session.scalars(notres)) if numero is not None]


def _fiches(session: Session, lues: Mapping[str, str]) -> list[int]:
    contact = registre.Contact(
        nom=lues.get("expediteur", ""), courriel=lues.get("courriel", ""), telephone=lues.get("telephone", ""),
        code_postal=lues.get("code_postal", ""), siret=lues.get("siret", ""),
    )  # fmt: skip
    return [connu.correspondant.id for connu in registre.trouver(session, contact) if connu.confiance >= _SUR]


def _meme_objet(un: str, autre: str) -> bool:
    mots, autres = ({mot for mot in plier(objet).replace("'", " ").split() if len(mot) >= _MOT} for objet in (un, autre))
    return len(mots & autres) >= 2 and len(mots & autres) >= _MEME_OBJET * len(mots | autres)


def peut_lier(session: Session, moi: Moi, courrier: Courrier) -> bool:
    """Whether this agent may link a courrier that they see: who registers mail, and who has one of its steps to do."""
    if habilitations.peut(moi, "enregistrer"):
        return True
    sienne = select(Task.id).where(Task.instance_id == courrier.instance_id, Task.closed_at.is_(None), corbeille.a_ma_portee(moi))
    return courrier.instance_id is not None and session.scalar(sienne.limit(1)) is not None


def lies(session: Session, moi: Moi, courrier: Courrier) -> list[Lien]:
    """The courriers linked to one, as far as the reader may see them, the oldest first."""
    lignes = session.scalars(select(LigneLien).where(_touche(courrier.id)).order_by(LigneLien.id))
    dernieres = {_autre(ligne, courrier.id): ligne for ligne in lignes}
    numeros = [numero for numero, ligne in dernieres.items() if ligne.geste == "lier"]
    ouverts = session.scalars(select(Courrier).where(Courrier.id.in_(numeros), visible(moi)).order_by(Courrier.id))
    return [
        Lien(courrier=ouvert, motif=dernieres[ouvert.id].motif, par=dernieres[ouvert.id].par, le=dernieres[ouvert.id].le)
        for ouvert in ouverts
    ]  # fmt: skip


def lier_coches(session: Session, moi: Moi, courrier: Courrier, numeros: Iterable[int], *, now: datetime) -> None:
    """Link a courrier just registered to those that its clerk ticked; what is no longer open to them is left out."""
    choisis = select(Courrier).where(Courrier.id.in_(set(numeros)), Courrier.id != courrier.id, visible(moi))
    for autre in session.scalars(choisis.order_by(Courrier.id).limit(NOMBRE)).all():
        _ecrire(session, moi, courrier, autre, "lier", "", now)


def lier(session: Session, moi: Moi, courrier_id: int, chrono: str, motif: str, *, now: datetime) -> Courrier:
    """Link two courriers, the other told by its number; `SaisieRefusee` says what is wrong with it."""
    courrier = _a_lier(session, moi, courrier_id)
    autre = session.scalar(select(Courrier).where(Courrier.chrono == chrono.strip().upper(), visible(moi)))
    if autre is None or autre.id == courrier.id:
        raise SaisieRefusee({"chrono": "Écrivez le numéro d’un autre courrier, comme A-2026-00012."})
    if any(lien.courrier.id == autre.id for lien in lies(session, moi, courrier)):
        raise SaisieRefusee({"chrono": "Ces deux courriers sont déjà liés."})
    _ecrire(session, moi, courrier, autre, "lier", motif.strip()[:_MOTIF], now)
    return autre


def delier(session: Session, moi: Moi, courrier_id: int, autre_id: int, *, now: datetime) -> Courrier:
    """Undo the link between two courriers by a line of its own; nothing happens when there is none."""
    courrier, autre = _a_lier(session, moi, courrier_id), habilitations.voir(session, moi, autre_id)
    if any(lien.courrier.id == autre.id for lien in lies(session, moi, courrier)):
        _ecrire(session, moi, courrier, autre, "delier", "", now)
    return autre


def _a_lier(session: Session, moi: Moi, courrier_id: int) -> Courrier:
    courrier = habilitations.voir(session, moi, courrier_id)
    if not peut_lier(session, moi, courrier):
        raise Interdit(action="lier ce courrier à d’autres")
    return courrier


def _ecrire(session: Session, moi: Moi, courrier: Courrier, autre: Courrier, geste: str, motif: str, now: datetime) -> None:
    premier, second = sorted((courrier.id, autre.id))
    paire = LigneLien.courrier_id == premier, LigneLien.autre_id == second
    rang = session.scalar(select(func.count()).select_from(LigneLien).where(*paire)) or 0
    # Two agents who link the same two at the same moment write one line.
    ligne = {"courrier_id": premier, "autre_id": second, "rang": rang + 1, "geste": geste, "motif": motif}
    inserer_absents(session, LigneLien, [{**ligne, "par": moi.identifiant, "le": now}])
    # The number of the other is not written: who reads this history may not see that courrier.
    for un, lie in ((courrier, autre), (autre, courrier)):
        journal.noter(session, acteur=moi.identifiant, acte=geste, sujet=f"courrier:{un.id}", now=now, autre=lie.id)


def _touche(courrier_id: int) -> ColumnElement[bool]:
    return or_(LigneLien.courrier_id == courrier_id, LigneLien.autre_id == courrier_id)


def _autre(ligne: LigneLien, courrier_id: int) -> int:
    return ligne.autre_id if ligne.courrier_id == courrier_id else ligne.courrier_id
