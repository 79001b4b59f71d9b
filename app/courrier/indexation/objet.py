"""What the letter is about and how both sides number it: «Objet», also over two lines, N/Réf and V/Réf."""

import re
from collections.abc import Iterator, Sequence

from app.courrier.indexation.lignes import Ligne, passages, union
from app.courrier.indexation.proposition import Proposition, arrondie, lue, sur_ligne

_OBJET = re.compile(r"^\W*(?:[o0]b[ij1l]et|obj|concerne|sujet)\b\s*[.:;–—-]+\s*|^\W*objet\s+(?=[a-z])")
_VIDE = re.compile(r"^\W*(?:[o0]b[ij1l]et|obj)\s*[.:;]*\s*$")
_AUTRE_LIBELLE = re.compile(r"^[\w°'/. -]{1,28}\s?:|^(?:p\.?\s?j\b|pieces? jointes?)")
_APPEL = re.compile(
    r"^(?:(?:monsieur|madame|mademoiselle|mesdames|messieurs|maitre|docteur|cher|chere)\b.{0,60},?$|lettre recommandee"
    r"|bon(?:jour|soir)\b)"
)
_PIECE = re.compile(r"\b(?P<quoi>facture|devis|avis|titre)\s+n\s*[°ºo*'.]*\s*:?\s*(?P<no>[a-z0-9][\w/.-]{2,})")
# Tesseract takes the stroke of «V/Réf» for a letter or a one, and the full stop of «réf.» for a comma.
_REFERENCE = re.compile(
    r"(?:^|(?<=[\s(|;]))(?P<qui>nos|notre|vos|votre|n|v)?\s*[/.|1ila]?\s*(?:ref|reference)s?\b[.,]?"
    r"(?:\s+(?:courrier|dossier|client|a\s+rappeler))?\s*[.,]?\s*[:°=]\s*(?P<no>\S[^|;]*)"
)
# «Votre courrier D-2026-000287 du 29 octobre»: a number of ours that has letters, quoted without its label.
_VOTRE = re.compile(
    r"\b(?P<qui>vos|votre)\s+(?:courrier|lettre|reponse|decision|courriel)s?\s+(?:n\s*[°o]\s*)?(?P<no>[a-z]{1,4}[-/][\w/-]*\d{3,}[\w/-]*)"
)
_REFERENCE_NUE = re.compile(
    r"(?:^|\s)(?P<qui>n|v)\s?/\s?refs?\.?\s+(?P<no>\S+)|^(?:(?P<nos>nos|vos)\s+)?refs?\.?\s+(?P<nu>[a-z0-9][\w/.-]*\d[\w/.-]*)$"
)
_DOSSIER = re.compile(
    r"\b(?:dossier|affaire)\s*(?:n\s*[°ºo*']\s*:?|:)\s*(?P<no>[a-z0-9][\w/.-]*"
    r"(?:\s(?!(?:d[ue]|le|au|et|en|a|pour)\b)(?:\d[\w/.-]*|[a-z]{1,4}(?=$|\s[\d/-])))*)"
)
# A head's own number, alone on its line: «N° 504382/RI72/3ESC/NP».
_NUMERO = re.compile(r"^n\s?[°ºo]\s?(?P<no>\d[\w.-]*/[\w/.-]+(?: [a-z-]{2,12}){0,3})$")
_FACTURE = re.compile(r"\b(?:facture|devis)\s+(?P<no>(?:[a-z]{1,4}-?)?\d{2,}[\w/.-]*\d)(?=\s+(?:ci-joint|du\b|joint)|[\s,.;)])")
_DIT = re.compile(r"[a-zà-ÿ]{4}")  # words after a number, which the initials of who wrote are not
_TIRET = re.compile(r"\s([-–—])\s")
_MOINS = 0.6  # what a number with what it is about is worth beside the number alone
_SUITE = re.compile(r"\s(?:affaire suivie|objet|date|[nv]\s?/\s?ref|dossier suivi|tel)\b.*$")
_SALUT = re.compile(r"^(?:monsieur|madame|mesdames|messieurs|maitre|docteur)\b.{0,50},$")
_PAS_UN_TITRE = re.compile(
    r"\d{5}|@|\bref|\brecommande|\bl\.?r\.?\s?/?a\.?r\b|^p\.?\s?j\b|pieces? jointes?|^copie|^a l'att|^(?:m|mme)\.?\s|\ble\s+\d"
    r"|\d{1,2}\s+\w+\s+20\d\d|suivi|tel\b|^(?:rue|place|avenue)\b|^\d"
)
_TETE, _GAUCHE, _PROCHE = 0.15, 0.4, 0.06
_LIGNES = 3
_PLEINE = 0.85


def objet(toutes: Sequence[Ligne]) -> Proposition | None:
    """The subject, with its second and third lines; without one, the invoice says what it is."""
    for rang, ligne in enumerate(toutes):
        if ligne.page > 1:
            break
        if _VIDE.match(ligne.plie):
            en_face = _en_face(ligne, toutes)
            if en_face:
                return _propose(en_face, 0, 0.85)
        annonce = _OBJET.match(ligne.plie)
        if annonce and annonce.end() < len(ligne.texte):
            suites = _suites(ligne, toutes[rang + 1 :], annonce.end(), toutes)
            sure = 0.95 if annonce[0].rstrip().endswith(":") else 0.7
            return _propose([ligne, *suites], annonce.end(), sure - 0.05 * len(suites))
    titre = _titre(toutes)
    if titre:
        return sur_ligne("objet", titre.texte.strip(" .;"), 0.55, titre, "ligne seule avant la formule d’appel")
    piece = next((p for p in passages(toutes, _PIECE) if p.ligne.page == 1), None)
    return lue("objet", piece.texte, 0.6, piece, "pas d’objet : numéro de la pièce") if piece else None


def _titre(toutes: Sequence[Ligne]) -> Ligne | None:
    """A line alone just above the greeting, that is no date, reference, mention nor part of an address."""
    page = [ligne for ligne in toutes if ligne.page == 1 and ligne.boite]
    appel = next((ligne for ligne in page if _SALUT.match(ligne.plie) and (ligne.boite or (0, 0))[1] > _TETE), None)
    if appel is None or appel.boite is None:
        return None
    dessus = [autre for autre in page if autre.boite and autre.boite[3] <= appel.boite[1] + 0.005 and autre.boite[0] < _GAUCHE]
    derniere = max(dessus, key=lambda ligne: ligne.boite[1] if ligne.boite else 0.0, default=None)
    if derniere is None or derniere.boite is None or appel.boite[1] - derniere.boite[3] > _PROCHE or derniere.boite[1] < _TETE:
        return None
    seule = not any(autre.suivie_de(derniere) for autre in dessus)
    mots = len(derniere.texte.split())
    return derniere if seule and 1 < mots < 16 and not _PAS_UN_TITRE.search(derniere.plie) else None


def _propose(lignes: Sequence[Ligne], debut: int, confiance: float) -> Proposition:
    texte = " ".join([lignes[0].texte[debut:], *(ligne.texte for ligne in lignes[1:])])
    boites = [lignes[0].boite_de(debut, len(lignes[0].texte)), *(ligne.boite for ligne in lignes[1:])]
    return Proposition(
        champ="objet",
        valeur=texte.strip(" .;"),
        confiance=arrondie(confiance),
        page=lignes[0].page,
        boite=union(boite for boite in boites if boite),
        extrait=" ".join(ligne.texte for ligne in lignes),
        raison="texte après « Objet »",
    )


def _en_face(etiquette: Ligne, toutes: Sequence[Ligne]) -> list[Ligne]:
    """Lines to the right of a lone «Objet :», also when it stands midway between two of them."""
    if etiquette.boite is None:
        return []
    x1, haut, bas = etiquette.boite[2], etiquette.boite[1], etiquette.boite[3]
    marge = (bas - haut) * 0.8
    trouvees = [
        ligne
        for ligne in toutes
        if ligne.page == etiquette.page
        and ligne.boite
        and ligne.boite[0] > x1
        and ligne.boite[1] < bas + marge
        and ligne.boite[3] > haut - marge
    ]
    return sorted(trouvees, key=lambda ligne: ligne.boite[1] if ligne.boite else 0.0)[:_LIGNES]


def _suites(ligne: Ligne, apres: Sequence[Ligne], debut: int, toutes: Sequence[Ligne]) -> list[Ligne]:
    """The lines that go on with the subject: just below, and no other heading, greeting or date."""
    bord = max((autre.boite[2] for autre in toutes if autre.boite and autre.page == ligne.page), default=1.0)
    valeur = ligne.boite_de(debut, len(ligne.texte))
    suites: list[Ligne] = []
    for suivante in apres:
        derniere = suites[-1] if suites else ligne
        if len(suites) == _LIGNES - 1 or not derniere.suivie_de(suivante):
            break
        if _AUTRE_LIBELLE.match(suivante.plie) or _APPEL.match(suivante.plie):
            break
        pleine = derniere.boite is not None and derniere.boite[2] > bord * _PLEINE
        retrait = bool(valeur and suivante.boite and suivante.boite[0] > valeur[0] - 0.02)
        if not (suivante.texte[0].islower() or suivante.texte[0].isdigit() or pleine or retrait):
            break
        suites.append(suivante)
    return suites


def references(toutes: Sequence[Ligne]) -> Iterator[Proposition]:
    """Their reference, and ours when they quote it (V/Réf); each once."""
    donnees: set[str] = set()
    for motif, confiance, raison in (
        (_REFERENCE, 0.9, "texte après la mention de référence"),
        (_REFERENCE_NUE, 0.8, "texte après la mention de référence"),
        (_VOTRE, 0.8, "texte après la mention de référence"),
        (_PIECE, 0.8, "numéro de la pièce"),
        (_DOSSIER, 0.75, "numéro de dossier"),
        (_NUMERO, 0.75, "texte après la mention de référence"),
        (_FACTURE, 0.7, "numéro de la pièce"),
    ):
        for ligne in toutes:
            trouve = motif.search(ligne.plie) if ligne.page == 1 else None
            if not trouve:
                continue
            champ = "notre_reference" if trouve.groupdict().get("qui") in ("v", "vos", "votre") else "reference"
            valeurs = [valeur for valeur in _valeurs(ligne, trouve) if valeur]
            if valeurs and champ not in donnees:
                donnees.add(champ)
                yield sur_ligne(champ, valeurs[0], confiance, ligne, raison)
                yield from (sur_ligne(champ, valeur, confiance * _MOINS, ligne, raison) for valeur in valeurs[1:])


def _valeurs(ligne: Ligne, trouve: re.Match[str]) -> Iterator[str]:
    """A reference, then, of «26.0773 – Coutelle c/ commune», the number with what it is about; what follows is no part of it."""
    debut, fin = trouve.span("nu" if trouve.groupdict().get("nu") else "no")
    suite = _SUITE.search(ligne.plie, debut, fin)
    entiere = ligne.texte[debut : suite.start() if suite else fin].strip(" .,;:")
    numero, tiret, dit = _TIRET.split(entiere, maxsplit=1) if _TIRET.search(entiere) else (entiere, "", "")
    if tiret and any(map(str.isdigit, numero)) and not any(map(str.isdigit, dit)) and _DIT.search(dit):
        yield _bonne(numero)
    yield _bonne(entiere)


def _bonne(valeur: str) -> str:
    """It holds a digit, or capitals with a slash; nothing when it does not."""
    bonne = any(lettre.isdigit() for lettre in valeur) or ("/" in valeur and valeur.isupper())
    return valeur if bonne and len(valeur) <= 60 else ""
