"""Keywords proposed for a letter: those that the house uses already and that it holds, then those that set it apart."""

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.courrier import apprentissage, registre
from app.courrier.apprentissage import Modele
from app.courrier.organisation import plier
from app.courrier.propositions.offre import Choix, Offre, offre

PROPOSES = 5
"""Keywords proposed at most: a clerk reads them at a glance."""
_UTILE = 4  # letters of a word that may be a keyword
_OBJET = 3.0  # what is in the subject counts so many times
_DITS = """
    quatre cinq sept huit neuf onze douze treize quatorze quinze seize vingt trente quarante cinquante soixante cent mille
    heure jour semaine annee matin soir veille lendemain monsieur maire mairie commune ville lettre copie repondre reponse
    demande dossier temps chose fois moment lieu cas partie personne besoin suite fait faits compte reste nombre nom effet titre
    avance accord honneur connaissance propos courrier adresse numero telephone part fin debut mois annees place plaisir question
    attention aide gens famille possibilite disposition faut merci bonne bon petit petite grand grande nouveau nouvelle derniere
    premier premiere seul seule autre jours heures matinee apres-midi joindre piece jointe pieces objet reference texte
    exemple example http https www ensemble sait savez savons veut voulez voulons cadre nature raison sujet point facon maniere
    croire agreer demi devant derriere dessous dessus durant environ parmi malgre
"""
BANALS = frozenset(_DITS.split())
"""Words that say when, how many or to whom, in any letter to a town hall."""
_DETERMINE = re.compile(
    r"\b(?:l[ea]s?|une?|d[ue]s?|aux?|ce(?:s|t|tte)?|[mts](?:on|a|es)|[nv]otre|nos|vos|leurs?|quelques|chaque|de la|en|sans)"
    r"\s+(?P<mot>[a-z]{4,})|\b[ld]'(?P<elide>[a-z]{4,})"
)
_PHRASE = re.compile(r"(?<=[.!?;:])\s+")
# Wider than `formules.DEMANDE`, which chooses one sentence: thanks, prayers and regrets too have the words of what is wanted.
_DEMANDE = re.compile(
    r"\b(?:demand|sollicit|souhait|voudr|aimer|pri(?:e|ons)\b|merci de|remerci|pourri|pouvez|signal|conteste|form(?:e|ons)\b"
    r"|propos|recherch|cherch|invit|convi|reclam|oblig|gre\b|inform)"
)
_DU_NOM, _DEMANDEE = 1.6, 1.4  # what a noun and what is asked for count more
_NOM = re.compile(r"\b[A-ZÀ-Ý][\w’'-]*")
# Of the words of a line, the share that is right: four in ten of a letter's own on tests/letters/reglage.
_CONNU, _NEUF = 0.7, 0.4


@dataclass(frozen=True, kw_only=True)
class MotCle:
    """A keyword for a letter: why it is proposed, in words of the letter, and how many courriers of the house have it."""

    mot: str
    poids: float
    usages: int = 0


def mots_cles(
    session: Session, texte: str, objet: str, modele: Modele | None, *, sauf: Iterable[str], corps: str, now: datetime
) -> Offre | None:
    """The offer of a letter's keywords in one line; `sauf`: names and addresses, which are no keywords.

    Its first candidate is all of them; the second those that the house uses already, when there are others.
    """
    connus = [MotCle(mot=usage.mot, poids=1, usages=usage.nombre) for usage in registre.vocabulaire(session, now=now)]
    idf = modele.idf if modele else apprentissage.rarete(session)
    trouves = choisir(texte, objet, connus, idf, sauf=sauf, corps=corps)
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
    texte: str, objet: str, connus: Sequence[MotCle], idf: Mapping[str, float], *, sauf: Iterable[str], corps: str | None = None
) -> list[MotCle]:
    """At most `PROPOSES` keywords: those in use whose every word the letter holds, then its own words that weigh most.

    `corps`: the part of the text that says what is wanted; its own words come from there and from the subject.
    """
    dits = apprentissage.termes(f"{objet}\n{texte}")
    en_objet = set(apprentissage.termes(objet))
    exclus = {terme for nom in sauf for terme in apprentissage.termes(nom)}
    retenus = sorted(
        (un for un in connus if (mots := _seuls(apprentissage.termes(un.mot))) and mots <= dits.keys()),
        key=lambda un: (not _seuls(apprentissage.termes(un.mot)) <= en_objet, -un.usages, un.mot),
    )[:PROPOSES]
    deja = exclus.union(*(_seuls(apprentissage.termes(un.mot)) for un in retenus))
    return retenus + _propres(texte if corps is None else corps, objet, idf, deja)[: PROPOSES - len(retenus)]


def _propres(texte: str, objet: str, idf: Mapping[str, float], deja: Collection[str]) -> list[MotCle]:
    """The letter's own words, the weightiest first: by TF-IDF, more for nouns, for its subject and for what it asks."""
    entier = f"{objet}\n{texte}"
    dits, en_objet = apprentissage.termes(entier), set(apprentissage.termes(objet))
    lus, plus_rare = apprentissage.mots_lus(entier), max(idf.values(), default=1.0)
    # A word that always has its capital is a name; one outside of the subject must be a noun, or it is chance.
    communs, noms, demandes = apprentissage.termes(_NOM.sub(" ", texte)), _noms(entier), _demandes(texte)
    poids = {
        terme: (1 + math.log(n)) * idf.get(terme, plus_rare) * (_OBJET if terme in en_objet else 1)
        * (_DU_NOM if terme in noms else 1) * (_DEMANDEE if terme in demandes else 1)
        for terme, n in dits.items() if terme in lus and len(terme) >= _UTILE and terme not in BANALS and terme not in deja
    }
    gardes = [terme for terme in poids if terme in en_objet or (terme in communs and terme in noms)]
    return [MotCle(mot=lus[terme], poids=poids[terme]) for terme in sorted(gardes, key=lambda terme: (-poids[terme], terme))]


def _noms(texte: str) -> set[str]:
    """The terms that follow an article, a possessive or a preposition that calls a noun."""
    trouves = _DETERMINE.finditer(plier(texte))
    return {terme for trouve in trouves for terme in apprentissage.termes(trouve["mot"] or trouve["elide"])}


def _demandes(texte: str) -> set[str]:
    """The terms of the sentences that ask."""
    phrases = _PHRASE.split(" ".join(texte.split()))
    return {terme for phrase in phrases if _DEMANDE.search(plier(phrase)) for terme in apprentissage.termes(phrase)}


def _seuls(comptes: Mapping[str, int]) -> set[str]:
    """The terms of one word."""
    return {terme for terme in comptes if " " not in terme}
