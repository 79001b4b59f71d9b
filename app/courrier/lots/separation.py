"""What a separator sheet says of the letter behind it: a bureau, perhaps a nature and a confidentiality, in a short code.

`VGM1:SEP:<bureau>:<nature>:<confidentialite>:<contrôle>`, keys as the organisation knows them. The check tells a code of
ours from one cut short or made up by chance; it is no seal: a code only fills in a form that a clerk confirms.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from app.courrier.indexation import Proposition

CONFIDENTIALITES = ("interne", "restreint", "personnel")
_DEBUT = "VGM1:SEP"
_CONTROLE = 6
RAISON = "feuille de séparation"


@dataclass(frozen=True, kw_only=True)
class Feuille:
    """A separator sheet; what is empty is left to the clerk."""

    bureau: str
    nature: str = ""
    confidentialite: str = ""


def ecrire(feuille: Feuille) -> str:
    """The code that the sheet carries."""
    dit = f"{_DEBUT}:{feuille.bureau}:{feuille.nature}:{feuille.confidentialite}"
    return f"{dit}:{_controle(dit)}"


def lire(code: str) -> Feuille | None:
    """The sheet that carries this code; None when it is not one of ours, or not whole."""
    dit, _, controle = code.rpartition(":")
    champs = dit.split(":")
    if controle != _controle(dit) or ":".join(champs[:2]) != _DEBUT or len(champs) != 5:
        return None
    _, _, bureau, nature, confidentialite = champs
    return Feuille(bureau=bureau, nature=nature, confidentialite=confidentialite)


def de_separation(code: str) -> bool:
    """Whether a page's code is that of a sheet, whole or not, and not that of a courrier's label."""
    return code.split(":")[1:2] == _DEBUT.split(":")[1:]


def proposer(code: str) -> Iterator[Proposition]:
    """What the sheet in front of a letter fills in; a bureau or a nature that is no more is left to the clerk by the form."""
    feuille = lire(code)
    for champ, valeur in asdict(feuille).items() if feuille else ():
        if valeur and (champ != "confidentialite" or valeur in CONFIDENTIALITES):
            yield Proposition(champ=champ, valeur=valeur, confiance=1.0, page=0, boite=None, extrait="", raison=RAISON)


def _controle(dit: str) -> str:
    return hashlib.sha256(dit.encode()).hexdigest()[:_CONTROLE]
