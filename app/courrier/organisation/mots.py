"""What a designer's words mean: «Service urbanisme», «Chef de service», «Le maire» become group keys."""

import re
import unicodedata
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier.organisation.annuaire import CHEF, DIRECTION, ROLES, Noeud, arbre, groupe_chef
from app.courrier.tables import Agent

_SIGLE = 3
_LIAISONS = {"le", "la", "les", "l", "un", "une", "de", "du", "des", "d", "et", "ou", "a", "au", "en", "the", "of", "m", "mme"}
_BUREAU = {
    "agent", "agente", "bureau", "case", "charge", "competent", "concerne", "department", "employee", "equipe", "gestionnaire",
    "instructeur", "instructrice", "metier", "office", "officer", "pole", "redacteur", "redactrice", "service", "staff", "team",
    "unite", "worker",
}
_DIRECTION = {"dga", "dgs", "directeur", "direction", "director", "directrice"}
_CHEF = {
    "chef", "cheffe", "chief", "encadrant", "encadrante", "head", "hierarchie", "hierarchique", "manager", "n+1", "responsable",
    "superieur", "superieure", "supervisor",
}
_ELU = {"adjoint", "adjointe", "delegue", "deleguee", "elu", "elue", "maire", "mairesse", "mayor", "signataire", "signatory"}
_ORDRE = {"accueil", "clerk", "courrier", "mail", "mailroom", "ordre", "reception", "registry", "room", "secretariat", "standard"}


def resoudre(session: Session, texte: str, donnees: Mapping[str, object]) -> tuple[str, ...]:
    """The group keys that the words of a lane or candidate group mean, without doubles; nothing when they mean none.

    `texte` may list several, parted by commas; `donnees["bureau"]` is the bureau that the courrier is with.
    """
    noeuds = arbre(session)
    entier = _nomme(noeuds, texte)
    if entier:
        return (entier,)
    trouves = (_groupe(session, noeuds, mot.strip(), donnees) for mot in re.split(r"[,;/\n]", texte))
    return tuple(dict.fromkeys(groupe for groupe in trouves if groupe))


def plier(texte: str) -> str:
    """Lower case, without accents, one plain apostrophe, single spaces: what names are compared in."""
    decompose = unicodedata.normalize("NFKD", texte.casefold().replace("œ", "oe").replace("æ", "ae").replace("’", "'"))
    return " ".join("".join(signe for signe in decompose if not unicodedata.combining(signe)).split())


def _groupe(session: Session, noeuds: Mapping[str, Noeud], mot: str, donnees: Mapping[str, object]) -> str | None:
    if mot in noeuds or mot in ROLES:
        return mot
    if mot.startswith("@"):
        ici = select(Agent.id).where(Agent.identifiant == mot[1:], Agent.parti_le.is_(None))
        return mot if session.scalar(ici) else None
    if mot.endswith(CHEF):
        cle = mot.removesuffix(CHEF)
        return groupe_chef(noeuds, cle) if cle in noeuds else None
    return _nomme(noeuds, mot) or _generique(noeuds, mot, donnees)


def _nomme(noeuds: Mapping[str, Noeud], mot: str) -> str | None:
    """The bureau whose name or key this is, word for word."""
    plie = plier(mot)
    return next((noeud.cle for noeud in noeuds.values() if plie in (plier(noeud.nom), plier(noeud.cle))), None)


def _generique(noeuds: Mapping[str, Noeud], mot: str, donnees: Mapping[str, object]) -> str | None:
    termes = _termes(mot)
    propres = termes - _BUREAU
    if not propres:
        return _bureau(noeuds, donnees) if termes else None
    if propres & _DIRECTION and propres <= _DIRECTION | {"general", "generale"}:
        return DIRECTION
    if propres <= _ELU:
        return "elu"
    if propres <= _ORDRE:
        return "bureau-ordre"
    autres = propres - _CHEF - _DIRECTION
    cle = _par_termes(noeuds, autres) if autres else _bureau(noeuds, donnees)
    return groupe_chef(noeuds, cle) if cle and propres & (_CHEF | {"directeur", "directrice"}) else cle


def _bureau(noeuds: Mapping[str, Noeud], donnees: Mapping[str, object]) -> str | None:
    dit = donnees.get("bureau")
    if not isinstance(dit, str):
        return None
    return dit if dit in noeuds else _nomme(noeuds, dit)


def _par_termes(noeuds: Mapping[str, Noeud], termes: frozenset[str]) -> str | None:
    """The bureau whose name has these telling words and no other: «Service de l’urbanisme» is «Urbanisme»."""
    vides = _BUREAU | _DIRECTION
    return next((n.cle for n in noeuds.values() if termes in (_termes(n.nom) - vides, _termes(n.cle) - vides)), None)


def _termes(texte: str) -> frozenset[str]:
    """Its words folded, without articles, in the singular: «Élu·e·s», «élu(e)» and «élus» are one."""
    nu = re.sub(r"\(\w{1,3}\)|[·.](?:\w{1,3})\b", "", plier(texte).replace("_", " "))
    mots = re.findall(r"n\+1|\w+", nu)
    return frozenset(mot.removesuffix("s") if len(mot) > _SIGLE else mot for mot in mots if mot not in _LIAISONS)
