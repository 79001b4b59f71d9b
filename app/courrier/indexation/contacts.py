"""How the sender can be reached, and what came with the postman: e-mail, telephone, registered number."""

import re
from collections.abc import Callable, Iterator, Sequence

import phonenumbers

from app.courrier.correspondants import siret_juste
from app.courrier.indexation.lignes import Ligne, Passage, passages, plier
from app.courrier.indexation.proposition import Proposition, lue

# A reader of pictures puts a blank before a full stop: «lyre@asso72 .example».
COURRIEL = re.compile(r"(?<![\w.@+-])[\w.+-]+@[a-z0-9-]+(?: ?\.[a-z0-9-]+)* ?\.[a-z]{2,}")
# Ten digits in pairs, one separator throughout; an order number (1510-20300/139) goes on where a telephone stops.
TELEPHONE = re.compile(
    r"(?<![\d./-])(?:(?:\+|00)\s?33\s?(?:\(0\)\s?)?|0)[1-9](?:(?P<s>[ .-]?)\d\d)(?:(?P=s)\d\d){3}(?!\d|[./-]\d)"
)
_ETRANGER = re.compile(r"(?<![\d+])(?:\+|00)(?!\s?33)\s?[1-9]\d{0,2}(?:[ .()-]{0,2}\d){7,11}(?!\d)")
_FRANCE = 33
_COUPE = re.compile(r"@[a-z0-9.-]*[-.]$")
_JOINDRE = re.compile(
    r"\b(?:(?:me|nous)\s+(?:\w+\s+)?(?:joindre|contacter|rappeler|appeler|ecrire|repondre|recontacter)|joignables?"
    r"|m(?:on|es)\s+(?:numero|portable|tel|telephone|adresse|mail|courriel|coordonnees)|nos?(?:tre)?\s+(?:numero|adresse|coordonnees)"
    r"|(?:appelez|contactez|rappelez|ecrivez)(?:-(?:moi|nous))?)\b"
)
_ENTETE, _PIED, _COURTE = 0.35, 0.8, 45
_FAX = re.compile(r"\b(?:fax|telecopie)\b[^\d]*$")
_LIBELLE = re.compile(r"\b(?:tel|telephone|portable|mobile|standard)\b")

_SUIVI = re.compile(r"(?<![\w])(?P<no>\d[a-z]\s?\d{3}\s?\d{3}\s?\d{4}\s?\d|[a-z]{2}\s?\d{2}\s?\d{3}\s?\d{3}\s?\d\s?fr)(?!\w)")
_MENTION = re.compile(
    r"^\W*(?:par\s+|envoi\s+(?:en\s+)?)?(?:(?:lettre\s+|courrier\s+)?recommandee?\b|l\.?\s?r\.?\s?/?\s?a\.?\s?r\b|r\.?a\.?r\b)"
)
_RECOMMANDE = re.compile(r"\brecommande|\bl\.?r\.?\s?/?a\.?r\b|\br\.?a\.?r\b|\b(?:avis|accuse) de reception\b|\ba/r\b")
_POIDS = (8, 6, 4, 2, 3, 5, 9, 7)
_SIRET = re.compile(r"(?<![\w/.-])\d{3}[ .]?\d{3}[ .]?\d{3}[ .]?\d{5}(?![\d/])")
_LE_NOTRE = re.compile(r"\b(?:client|acheteur|destinataire|mairie|commune|facture a|chorus|votre)\b[^\d]*$")
_TETE = 0.6
# Small town halls write from where their inhabitants write: only the whole address tells them apart.
_PARTAGES = frozenset(
    ("orange.fr", "wanadoo.fr", "gmail.com", "free.fr", "sfr.fr", "laposte.net", "hotmail.fr", "outlook.fr", "yahoo.fr")
)


def courriel(toutes: Sequence[Ligne], tete: Callable[[Ligne], bool], nous: Sequence[str]) -> Iterator[Proposition]:
    """The sender's e-mail, then the others: one in their block rather than one in the body, never one of ours."""
    notres = {plier(texte) for texte in nous}
    domaines = {texte.rpartition("@")[2] for texte in notres if "@" in texte} - _PARTAGES
    trouves = [
        (0.92 if tete(passage.ligne) else 0.7 if _au_bord(passage.ligne) else 0.55, passage)
        for passage in passages(list(_recousues(toutes)), COURRIEL)
        if _a_eux(passage, toutes, tete)
        and passage.trouve[0] not in notres and passage.trouve[0].rpartition("@")[2] not in domaines
    ]
    for note, passage in sorted(trouves, key=lambda couple: -couple[0]):
        yield lue("courriel", passage.texte.lower().replace(" ", ""), note, passage, "adresse électronique du texte")


def _recousues(toutes: Sequence[Ligne]) -> Iterator[Ligne]:
    """The lines, one that ends within an address with what goes on below: «compta@campanaire-» and «maine.example»."""
    for rang, ligne in enumerate(toutes):
        coupee = _COUPE.search(ligne.plie)
        suite = next((autre for autre in toutes[rang + 1 :] if ligne.suivie_de(autre)), None) if coupee else None
        yield ligne.suite(suite, "") if suite else ligne


def _a_eux(passage: Passage, toutes: Sequence[Ligne], tete: Callable[[Ligne], bool]) -> bool:
    """Whether it may be the sender's: in their block, at an edge, or where the text says how to reach who writes."""
    if tete(passage.ligne) or _au_bord(passage.ligne):
        return True
    autour = toutes[max(0, passage.rang - 1) : passage.rang + 2]
    return bool(_JOINDRE.search(" ".join(ligne.plie for ligne in autour)))


def _au_bord(ligne: Ligne) -> bool:
    """Whether a line stands where letterheads and feet do, or on a page that has no places."""
    return ligne.boite is None or ligne.boite[1] < _ENTETE or ligne.boite[1] > _PIED or len(ligne.texte) < _COURTE


def telephone(toutes: Sequence[Ligne], tete: Callable[[Ligne], bool], nous: Sequence[str]) -> Iterator[Proposition]:
    """The sender's telephone, written in pairs or as from abroad, then the others; a fax comes last, our own number never."""
    notres = {_chiffres(texte) for texte in nous}
    trouves = [
        (_note_telephone(passage, tete), passage)
        for motif in (TELEPHONE, _ETRANGER) for passage in passages(toutes, motif)
        if _a_eux(passage, toutes, tete) and _chiffres(passage.texte) not in notres
    ]
    for note, passage in sorted(trouves, key=lambda couple: -couple[0]):
        numero = _numero(passage.texte)
        if numero:
            yield lue("telephone", numero, note, passage, "numéro de téléphone du texte")


def _note_telephone(passage: Passage, tete: Callable[[Ligne], bool]) -> float:
    note = (0.6 if _au_bord(passage.ligne) else 0.45) + 0.25 * tete(passage.ligne) + 0.1 * bool(_LIBELLE.search(passage.avant))
    return note - 0.5 * bool(_FAX.search(passage.avant))


def _chiffres(texte: str) -> str:
    return re.sub(r"^(?:0033|33)", "0", re.sub(r"\D", "", texte.replace("(0)", "")))


def _numero(texte: str) -> str:
    try:
        numero = phonenumbers.parse(texte.replace("(0)", ""), "FR")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(numero):
        return ""
    forme = phonenumbers.PhoneNumberFormat
    return str(phonenumbers.format_number(numero, forme.NATIONAL if numero.country_code == _FRANCE else forme.INTERNATIONAL))


def recommande(toutes: Sequence[Ligne]) -> Proposition | None:
    """A registered letter says so on a line of its own above the body; an «accusé de réception» in an objet does not."""
    for ligne in toutes:
        if ligne.page > 1 or (ligne.boite is not None and ligne.boite[1] > _TETE):
            continue
        numero = next(passages([ligne], _SUIVI), None)
        mention = _MENTION.match(ligne.plie)
        if numero and (mention or _RECOMMANDE.search(ligne.plie)):
            # A wrong key is a digit misread: the clerk looks at it.
            note = 0.95 if _cle_postale_juste(numero.trouve["no"]) else 0.6
            return lue("recommande", numero.texte.upper(), note, numero, "mention de recommandé et numéro d’envoi")
        if mention and len(ligne.texte) < 70:
            passage = next(passages([ligne], _MENTION))
            return lue("recommande", "LRAR", 0.85, passage, "mention de recommandé")
    return None


def _cle_postale_juste(numero: str) -> bool:
    """The key of an international number, «RK 12 345 678 9 FR» (UPU S10); that of «1A 234 567 8901 2» is not published."""
    nu = re.sub(r"\s", "", numero)
    if not nu.endswith("fr"):
        return True
    reste = 11 - sum(poids * int(chiffre) for poids, chiffre in zip(_POIDS, nu[2:10], strict=True)) % 11
    return int(nu[10]) == {10: 0, 11: 5}.get(reste, reste)


def siret(toutes: Sequence[Ligne]) -> Proposition | None:
    """The sender's SIRET; not the one that an invoice gives for us. One whose key is wrong is only a trace to read again."""
    for passage in passages(toutes, _SIRET):
        chiffres = re.sub(r"\D", "", passage.texte)
        if siret_juste(chiffres) and not _LE_NOTRE.search(passage.avant):
            annonce = "siret" in passage.avant
            return lue("siret", chiffres, 0.95 if annonce else 0.6, passage, "numéro SIRET dont la clé est juste")
    for passage in passages(toutes, _SIRET):
        if "siret" in passage.avant and not _LE_NOTRE.search(passage.avant):
            return lue("siret", re.sub(r"\D", "", passage.texte), 0.4, passage, "numéro SIRET dont un chiffre est à relire")
    return None
