"""What is proposed for a depot, as its form takes it: values ticked in advance, candidates to accept by one click."""

from collections.abc import Mapping
from typing import Any

from app.courrier import consultation, organisation, propositions
from app.courrier.propositions import Choix, Offre
from app.courrier.registre import Contact
from app.courrier.tables import Depot
from app.db import db
from app.web.context import moi, now, parts

FORMULAIRE = {"nature": "nature_id", "bureau": "bureau_id", "correspondant": "correspondant_id"}
"""What the form calls these fields; the others have their own name."""

LUE = 0.5
"""A value read in the letter fills its field from this confidence: to correct is quicker than to type."""

SEULEMENT_SURES = frozenset(("nature", "bureau", "correspondant", "priorite", "repond_a", "personne"))
"""Choices that are ticked in advance only when they are sure."""

CHOISIS = frozenset(("correspondant_id", "repond_a"))
"""What the form shows as a choice of one among a few, of which one is always ticked."""

SUIVIES = frozenset(("circuit",))
"""What follows from the rest of the form and fills no field: a circuit in its field is one chosen against the table."""


def de(attend: Depot, contact: Contact) -> dict[str, Offre]:
    """The offers for a depot, by field of the trade."""
    return propositions.proposer(db.session(), parts().engine, moi(), attend, contact, now=now())


def remplies(offres: Mapping[str, Offre]) -> dict[str, str]:
    """The values of the form that are filled in advance."""
    formulaire, valeurs = _Formulaire(), {}
    for champ, offre in offres.items():
        if champ in SUIVIES:
            continue
        if offre.cochee or (champ not in SEULEMENT_SURES and offre.premier.confiance >= LUE):
            valeurs[FORMULAIRE.get(champ, champ)] = formulaire.valeur(champ, offre.premier)
    return valeurs


def montrees(offres: Mapping[str, Offre]) -> dict[str, dict[str, Any]]:
    """By field of the form: its offer, with its candidates as the form would take them."""
    formulaire = _Formulaire()
    return {
        FORMULAIRE.get(champ, champ): {
            "offre": offre, "choix": [(formulaire.valeur(champ, choix), choix) for choix in offre.choix],
            "choix_nommes": [(choix.valeur, choix.nom) for choix in offre.choix],
        }
        for champ, offre in offres.items() if champ not in SUIVIES
    }  # fmt: skip


def douteux(montre: Mapping[str, Mapping[str, Any]], valeurs: Mapping[str, Any]) -> list[str]:
    """The fields of the form that a clerk is led to: filled without being sure, or a choice among names left to make."""
    return [
        nom for nom, une in montre.items()
        if not une["offre"].cochee and (nom in CHOISIS or str(valeurs.get(nom) or "") == une["choix"][0][0])
    ]


def boites(montre: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Where each offer was read, or the words that speak for it, as the reader frames them."""
    return [
        {"champ": nom, "page": page, "boite": boite}
        for nom, une in montre.items()
        for page, boite in ([(une["offre"].page, une["offre"].boite)] if une["offre"].boite else une["offre"].places)
    ]


class _Formulaire:
    """The numbers by which the form knows natures and bureaux."""

    def __init__(self) -> None:
        self._natures = {nature.cle: nature.id for nature in consultation.natures(db.session(), "arrivee")}
        self._bureaux = {noeud.cle: noeud.id for noeud in organisation.arbre(db.session()).values()}

    def valeur(self, champ: str, choix: Choix) -> str:
        """A candidate as the form posts it."""
        numeros = {"nature": self._natures, "bureau": self._bureaux}.get(champ)
        return str(numeros[choix.valeur]) if numeros else choix.valeur
