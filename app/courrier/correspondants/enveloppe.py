"""A postal address as it is printed on the envelope: the lines of NF Z 10-011 in their order, in its capitals."""

import re
import unicodedata

from app.courrier.correspondants.contact import Contact, personne
from app.courrier.organisation import plier
from app.courrier.tables import Correspondant
from engine import Phrase

SIGNES, LIGNES = 38, 6
"""Signs of a line, and lines, of a French postal address; the country of a letter abroad is one more."""

REMISE, COMPLEMENT, VOIE, MENTION, LOCALITE = 2, 3, 4, 5, 6
_GENRES = (
    (MENTION, r"(bp|b\.?p\.?|boite postale|cs|tsa|lieu[- ]?dit|hameau|lotissement)\b"),
    (REMISE, r"(appartement|appt?|apt|etage|esc(alier)?|porte|chez|couloir|boite aux lettres|bureau|studio)\b|\d+e(me|r)? etage"),
    (COMPLEMENT, r"(bat(iment)?|residence|res|imm(euble)?|entree|tour|hall|zone|z\.?[aci]\.?|parc|maison|pavillon|centre)\b"),
    (VOIE, r"\d|(rue|r\.|av(enue)?|bd|boulevard|place|pl|chemin|che?|impasse|imp|route|rte|allee|venelle|quai|cours)\b"),
    (VOIE, r"(square|ruelle|cite|faubourg|passage|sente|sentier|mail|promenade|esplanade|montee|rond[- ]point|villa)\b"),
)


def enveloppe(fiche: Correspondant | Contact) -> list[str]:
    """The lines to print: body, person, delivery point, building, street, box or hamlet, code and town, country.

    From the street on in capitals without accents or punctuation, as sorting machines read them; abroad, the street as typed.
    """
    tete = [mot for mot in (fiche.organisme, personne(fiche)) if mot]
    lieu = f"{fiche.code_postal} {fiche.ville}".strip()
    if fiche.pays:
        return [*tete, *_lignes(fiche.adresse), *filter(None, (lieu.upper(),)), capitales(fiche.pays)]
    rangees = _ranger(_lignes(fiche.adresse))
    milieu = [capitales(ligne) if rang >= VOIE else ligne for rang, ligne in rangees]
    return [ligne for ligne in (*tete, *milieu, capitales(lieu)) if ligne]


def remarques(fiche: Correspondant | Contact) -> list[str]:
    """What sorting machines will stumble over; said, never refused."""
    lignes = enveloppe(fiche)
    dites: list[str] = [
        Phrase("La ligne « {ligne} » a {n} signes ; une adresse postale en a {maximum} au plus par ligne.",
               ligne=ligne, n=len(ligne), maximum=SIGNES)
        for ligne in lignes if len(ligne) > SIGNES
    ]  # fmt: skip
    maximum = LIGNES + bool(fiche.pays)
    if len(lignes) > maximum:
        trop = "L’adresse a {n} lignes ; une adresse postale en a {maximum} au plus."
        dites.append(Phrase(trop, n=len(lignes), maximum=maximum))
    if fiche.adresse and not (fiche.ville and (fiche.code_postal or fiche.pays)):
        dites.append("Il manque le code postal ou la ville.")
    return dites


def capitales(texte: str) -> str:
    """«12, rue de l’Église» becomes «12 RUE DE L EGLISE»."""
    plat = unicodedata.normalize("NFKD", texte.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE"))
    sans_accents = "".join(signe for signe in plat if not unicodedata.combining(signe))
    return " ".join(re.sub(r"[^\w/]+", " ", sans_accents.upper()).split())


def _lignes(adresse: str) -> list[str]:
    return [" ".join(ligne.split()) for ligne in adresse.splitlines() if ligne.strip()]


def _ranger(lignes: list[str]) -> list[tuple[int, str]]:
    """Each line with its rank in the norm, in their order; what tells none is a building before the street, a hamlet after."""
    rangs = [next((rang for rang, mots in _GENRES if re.match(mots, plier(ligne))), 0) for ligne in lignes]
    rue = rangs.index(VOIE) if VOIE in rangs else len(lignes) - 1
    sus = [rang or (COMPLEMENT if place < rue else MENTION if VOIE in rangs else VOIE) for place, rang in enumerate(rangs)]
    return sorted(zip(sus, lignes, strict=True), key=lambda rangee: rangee[0])
