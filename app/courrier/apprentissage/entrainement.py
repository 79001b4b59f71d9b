"""Learning: a multinomial logistic regression over the letters' words, always the same from the same letters, then calibrated."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy
from numpy.typing import NDArray

from app.courrier.apprentissage.modele import (
    CONFIRMES,
    PAR_CLASSE,
    SUR,
    Discriminant,
    Exemple,
    Mesure,
    Modele,
    rarete_de,
    vecteur_de,
)
from app.courrier.apprentissage.termes import termes

_TERMES = 20_000
_PARTOUT = 0.6
_PLIS = 3
_TOURS = 12
_PAS = 0.5
_FREIN = 2e-4
_GRAINE = 20_261_125

Reels = NDArray[numpy.float32]
Rangs = NDArray[numpy.intp]


class Lettre(NamedTuple):
    """A letter as the regression sees it: the ranks of its terms and their weights."""

    rangs: Rangs
    valeurs: Reels


def apprendre(exemples: Sequence[Exemple], *, minimum: int = CONFIRMES) -> tuple[Modele, dict[str, Mesure]]:
    """The model of these letters and its measures by field; fields with too few letters or a single value are left out."""
    comptes = [termes(exemple.texte) for exemple in exemples]
    idf = _idf(comptes)
    place = {terme: rang for rang, terme in enumerate(idf)}
    lettres = [_lettre(vecteur_de(compte, idf), place) for compte in comptes]
    discriminants, mesures = {}, {}
    for champ in sorted({champ for exemple in exemples for champ in exemple.choix}):
        garde = _retenus([exemple.choix.get(champ, "") for exemple in exemples], lettres)
        classes = sorted({valeur for valeur, _ in garde})
        if len(garde) < minimum or len(classes) < 2:
            continue
        verite = numpy.array([classes.index(valeur) for valeur, _ in garde])
        seules = [lettre for _, lettre in garde]
        scores = _a_part(seules, verite, len(classes), len(idf))
        temperature = _temperature(scores, verite)
        poids, biais = _regression(seules, verite, len(classes), len(idf))
        discriminants[champ] = _discriminant(classes, poids, biais, list(idf), temperature)
        mesures[champ] = _mesurer(scores / temperature, verite)
    return Modele(idf=idf, champs=discriminants), mesures


def _idf(comptes: Sequence[Counter[str]]) -> dict[str, float]:
    """How rare each term is; those of a single letter, or of most letters, tell nothing of the others."""
    portent = Counter(terme for compte in comptes for terme in compte)
    nombre = len(comptes)
    utiles = [(terme, n) for terme, n in portent.items() if PAR_CLASSE <= n <= _PARTOUT * nombre]
    frequents = sorted(utiles, key=lambda couple: (-couple[1], couple[0]))[:_TERMES]
    return {terme: round(rarete_de(n, nombre), 4) for terme, n in sorted(frequents)}


def _lettre(vecteur: Mapping[str, float], place: Mapping[str, int]) -> Lettre:
    rangs = numpy.fromiter((place[terme] for terme in vecteur), numpy.intp, len(vecteur))
    return Lettre(rangs, numpy.fromiter(vecteur.values(), numpy.float32, len(vecteur)))


def _retenus(valeurs: Sequence[str], lettres: Sequence[Lettre]) -> list[tuple[str, Lettre]]:
    combien = Counter(valeur for valeur, lettre in zip(valeurs, lettres, strict=True) if valeur and len(lettre.rangs))
    return [
        (valeur, lettre) for valeur, lettre in zip(valeurs, lettres, strict=True)
        if combien[valeur] >= PAR_CLASSE and len(lettre.rangs)
    ]


def _a_part(lettres: Sequence[Lettre], verite: Rangs, classes: int, termes_connus: int) -> Reels:
    """The scores of each letter by a regression that had not seen it."""
    scores = numpy.zeros((len(lettres), classes), numpy.float32)
    # Each value has its share of each fold: one with three examples is learned from two and tried on the third.
    ordre = numpy.random.default_rng(_GRAINE).permutation(len(lettres))
    plis = numpy.empty(len(lettres), numpy.intp)
    plis[ordre[numpy.argsort(verite[ordre], kind="stable")]] = numpy.arange(len(lettres)) % _PLIS
    for pli in range(_PLIS):
        appris, mis_de_cote = numpy.flatnonzero(plis != pli), numpy.flatnonzero(plis == pli)
        poids, biais = _regression([lettres[int(rang)] for rang in appris], verite[appris], classes, termes_connus)
        for rang in mis_de_cote:
            lettre = lettres[int(rang)]
            scores[rang] = lettre.valeurs @ poids[lettre.rangs] + biais
    return scores


def _regression(lettres: Sequence[Lettre], verite: Rangs, classes: int, termes_connus: int) -> tuple[Reels, Reels]:
    """Weights (terms × classes) and biases by AdaGrad, letter after letter in an order that never changes."""
    hasard = numpy.random.default_rng(_GRAINE)
    poids = numpy.zeros((termes_connus, classes), numpy.float32)
    biais = numpy.zeros(classes, numpy.float32)
    carres, carres_biais = numpy.full_like(poids, 1e-6), numpy.full_like(biais, 1e-6)
    for _ in range(_TOURS):
        for rang in hasard.permutation(len(lettres)):
            ici, valeurs = lettres[int(rang)]
            siens = poids[ici]
            erreur = _softmax(valeurs @ siens + biais)
            erreur[verite[rang]] -= 1
            pente = valeurs[:, None] * erreur + _FREIN * siens
            carres[ici] += pente * pente
            poids[ici] = siens - _PAS * pente / numpy.sqrt(carres[ici])
            carres_biais += erreur * erreur
            biais -= _PAS * erreur / numpy.sqrt(carres_biais)
    return poids, biais


def _softmax(scores: Reels) -> Reels:
    forces = numpy.exp(scores - scores.max(axis=-1, keepdims=True))
    return numpy.asarray(forces / forces.sum(axis=-1, keepdims=True), numpy.float32)


def _temperature(scores: Reels, verite: Rangs) -> float:
    """The divisor of scores that makes the confidences of letters kept aside the likeliest."""

    def perte(temperature: float) -> float:
        sures = _softmax(scores / numpy.float32(temperature))[numpy.arange(len(verite)), verite]
        return float(-numpy.log(numpy.maximum(sures, 1e-9)).mean())

    essais = [float(temperature) for temperature in numpy.geomspace(0.2, 8, 60)]
    return round(min(zip(map(perte, essais), essais, strict=True))[1], 3)


def _discriminant(classes: list[str], poids: Reels, biais: Reels, noms: Sequence[str], temperature: float) -> Discriminant:
    utiles = numpy.flatnonzero(numpy.abs(poids).max(axis=1) > 0.01)
    return Discriminant(
        classes=classes, biais=[round(float(b), 3) for b in biais], temperature=temperature,
        poids={noms[int(rang)]: [round(float(p), 3) for p in poids[rang]] for rang in utiles},
    )


def _mesurer(scores: Reels, verite: Rangs) -> Mesure:
    """What these calibrated scores are worth against the truth."""
    parts = _softmax(scores)
    rangs = numpy.argsort(-parts, axis=1, kind="stable")
    sures, justes = parts.max(axis=1), rangs[:, 0] == verite
    hautes = sures >= SUR
    return Mesure(
        exemples=len(verite), classes=scores.shape[1], premier=round(float(justes.mean()), 3),
        trois=round(float((rangs[:, :3] == verite[:, None]).any(axis=1).mean()), 3),
        sures=round(float(hautes.mean()), 3),
        justesse_sures=round(float(justes[hautes].mean()), 3) if hautes.any() else 0.0,
        ecart=_ecart(sures, justes),
    )


def _ecart(sures: Reels, justes: NDArray[numpy.bool_]) -> float:
    """Expected calibration error over ten bins: how far confidences are from the share that was right."""
    casiers = numpy.minimum((sures * 10).astype(int), 9)
    ecarts = [
        abs(float(sures[casiers == c].mean()) - float(justes[casiers == c].mean())) * float((casiers == c).mean())
        for c in range(10) if (casiers == c).any()
    ]
    return round(sum(ecarts), 3)
