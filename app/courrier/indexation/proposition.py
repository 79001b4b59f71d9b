"""What indexation hands to the clerk: a value, how sure it is, where it was read and why it was taken."""

from dataclasses import dataclass

from app.courrier.indexation.lignes import Ligne, Passage
from app.courrier.ports import Boite

CHAMPS = (
    *("expediteur", "adresse", "code_postal", "ville", "courriel", "telephone", "siret"),
    *("destinataire", "date_courrier", "objet", "reference", "notre_reference", "chrono", "recommande", "delai", "priorite"),
)
"""The fields, in the order of the form. Dates are ISO; `delai` is an ISO date or «15 jours», «2 mois».

`destinataire` is whom the letter is for, as it is written; `chrono` the number of ours that it quotes; `priorite` is
«urgente» or left out.
"""


@dataclass(frozen=True, kw_only=True)
class Proposition:
    """A suggestion for one field; `confiance` 0..1, `boite` in fractions of its page, None in an e-mail."""

    champ: str
    valeur: str
    confiance: float
    page: int
    boite: Boite | None
    extrait: str
    raison: str


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


def arrondie(confiance: float) -> float:
    """A confidence that never claims to be certain."""
    return round(min(max(confiance, 0.0), 0.99), 2)
