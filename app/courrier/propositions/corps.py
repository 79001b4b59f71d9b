"""The words of a letter that say what it wants: from its greeting to its closing formula, without heads, addresses and feet."""

import re

from app.courrier.organisation import plier

_APPEL = re.compile(
    r"^(?:(?:bonjour|bonsoir|salut|hello|(?:tres |bien )?ch(?:er|ere|eres|ers))\b.{0,60}"
    r"|(?:a l'attention de )?(?:monsieur|madame|mademoiselle|mesdames|messieurs|maitre|docteur|mme|m\.)(?:\b.{0,60})?)[,!:.]?$"
)
_FIN = re.compile(
    r"\b(?:salutations?|sentiments|consideration|respectueusement|cordialement|bien a vous|hommages?|devouement)\b"
)
_PAS_UN_APPEL = re.compile(r"\d|\bmairie\b|@")
_ASSEZ = 120
"""Letters below which what was cut out tells too little: then the whole text counts."""


def corps(texte: str) -> str:
    """What stands after the last greeting that stands alone on its line, up to the closing formula; the whole when in doubt."""
    lignes = texte.splitlines()
    plies = [plier(ligne) for ligne in lignes]
    # A head has «Madame le Maire» too, in the address: the body follows the last line of the kind before the closing.
    fin = next((rang for rang, plie in enumerate(plies) if rang > 3 and _FIN.search(plie)), len(lignes))
    appels = [rang for rang in range(fin) if _APPEL.match(plies[rang]) and not _PAS_UN_APPEL.search(plies[rang])]
    for debut in reversed(appels):
        dit = "\n".join(lignes[debut + 1 : fin + 1])
        if len(dit) >= _ASSEZ:
            return dit
    return texte
