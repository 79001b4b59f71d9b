"""Lines of an address that a narrow column cut in two: one says by its end, or the next by its beginning, that it goes on."""

import re
from collections.abc import Sequence

from app.courrier.indexation.contacts import COURRIEL, TELEPHONE
from app.courrier.indexation.lignes import Ligne

_CODE = re.compile(r"(?<!\d)(?<!\d )\d{5}$")
_MOT = re.compile(r"(?<=\w)-$")
# What nobody ends a line on by choice: an article, a preposition, a title that calls for a name, a street without its name.
_APPELLE = re.compile(
    r"(?:(?:^|[\s'(])(?:d[eu]s?|d'|l[ae]s?|l'|aux?|et|&|en|sur|sous|chez|pour|sainte?|ste?|general|marechal|docteur|colonel|president"
    r"|abbe|chanoine|(?:l[ae]s?|du) (?:haut|bas|petit|grand|vieux|vieill|nouv)e?(?:aux?|elle)?s?"
    r"|\d (?:bis |ter )?(?:rue|avenue|boulevard|chemin|impasse|allee|place|quai|route|venelle|ruelle|cite|square|cours|passage))"
    r"|, \d{1,4}(?: bis| ter)?)$"
)
_TIRET = re.compile(r"\s[-–—|·]$")
# What a line begins with only when the one above it goes on; «de : Jean Martin» and «de la part de» are labels.
_SUITE = re.compile(r"^(?:d[eu]s?\s(?!la part)|d'|aux?\s|et\s|cedex\b|a l'|-)(?!.*:)")
# «Paul Rigaud, conseiller» and «municipal délégué»: what somebody is runs on in small letters.
_QUALITE = re.compile(r", [a-zà-ÿ][^,\d]{4,}$")
_NOTRE = re.compile(r"\b(?:mairie|commune|ville)\b")
# Longer than any line of an address is: a page of lines that all go on is no address, and is not put together for ever.
_LONGUE = 240
_LABEL = re.compile(r"^[a-z' ]{2,28}\s?:")


def recollees(bloc: Sequence[Ligne]) -> list[Ligne]:
    """The lines of a block, those that were cut put together: «72603» and «MAMERS», «2 venelle» and «du Presbytère»."""
    faites: list[Ligne] = []
    for ligne in bloc:
        joint = _joint(faites[-1], ligne) if faites else None
        faites.append(ligne if joint is None else faites.pop().suite(ligne, joint))
    return faites


def _joint(dessus: Ligne, dessous: Ligne) -> str | None:
    """What stands between a line and the one that goes on with it; None when each is whole."""
    if len(dessus.texte) + len(dessous.texte) > _LONGUE:
        return None
    if COURRIEL.search(dessous.plie) or COURRIEL.search(dessus.plie) or _LABEL.match(dessous.plie):
        return None
    if _MOT.search(dessus.texte):
        return "" if dessous.texte[0].isalpha() else None
    if _CODE.search(dessus.texte):
        return " " if dessous.texte[0].isalpha() and not TELEPHONE.search(dessous.plie) else None
    ouverte = dessus.texte.count("(") > dessus.texte.count(")") and ")" in dessous.texte
    appelle = _APPELLE.search(dessus.plie) and dessous.texte[0].isalpha()
    qualite = _QUALITE.search(dessus.texte) and dessous.texte[0].islower() and not _NOTRE.search(dessous.plie)
    return " " if ouverte or appelle or qualite or _TIRET.search(dessus.texte) or _SUITE.match(dessous.plie) else None
