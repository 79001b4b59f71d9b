"""The words of a letter that a model learns from: folded, without those that every letter has."""

import re
from collections import Counter
from itertools import pairwise

from app.courrier.organisation import plier

SIGNES = 5_000
"""Characters of a letter that are looked at: its first pages say what it is about."""

_MOT = re.compile(r"[a-z]{3,}")
# Words of grammar and of politeness: they tell nothing of a letter, and would explain nothing to its reader.
_VIDES = """
    afin agreer ainsi alors aout apres assurance attente aucun aucune aujourd aupres aussi autre autres aux avant avec
    avez avoir avons avril ayant bien bonjour car ceci cedex cela celle celui ces cet cette ceux cher chere chez cidessus
    com comme comment consideration cordialement courriel dans decembre depuis dernier des deux dimanche dire distinguee
    distinguees distingues doit donc dont elle elles encore entre est etaient etait etant ete etes etre eux expression
    faire fais fait fax fevrier fois font fr haute hui ici ils jai janvier jeudi jour juillet juin jusqu les leur leurs
    lors lorsque lui lundi madame mademoiselle mai mail mais mardi mars meilleures meme memes merci mercredi mes mesdames
    messieurs moins mois mon monsieur nos notre nous novembre objet octobre ont ou oui par parce part pas pendant peut
    peuvent plus plusieurs point pour pourquoi pourriez pouvez pres present presente prie prier prions puis quand que quel
    quelle quelles quels qui quoi recevoir remercie remercions respectueuses respectueux rue salutations samedi sans sauf
    selon sentiments septembre sera serait ses seulement sincere sinceres sinon soit son sont souhaite sous suis suite sur
    tel tele tous tout toute toutefois toutes tres trois trop une vendredi vers veuillez vient voici voir vos votre votres
    vous www
"""
VIDES = frozenset(_VIDES.split())
"""Words of grammar and of politeness."""


def termes(texte: str) -> Counter[str]:
    """How often each word stands in the text, and each two words that follow each other, once plural marks are taken off."""
    mots = [_racine(mot) for mot in _MOT.findall(plier(texte[:SIGNES])) if mot not in VIDES]
    return Counter(mots) + Counter(f"{un} {autre}" for un, autre in pairwise(mots))


def mots_lus(texte: str) -> dict[str, str]:
    """The word as the letter writes it, by term: what an explanation shows."""
    lus: dict[str, str] = {}
    for mot in re.findall(r"[^\W\d_]{3,}", texte[:SIGNES]):
        plie = plier(mot)
        if _MOT.fullmatch(plie) and plie not in VIDES:
            lus.setdefault(_racine(plie), mot.lower())
    return lus


def _racine(mot: str) -> str:
    """The word without its plural: «clôtures» and «clôture» are one."""
    return mot[:-1] if len(mot) > 4 and mot[-1] in "sx" else mot
