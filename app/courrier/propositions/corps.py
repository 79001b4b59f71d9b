"""The words of a letter that say what it wants: from its greeting to its closing formula, without heads, addresses and feet."""

from app.courrier.indexation import formules
from app.courrier.organisation import plier

_ASSEZ = 120
"""Letters below which what was cut out tells too little: then the whole text counts."""


def corps(texte: str) -> str:
    """What stands after the last greeting that stands alone on its line, up to the closing formula; the whole when in doubt."""
    lignes = texte.splitlines()
    etendue = formules.corps([plier(ligne) for ligne in lignes], assez=_ASSEZ)
    return "\n".join(lignes[etendue[0] : etendue[1] + 1]) if etendue else texte
