"""Who writes: the block of lines with a name and an address that is neither the recipient's nor ours."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.courrier.indexation.contacts import COURRIEL, TELEPHONE
from app.courrier.indexation.lignes import Ligne, blocs, plier
from app.courrier.indexation.proposition import Proposition, sur_ligne

CP_VILLE = re.compile(
    r"(?<![\d/.-])(?:f\s?-\s?)?(?P<cp>\d{2}\s?\d{3})\s+"
    r"(?P<ville>[a-z](?:[a-z']|[ -](?=[a-z']))*(?:(?<=cedex)\s+\d+)?)"
)
_VOIE = re.compile(
    r"^\d{1,4}\s*(?:bis|ter|quater|[a-d]\b)?\s*,?\s*[a-z]|\b(?:rue|avenue|av|boulevard|bd|chemin|impasse|allee|place|quai|cours"
    r"|route|square|residence|lotissement|hameau|lieu-?dit|zone|z\.?a\.?c?|z\.?i\.?|b\.?p\.?\s*\d|passage|sentier|esplanade)\b"
)
_DESTINATAIRE = re.compile(
    r"^(?:destinataire|a l'attention|officier de|(?:monsieur|madame|m\.|mme|mesdames|messieurs)\s+(?:le|la|les|l')\b)"
)
_MAIRIE = re.compile(r"^(?:mairie|ville de|commune de|hotel de ville)\b")
_PAS_UN_NOM = re.compile(
    r"^(?:objet|date|le\b|a\s.*\ble\b|tel|fax|facture|n°|p\.?j\.?|page|recommande|lettre recommandee|lrar|copie|standard|mail"
    r"|courriel|e-mail|affaire|dossier|siret|siren|(?:[nv]|nos|vos|notre|votre)[/ .]*ref|references?|madame,|monsieur,"
    r"|code postal|n?om\b|prenom|adresse|ville\s*(?::|$)|batiment|etage|signature|signataires)"
)
_ETIQUETTE = re.compile(r"^(?:expediteur|de|siege(?:\s+social)?|adresse)\s*:\s*")
_ENTRE = re.compile(r"\s+[-–—•|·]\s+")
_SEPARATEURS = " ,;:–—-•|·/"
_CLOTURE = re.compile(
    r"salutation|sentiments|consideration|respectueu|cordialement|bien a vous|attachement|veuillez (?:agreer|croire)"
)
_QUALITE = re.compile(r"^(?:le|la|les|l'|pour|p/|signe)\b|,$")
_NOM_PROPRE = re.compile(r"[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){1,5}")
_RETENU = 0.45
_LONGUEUR_VOIE = 70
_GAUCHE = 0.45


@dataclass(frozen=True, kw_only=True)
class Adresse:
    """A block read as an address: its lines, and in them the name, the street lines, the code and the town."""

    lignes: Sequence[Ligne]
    nom: tuple[str, Ligne] | None
    voies: Sequence[tuple[str, Ligne]]
    cp_ville: tuple[str, str, Ligne] | None


def expediteur(toutes: Sequence[Ligne], nous: Sequence[str]) -> Iterator[Proposition]:
    """Name, street, postal code and town of the sender, from the best block of the first page."""
    page = [ligne for ligne in toutes if ligne.page == 1]
    signature = _signature(page)
    notres = [plier(texte) for texte in nous if not CP_VILLE.fullmatch(plier(texte).strip())]
    adresses = [adresse for bloc in blocs(page) for adresse in _adresses(bloc)]
    notees = [(_note(adresse, notres, signature), adresse) for adresse in adresses]
    note, choisie = max(notees, key=lambda couple: couple[0], default=(0.0, None))
    if choisie is None or note < _RETENU:
        if signature:
            yield sur_ligne("expediteur", signature.texte, 0.4, signature, "nom de la signature")
        return
    yield from _propositions(choisie, min(note, 0.95))


def _propositions(adresse: Adresse, note: float) -> Iterator[Proposition]:
    if adresse.nom:
        nom, ligne = adresse.nom
        yield sur_ligne("expediteur", nom, note, ligne, "première ligne du bloc d’adresse")
    if adresse.voies:
        texte = ", ".join(voie for voie, _ in adresse.voies)
        yield sur_ligne("adresse", texte, note - 0.05, adresse.voies[0][1], "voie du bloc d’adresse")
    if adresse.cp_ville:
        code, ville, ligne = adresse.cp_ville
        yield sur_ligne("code_postal", code, note, ligne, "code postal du bloc d’adresse")
        yield sur_ligne("ville", ville, note, ligne, "commune du bloc d’adresse")


def _adresses(bloc: Sequence[Ligne]) -> Iterator[Adresse]:
    codes = [(rang, trouve) for rang, ligne in enumerate(bloc) if (trouve := CP_VILLE.search(ligne.plie))]
    if codes:
        rang, trouve = codes[0]
        yield _adresse(bloc, rang, trouve)
    elif any(_VOIE.search(ligne.plie) for ligne in bloc):
        yield _adresse(bloc, len(bloc), None)


def _adresse(bloc: Sequence[Ligne], rang: int, trouve: re.Match[str] | None) -> Adresse:
    nom = next(((texte, ligne) for ligne in bloc[:rang] if (texte := _nom(ligne))), None)
    debut = next((r for r, ligne in enumerate(bloc) if nom and ligne is nom[1]), -1)
    voies = [(texte, ligne) for ligne in bloc[debut + 1 : rang] if (texte := _voie(ligne))]
    cp_ville = None
    if trouve:
        ligne = bloc[rang]
        *morceaux, avant = _morceaux(ligne.texte[: trouve.start()])
        if nom is None and morceaux and not _VOIE.match(plier(morceaux[0])):
            # A foot on one line: «Association du Lavoir – 3 rue Basse – 72990 Saint-Aubin».
            nom, *_ = [(morceaux.pop(0), ligne)]
        if avant:
            voies = [(", ".join([*morceaux, avant]), ligne)]
        elif not voies and rang - debut > 1 and not _contact(bloc[rang - 1]):
            # A hamlet's name is an address too, when nothing else stands between the name and the code.
            voies = [(bloc[rang - 1].texte, bloc[rang - 1])]
        cp_ville = (trouve["cp"].replace(" ", ""), ligne.texte[slice(*trouve.span("ville"))], ligne)
    return Adresse(lignes=bloc, nom=nom, voies=voies, cp_ville=cp_ville)


def _morceaux(texte: str) -> list[str]:
    """What stands between dashes, dots or bars; never none."""
    return [_sans_etiquette(morceau) for morceau in _ENTRE.split(texte.strip(_SEPARATEURS))] or [""]


def _sans_etiquette(texte: str) -> str:
    etiquette = _ETIQUETTE.match(plier(texte))
    return texte[etiquette.end() if etiquette else 0 :].strip(_SEPARATEURS)


def _contact(ligne: Ligne) -> bool:
    return bool(COURRIEL.search(ligne.plie) or TELEPHONE.search(ligne.plie))


def _nom(ligne: Ligne) -> str:
    if _contact(ligne) or _PAS_UN_NOM.search(ligne.plie) or _VOIE.match(ligne.plie) or not re.search("[a-z]{2}", ligne.plie):
        return ""
    return _sans_etiquette(ligne.texte)


def _voie(ligne: Ligne) -> str:
    if len(ligne.texte) > _LONGUEUR_VOIE or _contact(ligne):
        return ""
    return _sans_etiquette(ligne.texte) if _VOIE.search(ligne.plie) else ""


def _note(adresse: Adresse, nous: Sequence[str], signature: Ligne | None) -> float:
    tete = adresse.lignes[0]
    note = 0.35 * bool(adresse.cp_ville) + 0.15 * bool(adresse.voies) + 0.15 * any(map(_contact, adresse.lignes))
    note += _place(tete)
    note -= 0.6 * any(_DESTINATAIRE.match(ligne.plie) for ligne in adresse.lignes)
    note -= 0.3 * bool(_MAIRIE.match(tete.plie))
    note -= 1.0 * any(notre and notre in ligne.plie for notre in nous for ligne in adresse.lignes)
    if adresse.nom and signature and _meme_nom(adresse.nom[0], signature.texte):
        note += 0.2
    return note - 0.2 * (adresse.nom is None)


def _place(tete: Ligne) -> float:
    """Senders stand at the top left, in a centred head or in the foot; recipients in the window of the envelope."""
    if tete.boite is None:
        return 0.1
    x0, y0, x1, _ = tete.boite
    if y0 > 0.8:
        return 0.2
    if abs((x0 + x1) / 2 - 0.5) < 0.05 and y0 < 0.2:
        return 0.25
    if x0 < _GAUCHE:
        return 0.25 if y0 < 0.35 else 0.0
    return -0.25 if y0 < 0.4 else -0.1


def _meme_nom(un: str, autre: str) -> bool:
    gauche, droite = (set(re.findall(r"[a-z]{2,}", plier(nom))) for nom in (un, autre))
    return bool(gauche) and bool(droite) and (gauche <= droite or droite <= gauche)


def _signature(page: Sequence[Ligne]) -> Ligne | None:
    """The name under the closing words; its title, «Le président,», is not a name."""
    fins = [rang for rang, ligne in enumerate(page) if _CLOTURE.search(ligne.plie)]
    if not fins:
        return None
    for ligne in page[fins[-1] + 1 : fins[-1] + 6]:
        nom = _NOM_PROPRE.fullmatch(ligne.texte)
        if nom and not _QUALITE.search(ligne.plie) and not _CLOTURE.search(ligne.plie) and ligne.texte[0].isupper():
            return ligne
    return None
