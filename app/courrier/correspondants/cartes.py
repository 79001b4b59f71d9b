"""Cards of address books (vCard 2.1, 3.0 and 4.0) as fields of a sheet.

Only the ten properties that a sheet has are read, each for itself: a line that says nothing sensible costs that line, where the
libraries at hand (vobject 0.9.9) refuse the whole card, and know no 4.0.
"""

import quopri
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from app.courrier.correspondants.contact import GENRES, OPPOSITIONS
from engine import Phrase

_COUPURE = re.compile(r"(?<!\\)((?:\\\\)*);")
_ECHAPPE = re.compile(r"\\(.)", re.DOTALL)
_LIGNE = re.compile(r"(?:[\w-]+\.)?(?P<nom>[\w-]+)(?P<params>(?:;(?:[^:\";]|\"[^\"]*\")*)*):(?P<valeur>.*)", re.DOTALL)
_TAILLE = 20_000
"""Signs of one line; what is longer is a photograph."""


@dataclass(frozen=True, kw_only=True)
class Carte:
    """One card: the line it begins on, the fields it gives, or why it cannot be read."""

    ligne: int
    valeurs: dict[str, str] = field(default_factory=dict)
    erreur: str = ""


@dataclass(frozen=True, kw_only=True)
class _Propriete:
    nom: str
    params: str
    valeur: str


def cartes(texte: str, *, limite: int) -> Iterator[Carte]:
    """The cards of a file, at most `limite`."""
    return islice(_cartes(texte.split("\n")), limite)


def _cartes(lignes: Sequence[str]) -> Iterator[Carte]:
    debut, corps = 0, list[str]()
    for numero, ligne in enumerate(lignes, 1):
        marque = ligne.strip().upper()
        if marque == "BEGIN:VCARD":
            if debut:
                yield Carte(ligne=debut, erreur=Phrase("Cette carte n’est pas fermée par END:VCARD."))
            debut, corps = numero, []
        elif marque == "END:VCARD" and debut:
            yield _carte(debut, corps)
            debut = 0
        elif debut:
            corps.append(ligne)
    if debut:
        yield Carte(ligne=debut, erreur=Phrase("Cette carte n’est pas fermée par END:VCARD."))


def _carte(debut: int, corps: Sequence[str]) -> Carte:
    dites: dict[str, _Propriete] = {}
    for ligne in _depliees(corps):
        trouvee = _LIGNE.fullmatch(ligne) if len(ligne) < _TAILLE else None
        if trouvee is None:
            continue
        dite = _Propriete(nom=trouvee["nom"].upper(), params=trouvee["params"].upper(), valeur=_dechiffree(trouvee))
        if dite.valeur.strip(" ;") and _prefere(dite, dites.get(dite.nom)):
            dites[dite.nom] = dite
    return Carte(ligne=debut, valeurs=_fiche(dites))


def _depliees(corps: Sequence[str]) -> Iterator[str]:
    """The logical lines: those that follow with a blank belong to the one before, and so does what a soft break cut."""
    ligne = ""
    for suite in corps:
        if suite[:1] in (" ", "\t"):
            ligne += suite[1:]
        elif ligne.endswith("=") and "QUOTED-PRINTABLE" in ligne.partition(":")[0].upper():
            ligne = ligne[:-1] + suite
        else:
            yield ligne
            ligne = suite
    yield ligne


def _dechiffree(trouvee: re.Match[str]) -> str:
    params = trouvee["params"].upper()
    if "QUOTED-PRINTABLE" not in params:
        return trouvee["valeur"]
    charset = re.search(r"CHARSET=\"?([\w-]+)", params)
    octets = quopri.decodestring(trouvee["valeur"].encode("utf-8", "replace"))
    try:
        texte = octets.decode(charset[1] if charset else "utf-8", "replace")
    except LookupError:
        texte = octets.decode("utf-8", "replace")
    # Within a value of vCard 2.1 a line end is one; in the others it is written \n.
    return texte.replace("\r\n", "\n").replace("\0", "").replace("\n", "\\n")


def _prefere(dite: _Propriete, avant: _Propriete | None) -> bool:
    """The first of several, or the one marked so; a fax is no telephone."""
    if dite.nom == "TEL" and "FAX" in dite.params:
        return False
    return avant is None or ("PREF" in dite.params and "PREF" not in avant.params)


def _fiche(dites: dict[str, _Propriete]) -> dict[str, str]:
    def parts(nom: str) -> list[str]:
        trouvees = _COUPURE.sub("\\1\0", dites[nom].valeur).split("\0") if nom in dites else []
        return [_sans_echappe(part) for part in trouvees]

    def part(nom: str, rang: int) -> str:
        return dict(enumerate(parts(nom))).get(rang, "")

    def dit(nom: str) -> str:
        return _sans_echappe(dites[nom].valeur) if nom in dites else ""

    corps = dit("KIND").lower() == "org" or dit("X-ABSHOWAS").upper() == "COMPANY" or not (dit("FN") or parts("N"))
    organisme = ", ".join(filter(None, parts("ORG")))
    genre, opposition = dit("X-GENRE"), dit("X-OPPOSITION")
    return {
        "genre": genre if genre in GENRES else "organisme" if corps else "personne",
        "nom": "" if corps else part("N", 0) or dit("FN"), "prenom": "" if corps else part("N", 1), "civilite": part("N", 3),
        "organisme": organisme or (dit("FN") if corps else ""), "fonction": dit("TITLE") or dit("ROLE"),
        "adresse": "\n".join(filter(None, (part("ADR", 1), part("ADR", 2), part("ADR", 0)))),
        "ville": part("ADR", 3), "code_postal": part("ADR", 5), "pays": part("ADR", 6),
        "courriel": dit("EMAIL").removeprefix("mailto:"), "telephone": re.sub(r"^tel:|;.*$", "", dit("TEL")),
        "siret": dit("X-SIRET"), "opposition": opposition if opposition in OPPOSITIONS else "", "notes": dit("NOTE"),
        "groupes": " | ".join(_listes(dites["CATEGORIES"].valeur)) if "CATEGORIES" in dites else "",
    }  # fmt: skip


def _listes(valeur: str) -> list[str]:
    return [_sans_echappe(part).strip() for part in re.split(r"(?<!\\),", valeur)]


def _sans_echappe(valeur: str) -> str:
    return _ECHAPPE.sub(lambda signe: "\n" if signe[1] in "nN" else signe[1], valeur).strip()
