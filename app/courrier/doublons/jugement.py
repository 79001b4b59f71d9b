"""What is made of two files that are near: the same letter come twice, a model that several people send, or neither."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from app.courrier.doublons.signatures import SEMBLABLES
from app.courrier.doublons.voisins import Voisin
from app.courrier.organisation import plier
from app.courrier.tables import Correspondant, Courrier, Depot

AUTRE_TEXTE = 0.5
"""Pages that look alike hold other words below this: the same form, filled in by another."""

_MEME_NOM = 0.8
_CIVILITES = {"m", "mr", "mme", "mlle", "monsieur", "madame", "mademoiselle", "maitre", "me", "docteur", "dr"}
COURRIEL = ("message/rfc822", "application/vnd.ms-outlook", "application/vnd.ms-tnef")


@dataclass(frozen=True, kw_only=True)
class Emission:
    """Who sent a letter and when, as far as it was read or registered: names in sorted words, e-mails, days."""

    noms: frozenset[str] = frozenset()
    courriels: frozenset[str] = frozenset()
    jours: frozenset[str] = frozenset()

    def de_meme(self, autre: "Emission", communs: frozenset[str] = frozenset()) -> bool | None:
        """Whether both come from the same sender; None when nothing tells, or when both letters hold all names of both.

        `communs`: the words that both say. Where they hold the other's name too, one of the two was taken for the sender wrongly.
        """
        if self.courriels & autre.courriels or any(_meme_nom(un, deux) for un in self.noms for deux in autre.noms):
            return True
        if not (self.noms and autre.noms) or all(communs.issuperset(nom.split()) for nom in self.noms | autre.noms):
            return None
        return False

    def du_meme_jour(self, autre: "Emission") -> bool | None:
        """Whether both bear the same date; None when one bears none."""
        return bool(self.jours & autre.jours) if self.jours and autre.jours else None


def emission(depot: Depot, courrier: Courrier | None = None, fiche: Correspondant | None = None) -> Emission:
    """What a depot says of its sender, and what was registered of it since."""
    lues = {lue["champ"]: str(lue["valeur"]) for lue in depot.propositions}
    noms, courriels = [lues.get("expediteur", "")], [lues.get("courriel", "").lower()]
    jours = [lues.get("date_courrier", "")]
    if courrier is not None and courrier.date_courrier is not None:
        jours = [courrier.date_courrier.isoformat()]
    if fiche is not None:
        noms += [f"{fiche.prenom} {fiche.nom}", fiche.organisme] if fiche.nom else [fiche.organisme]
        courriels.append(fiche.courriel)
    return Emission(
        noms=frozenset(filter(None, map(_nom, noms))), courriels=frozenset(filter(None, courriels)),
        jours=frozenset(filter(None, jours)),
    )  # fmt: skip


def juger(voisin: Voisin, une: Emission, autre: Emission) -> str:
    """`image` or `texte` (the same letter, told by its pages or its words), `modele` (others send it), `suite`, or nothing.

    `suite`: the same sender wrote nearly the same another day, as reminders and monthly invoices do, or attached the same.
    """
    alike = voisin.ressemblance
    semblable, vue = alike is not None and alike >= SEMBLABLES, voisin.ecart is not None
    if not semblable and (alike is not None and alike < AUTRE_TEXTE):
        return ""
    meme, jour = une.de_meme(autre, voisin.communs), une.du_meme_jour(autre)
    if meme is False or (meme is None and voisin.autrement):
        return "modele" if semblable else ""
    if voisin.autrement or (jour is False and not _porte(voisin)) or _jointes(voisin):
        return "suite" if semblable else ""
    return "image" if vue else "texte"


def _porte(voisin: Voisin) -> bool:
    """Whether one of them is, or came with, an e-mail and the other did not: it was written before it was sent."""
    miens, siens = ((piece.genre, piece.mime in COURRIEL) for piece in (voisin.mienne, voisin.sienne))
    return miens != siens


def _jointes(voisin: Voisin) -> bool:
    """Whether both were attached to something else: conditions of sale come with every e-mail of a house."""
    return voisin.mienne.genre == voisin.sienne.genre == "annexe"


def _nom(nom: str) -> str:
    return " ".join(sorted(mot for mot in re.findall(r"\w+", plier(nom)) if mot not in _CIVILITES))


def _meme_nom(un: str, autre: str) -> bool:
    """The same words, or nearly: a reader of paper mistakes a letter, a signature leaves a first name out."""
    mots, autres = set(un.split()), set(autre.split())
    court = min((mots, autres), key=len)
    return (len(court) > 1 and court <= mots & autres) or SequenceMatcher(None, un, autre).ratio() >= _MEME_NOM
