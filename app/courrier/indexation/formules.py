"""What a letter says by custom: its greeting, its closing formula, what it asks by; and between the two, its body."""

import re
from collections.abc import Sequence

_APPEL = re.compile(
    r"^(?:(?:bonjour|bonsoir|salut|hello|(?:tres |bien )?ch(?:er|ere|eres|ers))\b.{0,60}"
    r"|(?:a l'attention de )?(?:monsieur|madame|mademoiselle|mesdames|messieurs|maitre|docteur|mme|m\.)(?:\b.{0,60})?)[,!:.]?$"
)
_PAS_UN_APPEL = re.compile(r"\d|\bmairie\b|@")
FIN = re.compile(
    r"\b(?:salutations?|sentiments|consideration|respectueu\w*|cordialement|bien a vous|hommages?|devouement|attachement"
    r"|veuillez (?:agreer|croire))\b"
)
"""A closing formula, in folded text."""
DEMANDE = re.compile(
    r"\b(?:je|j'|nous|on|il)\b[^.?!]{0,60}\b(?:demand|sollicit|souhait|voudr|aimer|conteste|form(?:e|ons)\b|propos|recherch"
    r"|cherch|signal|invit|convi|reclam|transmet|adress|inform|saurais?|faudrait)"
    r"|\b(?:pourriez|pouvez|voulez|est-il possible|merci de)\b"
)
"""A sentence that asks, in folded text."""
_TETE = 4


def corps(plies: Sequence[str], *, assez: int = 0) -> tuple[int, int] | None:
    """The ranks of the first line of the body and of the one that closes it (or of the end), from folded lines.

    It follows the last greeting alone on its line that leaves more than `assez` signs: a head has «Madame le Maire» too. None
    in doubt.
    """
    fin = next((rang for rang, plie in enumerate(plies) if rang >= _TETE and FIN.search(plie)), len(plies))
    appels = [rang for rang in range(fin) if _APPEL.match(plies[rang]) and not _PAS_UN_APPEL.search(plies[rang])]
    debuts = (rang + 1 for rang in reversed(appels) if sum(len(plie) + 1 for plie in plies[rang + 1 : fin + 1]) > assez)
    return next(((debut, fin) for debut in debuts), None)
