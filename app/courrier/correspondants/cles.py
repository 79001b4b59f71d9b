"""Keys that the sheets of one person share, however they were typed: by them doubles are found, all never compared with all."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.courrier.correspondants.contact import Contact, contact
from app.courrier.organisation import plier
from app.courrier.tables import CleFiche, Correspondant
from engine import Phrase

VERSION = 1
"""Of the rules below: sheets whose keys an older one made get them again from the clock."""

POIDS: Mapping[str, int] = {"tout": 200, "siret": 100, "courriel": 95, "nom": 85, "tel": 80, "lieu": 70, "qui": 60}
"""What sharing a key tells; two sheets that share several add them up."""

RAISONS: Mapping[str, str] = {
    "tout": Phrase("fiches identiques"), "siret": Phrase("même SIRET"), "courriel": Phrase("même courriel"),
    "nom": Phrase("noms proches, même code postal"), "tel": Phrase("même téléphone"),
    "lieu": Phrase("noms proches à la même adresse"), "qui": Phrase("noms proches"),
}  # fmt: skip
SUR = 120
"""From this sum on, two sheets are taken for one person's when a file says nothing else."""

_TELEPHONE = 9
"""The last digits that tell a telephone from another, whatever its prefix: 02 99 00 00 00, +33 2 99 00 00 00."""

_LONGUEUR = 120
_PAR_LOT = 500
_VIDES = frozenset((
    "le", "la", "les", "l", "de", "du", "des", "d", "et", "un", "une", "a", "au", "aux",
    "association", "asso", "societe", "ste", "sarl", "sas", "sa", "eurl",
))  # fmt: skip
_SONS = (("ph", "f"), ("qu", "c"), ("ck", "c"), ("q", "c"), ("k", "c"), ("y", "i"), ("h", ""), ("w", "v"), ("z", "s"))


def cles(fiche: Contact) -> dict[str, int]:
    """The keys of a sheet, each with what it tells."""
    courriel, telephone, nom = fiche.courriel.lower(), chiffres(fiche.telephone), _nom(fiche)
    code, voie = fiche.code_postal.replace(" ", ""), _voie(fiche.adresse)
    famille, initiale = squelette(fiche.nom or fiche.organisme), plier(fiche.prenom)[:1]
    trouvees = {
        "tout": hashlib.sha1("\x1f".join(map(str, astuple(fiche))).encode(), usedforsecurity=False).hexdigest(),
        "siret": fiche.siret, "courriel": courriel, "tel": telephone if len(telephone) == _TELEPHONE else "",
        "nom": f"{code}:{nom}" if code and nom else "",
        "lieu": f"{code}:{voie}:{famille}:{initiale}" if code and voie and famille else "",
    }
    joints = [lien for lien in (courriel, telephone) if lien and nom]
    return {
        **{f"{sorte}:{cle}"[:_LONGUEUR]: POIDS[sorte] for sorte, cle in trouvees.items() if cle},
        **{f"qui:{lien}:{nom}"[:_LONGUEUR]: POIDS["qui"] for lien in joints},
    }


def raisons(communes: Iterable[str]) -> list[str]:
    """Why two sheets that share these keys may be one person's, what tells most first."""
    sortes = {cle.partition(":")[0] for cle in communes}
    if "nom" in sortes or "lieu" in sortes:
        sortes.discard("qui")
    return [RAISONS[sorte] for sorte in POIDS if sorte in sortes]


def chiffres(telephone: str) -> str:
    """The digits that tell a telephone from another."""
    return re.sub(r"\D", "", telephone)[-_TELEPHONE:]


def squelette(texte: str) -> str:
    """What is left of a name however it is spelt: «Caradec», «CARADECK» and «Karadec» are one, in any order of its words."""
    mots = [mot for mot in re.findall(r"\w+", plier(texte)) if mot not in _VIDES]
    return " ".join(sorted(filter(None, map(_son, mots))))


def poser(session: Session, fiches: Sequence[Correspondant]) -> None:
    """Make the keys of these sheets again; they have their ids."""
    ids = [fiche.id for fiche in fiches]
    for debut in range(0, len(ids), _PAR_LOT):
        session.execute(
            delete(CleFiche).where(CleFiche.correspondant_id.in_(ids[debut : debut + _PAR_LOT])),
            execution_options={"synchronize_session": False},
        )
    lignes = [
        {"cle": cle, "correspondant_id": fiche.id, "poids": poids}
        for fiche in fiches for cle, poids in cles(contact(fiche)).items()
    ]
    if lignes:
        session.execute(insert(CleFiche), lignes)
    for fiche in fiches:
        fiche.version_cles = VERSION
    session.flush()


def rattraper(session: Session, *, limite: int = 500) -> int:
    """Make the keys of sheets that have none of today's rules, so many at once; how many were made."""
    attend = select(Correspondant).where(Correspondant.version_cles < VERSION, Correspondant.fusionne_vers.is_(None))
    attend = attend.order_by(Correspondant.id).limit(limite)
    fiches = list(session.scalars(attend.with_for_update(skip_locked=True)))
    poser(session, fiches)
    return len(fiches)


def partageant(session: Session, cherchees: Iterable[str]) -> dict[str, list[int]]:
    """The sheets, none merged into another, that have each of these keys."""
    voulues, trouvees = sorted(set(cherchees)), dict[str, list[int]]()
    for debut in range(0, len(voulues), _PAR_LOT):
        lot = select(CleFiche.cle, CleFiche.correspondant_id).join(
            Correspondant, Correspondant.id == CleFiche.correspondant_id
        ).where(CleFiche.cle.in_(voulues[debut : debut + _PAR_LOT]), Correspondant.fusionne_vers.is_(None))
        for cle, fiche_id in session.execute(lot):
            trouvees.setdefault(cle, []).append(fiche_id)
    return trouvees


def oublier(session: Session, fiche_id: int) -> None:
    """Leave a sheet without keys: it was merged into another, or nothing of it is to be found again."""
    siennes = delete(CleFiche).where(CleFiche.correspondant_id == fiche_id)
    session.execute(siennes, execution_options={"synchronize_session": False})


def _nom(fiche: Contact) -> str:
    return squelette(f"{fiche.nom} {fiche.prenom}" if fiche.nom else fiche.organisme)


def _son(mot: str) -> str:
    if mot.isdecimal():
        return mot
    for signes, son in _SONS:
        mot = mot.replace(signes, son)
    mot = re.sub(r"(.)\1+", r"\1", mot)
    debut, reste = mot[:1], re.sub(r"[aeiou]", "", mot[1:])
    return debut + re.sub(r"(?<=.)[dstx]+$", "", reste)


def _voie(adresse: str) -> str:
    """The number in the street and its last word: «12 bis, rue du Moulin», «12 r. du moulin»."""
    lignes = [ligne for ligne in adresse.splitlines() if re.search(r"\d", ligne)] or adresse.splitlines()[-1:]
    if not lignes:
        return ""
    numero, mots = re.search(r"\d+", lignes[-1]), re.findall(r"[^\W\d]+", plier(lignes[-1]))
    return f"{numero[0] if numero else ''} {_son(mots[-1]) if mots else ''}"
