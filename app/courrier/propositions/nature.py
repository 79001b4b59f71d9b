"""The nature of a letter before anything is learned: the words by which the house itself names its natures."""

from collections import Counter
from collections.abc import Iterator, Sequence

from app.courrier import apprentissage
from app.courrier.propositions.offre import Choix
from app.courrier.tables import Nature

_OBJET, _TEXTE, _BUREAU = 0.7, 0.4, 0.15
"""What a word of a nature is worth in the subject and in the text, and what it adds that the letter's bureau has this nature."""
_HAUT = 0.78  # below what ticks: a word is a hint


def par_mots(natures: Sequence[Nature], objet: str, texte: str, bureau_id: int | None) -> Iterator[Choix]:
    """The natures whose name, or title for usagers, has words that the letter holds and that no other nature has."""
    noms = {nature.cle: _mots(nature) for nature in natures}
    communs = Counter(mot for mots in noms.values() for mot in mots)
    en_objet, dits = apprentissage.termes(objet), apprentissage.termes(texte)
    lus = apprentissage.mots_lus(f"{objet}\n{texte}")
    for nature in natures:
        siens = {mot for mot in noms[nature.cle] if communs[mot] == 1}
        trouves = sorted(siens & (en_objet.keys() | dits.keys()), key=lambda mot: (-en_objet[mot], -dits[mot], mot))
        chez_lui = nature.bureau_id is not None and nature.bureau_id == bureau_id
        if not trouves:
            if chez_lui:
                yield Choix(valeur=nature.cle, nom=nature.nom, confiance=_TEXTE - 0.1, raison="nature de ce bureau")
            continue
        sure = (_OBJET if any(mot in en_objet for mot in trouves) else _TEXTE) + _BUREAU * chez_lui
        mots = tuple(lus[mot] for mot in trouves if mot in lus)[:3]
        yield Choix(valeur=nature.cle, nom=nature.nom, confiance=min(sure, _HAUT), mots=mots)


def _mots(nature: Nature) -> set[str]:
    return {terme for terme in apprentissage.termes(f"{nature.nom} {nature.titre_usager or ''}") if " " not in terme}
