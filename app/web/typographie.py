"""French as it is printed: the sign that ends a sentence never begins a line."""

import re
from functools import lru_cache

from babel.support import NullTranslations
from flask_babel import Babel, Domain

INSECABLE = "\N{NO-BREAK SPACE}"
_AVANT = re.compile(" (?=[:;?!»]|%%)")


@lru_cache(maxsize=4096)
def composer(texte: str) -> str:
    """The sentence with no-break spaces before : ; ? ! » % and after «, as the Imprimerie nationale sets them.

    A sentence of the program, whose percent sign is written twice; never what somebody typed.
    """
    return _AVANT.sub(INSECABLE, texte).replace("« ", f"«{INSECABLE}")


class Francais(NullTranslations):
    """The texts of the program are French already: they are only set."""

    def gettext(self, message: str) -> str:
        """One sentence."""
        return composer(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """One of two sentences: in French, nought and one and a half are singular."""
        return composer(msgid1 if abs(n) < 2 else msgid2)

    ugettext, ungettext = gettext, ngettext


def install(babel: Babel) -> None:
    """Have French set so wherever a text of the program is shown."""
    textes = Domain()
    textes.cache["fr", textes.domain[0]] = Francais()
    babel.domain_instance = textes
