"""What a box says of all that comes by it: its bureau, and its rules, the first that fits winning."""

from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import organisation
from app.courrier.indexation import Proposition
from app.courrier.tables import Boite, Bureau, Depot, Nature, Reception

CHAMPS = ("objet", "expediteur", "destinataire", "fichier")
"""Where a rule may look: in a message's headers, or in the name of a file."""

_ENTETES = {"objet": ("subject",), "expediteur": ("from", "reply-to"), "destinataire": ("to", "cc")}
_SURE = 0.9


def suggerer(session: Session, depot_id: int, entetes: Mapping[str, str]) -> tuple[Proposition, ...]:
    """Nature and bureau, with why, for a depot that was collected; nothing for the others."""
    trouve = session.execute(
        select(Boite, Depot.origine).join(Reception, Reception.boite_id == Boite.id).join(Depot, Depot.id == Reception.depot_id)
        .where(Depot.id == depot_id)
    ).first()
    if trouve is None:
        return ()
    boite, nom = trouve
    textes = {champ: " ".join(entetes.get(entete, "") for entete in noms) for champ, noms in _ENTETES.items()}
    return tuple(_propositions(session, boite, {**textes, "fichier": nom}))


def _propositions(session: Session, boite: Boite, textes: Mapping[str, str]) -> Iterator[Proposition]:
    regle: Mapping[str, str] = next((regle for regle in boite.regles if _convient(regle, textes)), {})
    pourquoi = f"boîte « {boite.nom} »"
    if regle:
        pourquoi += f", règle : {regle['champ']} contient « {regle['contient']} »"
    nature = session.scalar(select(Nature.cle).where(Nature.cle == regle.get("nature")))
    sien = session.scalar(select(Bureau.cle).where(Bureau.id == boite.bureau_id))
    bureau = session.scalar(select(Bureau.cle).where(Bureau.cle == regle.get("bureau"))) or sien
    if nature:
        yield _proposition("nature", nature, pourquoi)
    if bureau:
        yield _proposition("bureau", bureau, pourquoi)


def _convient(regle: Mapping[str, str], textes: Mapping[str, str]) -> bool:
    return organisation.plier(regle["contient"]) in organisation.plier(textes.get(regle["champ"], ""))


def _proposition(champ: str, valeur: str, raison: str) -> Proposition:
    return Proposition(champ=champ, valeur=valeur, confiance=_SURE, page=1, boite=None, extrait="", raison=raison)
