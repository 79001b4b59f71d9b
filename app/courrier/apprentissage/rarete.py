"""How rare each term is in the letters of a house that has learned nothing yet: counted once a process for many registrations."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.courrier.apprentissage.exemples import dernier_id, exemples
from app.courrier.apprentissage.modele import rarete_de
from app.courrier.apprentissage.termes import termes

PALIER = 50
"""Courriers after which it is counted again: their letters are read once for all the registrations until the next."""
TEMOINS = 100
"""Letters that are counted, the newest ones."""

_comptees: dict[tuple[str, int], Mapping[str, float]] = {}


def rarete(session: Session) -> Mapping[str, float]:
    """By term, how few of the newest letters hold it; nothing before the first `PALIER` courriers."""
    dernier = dernier_id(session)
    jusqu_a = dernier - dernier % PALIER
    cle = (str(session.get_bind().engine.url), jusqu_a)
    trouvee = _comptees.get(cle)
    if trouvee is None:
        comptes = [termes(exemple.texte) for exemple in exemples(session, limite=TEMOINS, jusqu_a=jusqu_a)] if jusqu_a else []
        portent = Counter(terme for compte in comptes for terme in compte)
        trouvee = {terme: rarete_de(n, len(comptes)) for terme, n in portent.items()}
        # Another thread may clear it at any moment: what is answered is never read back.
        _comptees.clear()
        _comptees[cle] = trouvee
    return trouvee
