"""Two sheets of one person become one: its courriers, people and groups follow; undone, both are as they were before."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.courrier import journal
from app.courrier.correspondants import cles, groupes
from app.courrier.correspondants.contact import CHAMPS, Contact, valider
from app.courrier.correspondants.fiches import changer, sujet, verrouiller
from app.courrier.errors import GesteRefuse, Introuvable
from app.courrier.habilitations import Moi, visible
from app.courrier.tables import Correspondant, Courrier, Fusion, Membre

_PAR_LOT = 500


@dataclass(frozen=True, kw_only=True)
class Retour:
    """What an undoing left: fields of the kept sheet that somebody has corrected since, how many courriers that came since."""

    gardes: Sequence[str]
    restes: int


def proposer(gardee: Correspondant, otee: Correspondant) -> dict[str, str]:
    """Which sheet each differing field is best taken from: the kept one, unless it says nothing there."""
    differents = [champ for champ in CHAMPS if getattr(gardee, champ) != getattr(otee, champ)]
    return {champ: "gardee" if getattr(gardee, champ) else "otee" for champ in differents}


def fusionner(
    session: Session, gardee_id: int, otee_id: int, choix: Mapping[str, str], *, par: str, now: datetime
) -> Fusion:
    """Merge `otee` into `gardee`. `choix`: «gardee» or «otee» by field; what is not chosen stays as it is in the kept sheet.

    `SaisieRefusee` when what was chosen makes no sheet; `GesteRefuse` when one is gone into another already.
    """
    if gardee_id == otee_id:
        raise GesteRefuse(motif="Une fiche ne se fusionne pas avec elle-même.")
    gardee, otee = verrouiller(session, gardee_id, otee_id)
    if gardee.fusionne_vers is not None or otee.fusionne_vers is not None:
        raise GesteRefuse(motif="L’une de ces fiches a déjà été fusionnée ; rien n’a été changé. Rouvrez la liste.")
    valeurs = _choisies(gardee, otee, choix)
    avant = {champ: getattr(gardee, champ) for champ in valeurs}
    changes = changer(session, gardee, valeurs, acte="fusionner", par=par, now=now)
    fusion = Fusion(
        gardee_id=gardee.id, otee_id=otee.id, faite_le=now, faite_par=par, avant={champ: avant[champ] for champ in changes},
        apres={champ: valeurs[champ] for champ in changes}, suivis=_suivre(session, gardee, otee, par=par, now=now),
    )
    otee.fusionne_vers = gardee.id
    cles.oublier(session, otee.id)
    session.add(fusion)
    session.flush()
    journal.noter(session, acteur=par, acte="fusionner-correspondants", sujet=sujet(gardee.id), now=now, otee=otee.id,
                  champs=changes, courriers=fusion.suivis["courriers"])  # fmt: skip
    return fusion


def defaire(
    session: Session, moi: Moi, fusion_id: int, *, rendre: Collection[int] = (), now: datetime
) -> tuple[Fusion, Retour]:
    """Bring both sheets back as they were before a merge.

    What was corrected since stays corrected. The courriers that came since stay with the kept sheet, but those of `rendre`,
    as far as they are open to who asks. `GesteRefuse` when another merge stands on this one; `Introuvable`.
    """
    fusion = session.get(Fusion, fusion_id, with_for_update=True, populate_existing=True)
    if fusion is None:
        raise Introuvable(quoi="Cette fusion")
    gardee, otee = verrouiller(session, fusion.gardee_id, fusion.otee_id)
    _exiger_derniere(session, fusion, gardee, otee)
    otee.fusionne_vers = None
    cles.poser(session, [otee])
    revient = {champ: valeur for champ, valeur in fusion.avant.items() if getattr(gardee, champ) == fusion.apres[champ]}
    # First its people go back: they would follow what the kept sheet becomes.
    _rendre(session, fusion, par=moi.identifiant, now=now)
    changer(session, gardee, revient, acte="defaire", par=moi.identifiant, now=now)
    depuis = {courrier.id for courrier in venus_depuis(session, moi, [fusion])[fusion.id]}
    rendus = sorted(depuis & set(rendre))
    _passer(session, rendus, gardee.id, otee.id)
    fusion.defaite_le, fusion.defaite_par = now, moi.identifiant
    session.flush()
    journal.noter(session, acteur=moi.identifiant, acte="defaire-fusion", sujet=sujet(gardee.id), now=now, otee=otee.id,
                  champs=sorted(revient), courriers=rendus)  # fmt: skip
    return fusion, Retour(gardes=sorted(set(fusion.avant) - set(revient)), restes=len(depuis) - len(rendus))


def venus_depuis(session: Session, moi: Moi, fusions: Sequence[Fusion]) -> Mapping[int, Sequence[Courrier]]:
    """By merge: the courriers of the kept sheet that came since and are open to the reader."""
    if not fusions:
        return {}
    apres = select(Courrier).where(
        Courrier.correspondant_id.in_({fusion.gardee_id for fusion in fusions}),
        Courrier.enregistre_le >= min(fusion.faite_le for fusion in fusions), visible(moi),
    )  # fmt: skip
    venus = session.scalars(apres.order_by(Courrier.id)).all()
    return {
        fusion.id: [un for un in venus if un.correspondant_id == fusion.gardee_id and un.enregistre_le >= fusion.faite_le]
        for fusion in fusions
    }


def fusions(session: Session, *, limite: int = 100) -> Sequence[tuple[Fusion, Correspondant, Correspondant]]:
    """The last merges, newest first, each with the kept sheet and the one that was merged into it."""
    rangs = session.scalars(select(Fusion).order_by(Fusion.id.desc()).limit(limite)).all()
    ids = {cle for rang in rangs for cle in (rang.gardee_id, rang.otee_id)}
    fiches = {fiche.id: fiche for fiche in session.scalars(select(Correspondant).where(Correspondant.id.in_(ids)))}
    return [(rang, fiches[rang.gardee_id], fiches[rang.otee_id]) for rang in rangs]


def _choisies(gardee: Correspondant, otee: Correspondant, choix: Mapping[str, str]) -> dict[str, Any]:
    """The clean values of the kept sheet; it stays at, or comes to, the body whose name it takes."""
    pris = {champ: getattr(otee if choix.get(champ) == "otee" else gardee, champ) for champ in CHAMPS}
    maison = (otee if choix.get("organisme") == "otee" else gardee).organisme_id
    ailleurs = maison if maison not in (gardee.id, otee.id) and pris["genre"] == "personne" else None
    return {**valider(Contact(**pris)), "organisme_id": ailleurs}


def _suivre(session: Session, gardee: Correspondant, otee: Correspondant, *, par: str, now: datetime) -> dict[str, Any]:
    """Take over the courriers, the people and the groups of the sheet that goes; which they were, the people as they were."""
    courriers = list(session.scalars(select(Courrier.id).where(Courrier.correspondant_id == otee.id).order_by(Courrier.id)))
    siens = select(Correspondant).where(Correspondant.organisme_id == otee.id, Correspondant.id != gardee.id)
    gens = session.scalars(siens.order_by(Correspondant.id)).all()
    contacts = {str(membre.id): membre.organisme for membre in gens}
    entres = sorted(set(groupes.de(session, otee.id)) - set(groupes.de(session, gardee.id)))
    _passer(session, courriers, otee.id, gardee.id)
    for membre in gens:
        suit = {"organisme_id": gardee.id, "organisme": gardee.organisme}
        changer(session, membre, suit, acte="organisme", par=par, now=now)
    groupes.joindre(session, [(groupe, gardee.id) for groupe in entres])
    return {"courriers": courriers, "contacts": contacts, "groupes": entres}


def _rendre(session: Session, fusion: Fusion, *, par: str, now: datetime) -> None:
    """Give back what had followed and is still where the merge took it."""
    _passer(session, fusion.suivis["courriers"], fusion.gardee_id, fusion.otee_id)
    for membre_id, organisme in fusion.suivis["contacts"].items():
        membre = session.get(Correspondant, int(membre_id), with_for_update=True)
        if membre is not None and membre.organisme_id == fusion.gardee_id:
            revient = {"organisme_id": fusion.otee_id, "organisme": organisme}
            changer(session, membre, revient, acte="organisme", par=par, now=now)
    quitte = select(Membre).where(Membre.correspondant_id == fusion.gardee_id, Membre.groupe_id.in_(fusion.suivis["groupes"]))
    for place in session.scalars(quitte).all():
        session.delete(place)
    session.flush()


def _passer(session: Session, courriers: Sequence[int], de: int, vers: int) -> None:
    for debut in range(0, len(courriers), _PAR_LOT):
        session.execute(
            update(Courrier).where(Courrier.id.in_(courriers[debut : debut + _PAR_LOT]), Courrier.correspondant_id == de)
            .values(correspondant_id=vers, numero_index=Courrier.numero_index + 1),
            execution_options={"synchronize_session": "fetch"},
        )


def _exiger_derniere(session: Session, fusion: Fusion, gardee: Correspondant, otee: Correspondant) -> None:
    if fusion.defaite_le is not None or otee.fusionne_vers != gardee.id:
        raise GesteRefuse(motif="Cette fusion est déjà défaite ; rien n’a été changé.")
    dessus = session.scalar(
        select(Fusion.id).where(Fusion.id > fusion.id, Fusion.defaite_le.is_(None),
                                (Fusion.gardee_id == gardee.id) | (Fusion.otee_id == gardee.id)).limit(1)
    )  # fmt: skip
    if dessus is not None:
        raise GesteRefuse(motif="Une autre fusion a été faite depuis avec la fiche gardée : défaites-la d’abord.")
