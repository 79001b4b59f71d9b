"""Keywords proposed for a letter: those that the house uses already and that it holds, then those that set it apart."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.courrier import apprentissage, registre
from app.courrier.apprentissage import Modele
from app.courrier.propositions.offre import Choix, Offre, offre

PROPOSES = 5
"""Keywords proposed at most: a clerk reads them at a glance."""
_TEMOINS = 100
"""Letters that tell how common a word is in this house, as long as nothing was learned."""
_UTILE = 4  # letters of a word that may be a keyword
_OBJET = 3.0  # what is in the subject counts so many times
_DITS = """
    quatre cinq sept huit neuf onze douze treize quatorze quinze seize vingt trente quarante cinquante soixante cent mille
    heure jour semaine annee matin soir veille lendemain monsieur maire mairie commune ville lettre copie repondre reponse
    demande dossier
"""
_BANALS = frozenset(_DITS.split())
"""Words that say when, how many or to whom, in any letter to a town hall."""
_NOM = re.compile(r"\b[A-ZÀ-Ý][\w’'-]*")
_CONNU, _NEUF = 0.7, 0.45


@dataclass(frozen=True, kw_only=True)
class MotCle:
    """A keyword for a letter: why it is proposed, in words of the letter, and how many courriers of the house have it."""

    mot: str
    poids: float
    usages: int = 0


def mots_cles(
    session: Session, texte: str, objet: str, modele: Modele | None, *, sauf: Iterable[str], now: datetime
) -> Offre | None:
    """The offer of a letter's keywords in one line; `sauf`: names and addresses, which are no keywords.

    Its first candidate is all of them; the second those that the house uses already, when there are others.
    """
    connus = [MotCle(mot=usage.mot, poids=1, usages=usage.nombre) for usage in registre.vocabulaire(session, now=now)]
    trouves = choisir(texte, objet, connus, rarete(session, modele), sauf=sauf)
    if not trouves:
        return None
    anciens = [un.mot for un in trouves if un.usages]
    choix = [_choix(trouves, _CONNU if anciens else _NEUF)]
    if anciens and len(anciens) < len(trouves):
        choix.append(_choix([un for un in trouves if un.usages], _NEUF))
    return offre("mots", choix)


def _choix(mots: Sequence[MotCle], confiance: float) -> Choix:
    return Choix(
        valeur=", ".join(un.mot for un in mots), nom=", ".join(un.mot for un in mots), confiance=confiance,
        raison="mots-clés déjà employés dans la maison, puis ce qui distingue cette lettre des autres"
        if any(un.usages for un in mots) else "ce qui distingue cette lettre des autres",
    )


def choisir(
    texte: str, objet: str, connus: Sequence[MotCle], idf: Mapping[str, float], *, sauf: Iterable[str]
) -> list[MotCle]:
    """At most `PROPOSES` keywords: those in use whose every word the letter holds, then its own rarest words, by TF-IDF."""
    dits = apprentissage.termes(f"{objet}\n{texte}")
    en_objet = set(apprentissage.termes(objet))
    exclus = {terme for nom in sauf for terme in apprentissage.termes(nom)}
    retenus = sorted(
        (un for un in connus if (mots := _seuls(apprentissage.termes(un.mot))) and mots <= dits.keys()),
        key=lambda un: (not _seuls(apprentissage.termes(un.mot)) <= en_objet, -un.usages, un.mot),
    )[:PROPOSES]
    deja = exclus.union(*(_seuls(apprentissage.termes(un.mot)) for un in retenus))
    lus = apprentissage.mots_lus(f"{objet}\n{texte}")
    plus_rare = max(idf.values(), default=1.0)
    poids = {
        terme: (1 + math.log(n)) * idf.get(terme, plus_rare) * (_OBJET if terme in en_objet else 1)
        for terme, n in dits.items() if terme in lus and len(terme) >= _UTILE and terme not in deja | _BANALS
    }
    # A word said once outside of the subject is there by chance; one that always has its capital is a name.
    communs = apprentissage.termes(_NOM.sub(" ", texte))
    propres = [terme for terme in poids if terme in en_objet or (dits[terme] > 1 and terme in communs)]
    propres.sort(key=lambda terme: (-poids[terme], terme))
    return retenus + [MotCle(mot=lus[terme], poids=poids[terme]) for terme in propres[: PROPOSES - len(retenus)]]


def rarete(session: Session, modele: Modele | None) -> Mapping[str, float]:
    """How rare each term is in the letters of the house: as learned, else counted in the newest ones."""
    if modele is not None:
        return modele.idf
    comptes = [apprentissage.termes(exemple.texte) for exemple in apprentissage.exemples(session, limite=_TEMOINS)]
    portent = Counter(terme for compte in comptes for terme in compte)
    return {terme: math.log((1 + len(comptes)) / (1 + n)) + 1 for terme, n in portent.items()}


def _seuls(comptes: Mapping[str, int]) -> set[str]:
    """The terms of one word."""
    return {terme for terme in comptes if " " not in terme}
