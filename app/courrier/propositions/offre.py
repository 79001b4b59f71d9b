"""A proposal as the form shows it: up to three candidates for a field, each with its reason, and where it was read."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.courrier.apprentissage import SUR
from app.courrier.ports import Boite

CANDIDATS = 3


@dataclass(frozen=True, kw_only=True)
class Choix:
    """A candidate: `valeur` as the register keeps it (a text, a key, a number), `nom` as it is shown, 0..1 sure.

    Its reason is a whole sentence of the catalogue (`raison`), the words of a rule of the house (`regle`), or the words of
    the letter that speak for it (`mots`).
    """

    valeur: str
    nom: str
    confiance: float
    raison: str = ""
    regle: str = ""
    mots: tuple[str, ...] = ()
    appris: bool = False


@dataclass(frozen=True, kw_only=True)
class Offre:
    """What is proposed for a field; `version`: of the model that its first candidate comes from, None when from a rule.

    `page` and `boite`: where its first candidate was read; `places`: of the words that speak for it, when it was not read.
    """

    champ: str
    choix: tuple[Choix, ...]
    version: int | None = None
    page: int = 0
    boite: Boite | None = None
    places: tuple[tuple[int, Boite], ...] = ()

    @property
    def premier(self) -> Choix:
        """The surest candidate."""
        return self.choix[0]

    @property
    def cochee(self) -> bool:
        """Whether it is sure enough to be ticked in advance."""
        return self.premier.confiance >= SUR


def offre(
    champ: str, candidats: Iterable[Choix], *, version: int | None = None, page: int = 0, boite: Boite | None = None
) -> Offre | None:
    """The offer of these candidates, each value once, the surest first; nothing when there are none."""
    meilleurs: dict[str, Choix] = {}
    for choix in sorted(candidats, key=lambda un: -un.confiance):
        meilleurs.setdefault(choix.valeur, choix)
    gardes = tuple(meilleurs.values())[:CANDIDATS]
    if not gardes:
        return None
    return Offre(champ=champ, choix=gardes, version=version if gardes[0].appris else None, page=page, boite=boite)
