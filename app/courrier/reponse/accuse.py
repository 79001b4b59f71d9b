"""The receipt of a demand (CRPA L112-3): refused as long as one mention that R112-5 asks for is missing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.courrier.errors import SaisieRefusee
from app.courrier.reponse.champs import CHAMPS, absents, fusionner, inconnus, valeurs
from app.courrier.reponse.modeles import modele
from app.courrier.tables import Courrier, Nature
from engine import Phrase

_TOUJOURS = ["courrier.recu_le", "bureau.nom", "bureau.adresse", "bureau.telephone", "bureau.courriel"]
MENTIONS = {
    "": _TOUJOURS,
    "SVR": [*_TOUJOURS, "implicite.date", "mention.recours"],
    "SVA": [*_TOUJOURS, "implicite.date", "mention.attestation"],
}
"""What the receipt must say, by what silence means for this nature (CRPA R112-5)."""

_MODELES = {"": "accuse-simple", "SVR": "accuse-svr", "SVA": "accuse-sva"}


@dataclass(frozen=True, kw_only=True)
class Accuse:
    """A receipt ready to leave, as plain text."""

    objet: str
    texte: str


def accuse(session: Session, courrier: Courrier, nature: Nature, *, now: datetime) -> Accuse:
    """The receipt of this courrier; `SaisieRefusee` names each mention that is missing, and where to put it right."""
    choisi = modele(session, _MODELES[nature.silence])
    voulues = MENTIONS[nature.silence]
    remplis = valeurs(session, courrier, agent=None, now=now)
    erreurs: dict[str, str] = {
        nom: Phrase("Le modèle «{modele}» ne dit pas : {mention}.", modele=choisi.nom, mention=CHAMPS[nom])
        for nom in absents(choisi.corps, voulues)
    }
    erreurs |= {nom: Phrase("Il manque : {mention}.", mention=CHAMPS[nom]) for nom in voulues if not remplis[nom]}
    faux = inconnus(choisi.sujet + choisi.corps)
    if faux:
        erreurs["corps"] = Phrase(
            "Le modèle «{modele}» nomme des champs qui n’existent pas : {noms}.", modele=choisi.nom, noms=", ".join(faux))
    if erreurs:
        raise SaisieRefusee(erreurs)
    return Accuse(objet=fusionner(choisi.sujet, remplis), texte=fusionner(choisi.corps, remplis))
