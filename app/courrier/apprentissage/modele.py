"""A learned model: weights of words by class, kept as plain JSON under its digest; to use it costs a few sums, no library."""

import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import orjson

from app.courrier.apprentissage.termes import mots_lus, termes
from app.courrier.errors import ModeleAbime

SUR = 0.8
"""The calibrated confidence from which a candidate is ticked in advance."""

CONFIRMES = 200
"""Confirmed courriers below which nothing is learned: measured on real text, one proposal in two would be wrong."""
PAR_CLASSE = 3
"""Examples below which a value is not learned."""
_EXPLIQUES = 3
# The rarity, above that of a word which all letters have, from which a letter's terms tell all they can: two words of one letter
# in twenty. Its vector has length one: without this, the only known word of a photograph would weigh as much as a page.
_PREUVE = 6.0


@dataclass(frozen=True, kw_only=True)
class Exemple:
    """A confirmed courrier: its text, and what was chosen by field."""

    texte: str
    choix: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Mesure:
    """How a field fared on letters kept aside while learning: shares of first choices and of top threes that were right.

    `sures`: share of letters at or above the confidence that ticks; `justesse_sures`: share of these that were right.
    """

    exemples: int
    classes: int
    premier: float
    trois: float
    sures: float
    justesse_sures: float
    ecart: float


@dataclass(frozen=True, kw_only=True)
class Candidat:
    """A value that a field may have, how sure it is (0..1, calibrated), and the words of the letter that speak for it."""

    valeur: str
    confiance: float
    mots: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Discriminant:
    """The weights of one field: `poids[term][k]` speaks for `classes[k]`; scores are divided by `temperature`."""

    classes: Sequence[str]
    biais: Sequence[float]
    poids: Mapping[str, Sequence[float]]
    temperature: float


@dataclass(frozen=True, kw_only=True)
class Modele:
    """What was learned: how rare each term is, and a discriminant by field."""

    idf: Mapping[str, float]
    champs: Mapping[str, Discriminant]

    def candidats(self, champ: str, texte: str, *, nombre: int = 3) -> tuple[Candidat, ...]:
        """The likeliest values of a field, the surest first; none when the field was not learned or no word is known."""
        appris, vecteur = self.champs.get(champ), vecteur_de(termes(texte), self.idf)
        if appris is None or not vecteur:
            return ()
        dit = _ce_que_disent(vecteur, self.idf)
        scores = list(appris.biais)
        for terme, valeur in vecteur.items():
            for rang, poids in enumerate(appris.poids.get(terme, ())):
                scores[rang] += dit * poids * valeur
        sures = _part([score / appris.temperature for score in scores])
        meilleurs = sorted(range(len(sures)), key=lambda rang: (-sures[rang], appris.classes[rang]))[:nombre]
        lus = mots_lus(texte)
        return tuple(
            Candidat(valeur=appris.classes[rang], confiance=round(sures[rang], 2), mots=_mots(appris, rang, vecteur, lus))
            for rang in meilleurs
        )


def _ce_que_disent(termes_connus: Iterable[str], idf: Mapping[str, float]) -> float:
    """How much a letter's known terms tell, 0..1: a common word next to nothing, one rare word alone no more than half."""
    return min(1.0, sum(min(idf[terme] - 1, _PREUVE / 2) for terme in termes_connus) / _PREUVE)


def rarete_de(portent: int, nombre: int) -> float:
    """How rare a term is that `portent` letters of `nombre` hold: 1 when all do."""
    return math.log((1 + nombre) / (1 + portent)) + 1


def vecteur_de(comptes: Mapping[str, int], idf: Mapping[str, float]) -> dict[str, float]:
    """TF-IDF of the terms that the model knows, of length one: a long letter counts no more than a short one."""
    brut = {terme: (1 + math.log(n)) * idf[terme] for terme, n in comptes.items() if terme in idf}
    longueur = math.sqrt(sum(valeur * valeur for valeur in brut.values()))
    return {terme: valeur / longueur for terme, valeur in brut.items()}


def _part(scores: Sequence[float]) -> list[float]:
    haut = max(scores)
    forces = [math.exp(score - haut) for score in scores]
    total = sum(forces)
    return [force / total for force in forces]


def _mots(appris: Discriminant, rang: int, vecteur: Mapping[str, float], lus: Mapping[str, str]) -> tuple[str, ...]:
    """The words of the letter that weigh most for a class against the mean of all classes, as the letter writes them."""
    apports: dict[str, float] = {}
    for terme, valeur in vecteur.items():
        poids = appris.poids.get(terme)
        if poids and terme in lus:
            apports[terme] = valeur * (poids[rang] - sum(poids) / len(poids))
    forts = sorted((terme for terme, apport in apports.items() if apport > 0), key=lambda terme: (-apports[terme], terme))
    return tuple(lus[terme] for terme in forts[:_EXPLIQUES])


def ecrire(modele: Modele) -> bytes:
    """The model as compressed JSON: the same model gives the same bytes."""
    champs = {
        champ: {"classes": list(d.classes), "biais": list(d.biais), "temperature": d.temperature, "poids": dict(d.poids)}
        for champ, d in modele.champs.items()
    }
    return zlib.compress(orjson.dumps({"idf": dict(modele.idf), "champs": champs}), 6)


def empreinte(donnees: bytes) -> str:
    """The digest under which a model is kept."""
    return sha256(donnees).hexdigest()


def lire(donnees: bytes, attendue: str) -> Modele:
    """The model that was written; `ModeleAbime` when its bytes are not those of the digest."""
    if empreinte(donnees) != attendue:
        raise ModeleAbime
    lu = orjson.loads(zlib.decompress(donnees))
    return Modele(idf=lu["idf"], champs={champ: Discriminant(**valeurs) for champ, valeurs in lu["champs"].items()})
