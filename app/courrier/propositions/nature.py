"""The nature of a letter before anything is learned: what the house's table hears in its words, and how it names its natures."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.courrier import apprentissage, circuits
from app.courrier.organisation import Noeud
from app.courrier.propositions.mots_cles import BANALS
from app.courrier.propositions.offre import Choix
from app.courrier.tables import Nature
from engine import Engine

_OBJET = 2.0
"""What stands in the subject counts so many times."""
_NOM = 1.0
"""What a word of the house's name for a nature is worth, beside the weights of the table."""
_CHEZ_LUI = 2.0
"""What it adds that the bureau that the letter names treats this nature."""
_DEUX = 2  # phrases of the table shown at most
# On tests/letters/reglage, the nature that has half of the points is the right one nine times in ten.
_PLANCHER, _PENTE, _PLAFOND = 0.1, 1.4, 0.92
_RESERVE = 2.0  # points of doubt: little that was heard is no certainty, even alone


@dataclass(frozen=True, kw_only=True)
class _Ecoute:
    """What speaks for each nature, by key: points, the phrases of the rules, the words of its name."""

    points: Mapping[str, float]
    phrases: Mapping[str, list[str]]
    mots: Mapping[str, list[str]]


def par_mots(
    session: Session, engine: Engine, natures: Sequence[Nature], objet: str, texte: str, bureau: Noeud | None, *, now: datetime
) -> Iterator[Choix]:
    """The natures that the letter's words speak for, in the order of their points; `bureau`: the one that it names itself."""
    points, phrases = defaultdict[str, float](float), defaultdict[str, list[str]](list)
    for ecrit, fois in ((objet, _OBJET), (texte, 1.0)):
        for dit in circuits.natures_dites(session, engine, ecrit, now=now) if ecrit else ():
            points[dit.nature] += fois * dit.poids
            if dit.pourquoi and dit.pourquoi not in phrases[dit.nature]:
                phrases[dit.nature].append(dit.pourquoi)
    mots, en_objet = _par_noms(natures, objet, texte), set(apprentissage.mots_lus(objet).values())
    for cle, siens in mots.items():
        points[cle] += _NOM * (_OBJET if en_objet & set(siens) else 1)
    for nature in natures:
        # Of the natures that a bureau treats, the one it is called by is the likelier: «Service urbanisme».
        points[nature.cle] += _CHEZ_LUI * _chez(nature, bureau) + _NOM * bool(bureau and _mots(nature) & _termes(bureau.nom))
    ecoute = _Ecoute(points={nature.cle: points[nature.cle] for nature in natures}, phrases=phrases, mots=mots)
    dites = sorted((nature for nature in natures if points[nature.cle] > 0), key=lambda nature: -points[nature.cle])
    yield from (_choix(nature, ecoute, bureau) for nature in dites)


def _chez(nature: Nature, bureau: Noeud | None) -> bool:
    return bureau is not None and nature.bureau_id == bureau.id


def _choix(nature: Nature, ecoute: _Ecoute, bureau: Noeud | None) -> Choix:
    """How sure it is: its part of all that was heard, and how much was heard."""
    part = ecoute.points[nature.cle] / (sum(ecoute.points.values()) + _RESERVE)
    sure = min(_PLANCHER + _PENTE * part, _PLAFOND)
    phrases, mots = ecoute.phrases.get(nature.cle, [])[:_DEUX], tuple(ecoute.mots.get(nature.cle, [])[:3])
    return Choix(
        valeur=nature.cle, nom=nature.nom, confiance=round(sure, 2), regle=" ; ".join(phrases), mots=() if phrases else mots,
        raison="nature de ce bureau" if _chez(nature, bureau) else "",
    )


def _par_noms(natures: Sequence[Nature], objet: str, texte: str) -> dict[str, list[str]]:
    """By nature, the words of its name or of its title for usagers that the letter holds and no other nature has."""
    noms = {nature.cle: _mots(nature) for nature in natures}
    communs = Counter(mot for mots in noms.values() for mot in mots)
    en_objet, dits = apprentissage.termes(objet), apprentissage.termes(texte)
    lus = apprentissage.mots_lus(f"{objet}\n{texte}")
    par_nature = {}
    for cle, mots in noms.items():
        siens = {mot for mot in mots if communs[mot] == 1 and mot not in BANALS}
        trouves = sorted(siens & (en_objet.keys() | dits.keys()), key=lambda mot: (-en_objet[mot], -dits[mot], mot))
        if trouves:
            par_nature[cle] = [lus[mot] for mot in trouves if mot in lus]
    return par_nature


def _mots(nature: Nature) -> set[str]:
    return _termes(f"{nature.nom} {nature.titre_usager or ''}")


def _termes(texte: str) -> set[str]:
    return {terme for terme in apprentissage.termes(texte) if " " not in terme}
