"""What indexation hands to the clerk: a value, how sure it is, where it was read and why it was taken."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.courrier.indexation.lignes import Ligne, Passage, plier
from app.courrier.ports import Boite

CHAMPS = (
    *("expediteur", "adresse", "code_postal", "ville", "courriel", "telephone", "siret"),
    *("destinataire", "date_courrier", "objet", "reference", "notre_reference", "chrono", "recommande", "delai", "priorite"),
)
"""The fields, in the order of the form. Dates are ISO; `delai` is an ISO date or «15 jours», «2 mois».

`destinataire` is whom the letter is for, as it is written; `chrono` the number of ours that it quotes; `priorite` is
«urgente» or left out.
"""


CANDIDATS = 3
"""What may be proposed for a field at most."""


@dataclass(frozen=True, kw_only=True)
class Proposition:
    """A suggestion for one field; `confiance` 0..1, `boite` in fractions of its page, None in an e-mail.

    `autres`: what else the field may be, less surely; those have none of their own.
    """

    champ: str
    valeur: str
    confiance: float
    page: int
    boite: Boite | None
    extrait: str
    raison: str
    autres: "tuple[Proposition, ...]" = ()


def lue(champ: str, valeur: str, confiance: float, passage: Passage, raison: str) -> Proposition:
    """A proposition read in a passage of the text."""
    return Proposition(
        champ=champ,
        valeur=valeur,
        confiance=arrondie(confiance),
        page=passage.ligne.page,
        boite=passage.boite,
        extrait=passage.ligne.texte,
        raison=raison,
    )


def sur_ligne(champ: str, valeur: str, confiance: float, ligne: Ligne, raison: str) -> Proposition:
    """A proposition read in a line; its box is that of the value's words when they stand in it as they are."""
    place = ligne.texte.find(valeur)
    return Proposition(
        champ=champ,
        valeur=valeur,
        confiance=arrondie(confiance),
        page=ligne.page,
        boite=ligne.boite_de(place, place + len(valeur)) if place >= 0 else ligne.boite,
        extrait=ligne.texte,
        raison=raison,
    )


def ensemble(trouvees: Iterable[Proposition]) -> dict[str, Proposition]:
    """By field, the first found, with what else was found for it, each value once."""
    par_champ: dict[str, list[Proposition]] = {}
    for proposition in trouvees:
        memes = par_champ.setdefault(proposition.champ, [])
        if proposition.valeur and plier(proposition.valeur) not in {plier(une.valeur) for une in memes}:
            memes.append(proposition)
    return {
        champ: replace(memes[0], autres=tuple(_moins_sure(une, memes[0]) for une in memes[1:CANDIDATS]))
        for champ, memes in par_champ.items() if memes
    }  # fmt: skip


def _moins_sure(une: Proposition, premiere: Proposition) -> Proposition:
    """A second candidate is never surer than the first: its order says so, its figure must."""
    return replace(une, confiance=arrondie(min(une.confiance, premiere.confiance * 0.9, 0.49)))


def arrondie(confiance: float) -> float:
    """A confidence that never claims to be certain."""
    return round(min(max(confiance, 0.0), 0.99), 2)
