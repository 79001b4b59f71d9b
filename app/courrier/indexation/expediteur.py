"""Who writes: the block of lines with a name and an address that is neither the recipient's nor ours."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.courrier.indexation.contacts import COURRIEL, TELEPHONE
from app.courrier.indexation.coupures import recollees
from app.courrier.indexation.lignes import Ligne, blocs, plier
from app.courrier.indexation.proposition import Proposition, sur_ligne
from app.courrier.indexation.signature import signature

CP_VILLE = re.compile(
    r"(?<![\d/.-])(?:f(?:r)?\s?-\s?)?(?P<cp>\d{2}\s?\d{3})\s+"
    r"(?P<ville>[a-z](?:[a-z']| ?-(?=[a-z'])| (?=[a-z']))*(?:(?<=cedex)\s+\d+|(?:(?<=paris)|(?<=lyon)|(?<=marseille))\s+\d\d)?)"
)
# Abroad: «D-79410 Badenweiler», «2800 Delémont» alone on its line, «Saint-Casimir (Québec) G0A 3L0».
_AILLEURS = (
    re.compile(r"^[a-z]{1,3}\s?-\s?(?P<cp>\d{4,6})\s+(?P<ville>[a-z][a-z' -]+)"),
    re.compile(r"^(?P<cp>[1-9]\d{3})\s+(?P<ville>[a-z][a-z' -]{2,40})$"),
    re.compile(r"(?<![a-z'-])(?P<ville>[a-z][a-z'-]+(?: [a-z'-]+){0,3}),?\s+\(?[a-z]{2,9}\)?,?\s+"
               r"(?P<cp>[a-z][\do][a-z]\s?[\do][a-z][\do])$"),
)
_TYPES = (
    "rue|avenue|av|boulevard|bd|chemin|impasse|allees?|place|quai|cours?|route|square|residence|lotissement|hameau|lieu-?dit"
    r"|zone|z\.?a\.?c?|z\.?i\.?|b\.?p\.?\s*\d|passage|sentier|sente|esplanade|traverse|venelle|ruelle|rang|cite|faubourg"
    "|montee|cote|promenade|villa|clos|domaine|mail|rond-point|voie|levee|parvis|grande?-rue|quartier|mas|ferme|moulin|chaussee"
)
_VOIE = re.compile(rf"^\d{{1,4}}\s*(?:bis|ter|quater|[a-d]\b)?\s*,?\s*[a-z]|\b(?:{_TYPES})\b|\b[a-z]+(?:strasse|straat|weg)\b")
_NUMERO = re.compile(rf"(?<![\d-])\d{{1,4}}\s*(?:bis|ter|quater|[a-d]\b)?\s*,?\s*(?:{_TYPES})\b")
_COMPLEMENT = re.compile(r"^(?:c\.?s\.?|b\.?p\.?|tsa|cidex)\s*\d")
# Who stands above the one who writes, in the head of a public body.
_TUTELLE = re.compile(
    r"^(?:ministere|republique|prefete?\b|academie\b|region academique|liberte|armee de|canton\b|gouvernement"
    r"|rectorat|direction regionale|direction generale|arrondissement"
    r"|(?:gendarmerie|police) nationale|region de gendarmerie)"
)
_SERVICE = re.compile(
    r"^(?:direction|service|unite|dsden|inspection|delegation|sous-prefecture|agence|office|tribunal|greffe|centre|brigade"
    r"|\d+e\s+regiment|regiment|gendarmerie|commissariat|departement|d[dr][a-z]{1,5}\b|drac|udap|ars\b)"
)
# The lowest level, which has an address of its own.
_POSTE = re.compile(
    r"^(?:brigade|unite departementale|tresorerie|service de gestion comptable|service des impots|centre des finances)"
)
_DESTINATAIRE = re.compile(
    r"^(?:destinataire|a l'attention|a (?:madame|monsieur) l[ea]|officier de"
    r"|(?:monsieur|madame|m\.|mme|mesdames|messieurs)\s+(?:le|la|les|l')\b)"
)
_MAIRIE = re.compile(r"^(?:mairie|ville de|commune de|hotel de ville)\b")
_PAS_UN_NOM = re.compile(
    r"^(?:objet|date|le\b|a\s.*\ble\b|tel|fax|facture|n°|p\.?j\.?|page|recommande|lettre recommandee|lrar|copie|standard|mail"
    r"|courriel|e-mail|affaire|dossier|siret|siren|(?:[nv]|nos|vos|notre|votre)[/ .]*ref|references?|madame,|monsieur,"
    r"|code postal|n?om\b|prenom|adresse|ville\s*(?::|$)|batiment|etage|signature|signataires)"
)
_ETIQUETTE = re.compile(r"^(?:expedit(?:eur|rice)|de(?: la part de)?|(?=[a-z])[a-z' ]{3,28}|siege(?:\s+social)?|adresse)\s*:\s*")
_SEULE = re.compile(r"^(?:etude|cabinet|expedit(?:eur|rice)|famille|bureau|siege(?: social)?|agence)\s*:?$")
_CIVILITE = re.compile(
    r"^(?:(?:(?:et|ou)\s+)?(?:m\.|mr|mme|mlle|me|monsieur|madame|mademoiselle|maitre|dr|docteur|vve|veuve)\s+)+(?=[a-z])"
)
_COUPLE = re.compile(r"\w.*\b(?:et|ou)\b")
_PERSONNE = re.compile(r"^[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){1,4}$")
_ENTRE = re.compile(r"\s+[-–—•|·]\s+")
_SEPARATEURS = " ,;:–—-•|·/"
_LIEU_DIT = re.compile(
    r"^(?:L[ae]s? |L['’])(?!Pr[ée]sid|Direct|Maire|Tr[ée]sor|Secr[ée]|G[ée]rant|Proviseur|Principal)"
    r"[A-ZÀ-Ý][\w'’-]+(?: [A-ZÀ-Ý][\w'’-]+)?$"
)
_LIEU = re.compile(r"^(?:a |fait a )?(?P<lieu>[a-z][a-z' -]{2,40}),? le (?:(?:lun|mar|mer|jeu|ven|same|dim)[a-z]* )?\d")
# «CIRQUE PENDULE – famille Bouglier», «IMMO-LOIRE | Syndic»: who they are, then what they do.
_METIER = re.compile(r"\s+(?:\|\s.*|[-–—]\s+(?=[a-zà-ÿ]).*)$")
_SIGNE = 0.4
_RETENU = 0.45
_LONGUEUR_VOIE = 70
_GAUCHE = 0.45
_AUTRES = 3
_MOINS = 0.55  # what a second name or a second address is worth beside the first


@dataclass(frozen=True, kw_only=True)
class Adresse:
    """A block read as an address: its lines, and in them the names, the street lines, the code and the town."""

    lignes: Sequence[Ligne]
    noms: Sequence[tuple[str, Ligne]]
    voies: Sequence[tuple[str, Ligne]]
    cp_ville: tuple[str, str, Ligne] | None


def expediteur(toutes: Sequence[Ligne], nous: Sequence[str]) -> Iterator[Proposition]:
    """Name, street, postal code and town of the sender, from the best block of the first page; then what else may be theirs.

    The first proposal of a field is the best one; those that follow are the names and addresses of other lines and blocks.
    """
    page = [ligne for ligne in toutes if ligne.page == 1]
    signee = signature(page)
    ecrit_a = _ecrit_a(page)
    notres = [plier(texte) for texte in nous if not CP_VILLE.fullmatch(plier(texte).strip())]
    adresses = [adresse for bloc in blocs(page) for adresse in _adresses(bloc)]
    notees = sorted(((_note(adresse, notres, signee, ecrit_a), adresse) for adresse in adresses), key=lambda couple: -couple[0])
    bonnes = [(min(note, 0.95), adresse) for note, adresse in notees if note >= _RETENU]
    for rang, (note, adresse) in enumerate(bonnes[:_AUTRES]):
        yield from _propositions(adresse, note if rang == 0 else min(note, bonnes[0][0]) * _MOINS)
    if signee:
        nom, ligne = signee
        yield sur_ligne("expediteur", _sans_titre(nom), _SIGNE, ligne, "nom de la signature")


def _propositions(adresse: Adresse, note: float) -> Iterator[Proposition]:
    for rang, (nom, ligne) in enumerate(adresse.noms[:_AUTRES]):
        yield sur_ligne("expediteur", nom, note if rang == 0 else note * _MOINS, ligne, "première ligne du bloc d’adresse")
    if adresse.voies:
        for rang, voies in enumerate(_voies_dites(adresse.voies)):
            texte = ", ".join(voie for voie, _ in voies)
            sure = note - 0.05 if rang == 0 else note * _MOINS
            yield sur_ligne("adresse", texte, sure, voies[0][1], "voie du bloc d’adresse")
    if adresse.cp_ville:
        code, ville, ligne = adresse.cp_ville
        yield sur_ligne("code_postal", code, note, ligne, "code postal du bloc d’adresse")
        yield sur_ligne("ville", ville, note, ligne, "commune du bloc d’adresse")


def _voies_dites(voies: Sequence[tuple[str, Ligne]]) -> list[Sequence[tuple[str, Ligne]]]:
    """The street alone where one line has a number, then with its residence or building; post boxes when there is no street."""
    rues = [voie for voie in voies if not _COMPLEMENT.match(plier(voie[0]))] or list(voies)
    numeros = [voie for voie in rues if _NUMERO.search(plier(voie[0]))]
    return [numeros, rues] if numeros and len(numeros) < len(rues) else [rues]


def _adresses(coupe: Sequence[Ligne]) -> Iterator[Adresse]:
    bloc = recollees(coupe)
    codes = [(rang, trouve) for rang, ligne in enumerate(bloc) if (trouve := _code(ligne))]
    for rang, trouve in codes[:_AUTRES]:
        yield _adresse(bloc, rang, trouve)
    if not codes and any(_VOIE.search(ligne.plie) for ligne in bloc):
        yield _adresse(bloc, len(bloc), None)


def _code(ligne: Ligne) -> re.Match[str] | None:
    trouve = CP_VILLE.search(ligne.plie)
    if trouve and ligne.texte.startswith("("):
        return None  # an aside: the group that they belong to
    return trouve or next((ailleurs for motif in _AILLEURS if (ailleurs := motif.search(ligne.plie))), None)


def _adresse(bloc: Sequence[Ligne], rang: int, trouve: re.Match[str] | None) -> Adresse:
    noms = [(texte, ligne) for ligne in bloc[:rang] if (texte := _nom(ligne))]
    # Some write their town first, and their name below it.
    noms = noms or [(texte, ligne) for ligne in bloc[rang + 1 :] if (texte := _nom(ligne))]
    if len(noms) > 1 and _TUTELLE.match(plier(noms[0][0])):
        services = _ecrivent(noms[1:])
        noms = [*services[:1], *(nom for nom in noms if nom not in services[:1])]
    debut = next((r for r, ligne in enumerate(bloc) if noms and ligne is noms[0][1]), -1)
    autres = bloc[debut + 1 : rang] if debut < rang else bloc[rang + 1 :]
    voies = [(texte, ligne) for ligne in autres if (texte := _voie(ligne)) and ligne is not bloc[min(rang, len(bloc) - 1)]]
    if voies and not any(_NUMERO.search(plier(voie)) for voie, _ in voies):
        # A hamlet above a road without a number: «Les Quatre-Vents», «route de Ruillé».
        voies = [(nom, ligne) for nom, ligne in noms[1:] if _LIEU_DIT.match(nom)] + voies
    # What stands above an earlier code is another address.
    avant = next((r for r in range(rang - 1, debut, -1) if _code(bloc[r])), -1)
    voies = [voie for voie in voies if avant < 0 or next(r for r, ligne in enumerate(bloc) if ligne is voie[1]) > avant]
    if not trouve:
        return Adresse(lignes=bloc, noms=noms, voies=voies, cp_ville=None)
    ligne = bloc[rang]
    *morceaux, reste = _morceaux(ligne.texte[: min(trouve.span("cp")[0], trouve.span("ville")[0], trouve.start())])
    if not noms and morceaux and not _VOIE.match(plier(morceaux[0])):
        # A foot on one line: «Association du Lavoir – 3 rue Basse – 72990 Saint-Aubin».
        noms = [(morceaux.pop(0), ligne)]
    ecrite = ", ".join([*morceaux, reste]) if reste else ", ".join(morceaux)
    rue = _rue(ecrite)
    if rue and _VOIE.search(plier(rue)):
        voies = [(rue, ligne)]
    elif not voies and rue and not ecrite.startswith(rue):
        # «Correspondance : Clotilde Maudet, Le Haut Tertre, 72990…»: the place is what stands nearest to the code.
        voies = [(rue, ligne)]
    elif not voies and rang - debut > 1 and not _contact(bloc[rang - 1]):
        # A hamlet's name is an address too, when nothing else stands between the name and the code.
        voies = [(_sans_etiquette(bloc[rang - 1].texte), bloc[rang - 1])]
    elif not voies and debut - rang > 1 and not _contact(bloc[rang + 1]):
        voies = [(_sans_etiquette(bloc[rang + 1].texte).partition(" (")[0], bloc[rang + 1])]
    elif not voies and rue and noms:
        voies = [(rue, ligne)]
    cp_ville = (_code_nu(trouve["cp"]), ligne.texte[slice(*trouve.span("ville"))].strip().replace(" -", "-"), ligne)
    return Adresse(lignes=bloc, noms=noms, voies=voies, cp_ville=cp_ville)


def _ecrivent(noms: Sequence[tuple[str, Ligne]]) -> Sequence[tuple[str, Ligne]]:
    """Those of the names of a public body that write: a town hall, else the lowest level, else a service; maybe none."""
    dessous = [nom for nom in noms if not _TUTELLE.match(plier(nom[0]))]
    siens = ([nom for nom in dessous if motif.match(plier(nom[0]))] for motif in (_MAIRIE, _POSTE, _SERVICE))
    return next(filter(None, siens), [])


def _code_nu(code: str) -> str:
    """French codes have no blank; those with letters keep theirs, and what looks like an O in them is always a zero (Canada)."""
    return code.replace(" ", "") if code.replace(" ", "").isdigit() else code.upper().replace("O", "0")


def _rue(texte: str) -> str:
    """The street of what stands before a code on its line: «chez la présidente, 2 venelle du Presbytère» lives in a venelle."""
    numero = _NUMERO.search(plier(texte))
    if numero:
        return texte[numero.start() :].strip(_SEPARATEURS + "(")
    morceaux = texte.strip(_SEPARATEURS + "(").split(", ")
    while len(morceaux) > 1 and _PERSONNE.match(morceaux[0]) and not _lieu(morceaux[0]):
        morceaux.pop(0)  # whose home it is
    return ", ".join(morceaux)


def _lieu(texte: str) -> bool:
    """Whether it is a place: a way, a residence, a hamlet."""
    return bool(_VOIE.search(plier(texte)) or _LIEU_DIT.match(texte))


def _morceaux(texte: str) -> list[str]:
    """What stands between dashes, dots or bars; never none."""
    return [_sans_etiquette(morceau) for morceau in _ENTRE.split(texte.strip(_SEPARATEURS))] or [""]


def _sans_etiquette(texte: str) -> str:
    etiquette = _ETIQUETTE.match(plier(texte))
    return texte[etiquette.end() if etiquette else 0 :].strip(_SEPARATEURS)


def _sans_titre(texte: str) -> str:
    """A name without its civility and without what its bearer is: «Mme Odile Martin, secrétaire».

    A couple without first names keeps it: «M. et Mme Morin» are not one Morin.
    """
    civilite = _CIVILITE.match(plier(texte))
    nom = texte[civilite.end() if civilite else 0 :]
    if civilite and _COUPLE.search(civilite[0]) and " " not in nom.strip():
        return texte
    seul, virgule, _ = nom.partition(", ")
    return seul if virgule and _PERSONNE.match(seul) else nom


def _contact(ligne: Ligne) -> bool:
    return bool(COURRIEL.search(ligne.plie) or TELEPHONE.search(ligne.plie))


def _nom(ligne: Ligne) -> str:
    if _contact(ligne) or _PAS_UN_NOM.search(ligne.plie) or not re.search("[a-z]{2}", ligne.plie):
        return ""
    if _VOIE.match(ligne.plie) and not _SERVICE.match(ligne.plie):
        return ""
    if ligne.plie.startswith("(") or _SEULE.match(ligne.plie) or _code(ligne):
        return ""
    nom = _METIER.sub("", _sans_titre(_sans_etiquette(ligne.texte)))
    return nom.strip("«» ") if nom.startswith("«") else nom


def _voie(ligne: Ligne) -> str:
    if len(ligne.texte) > _LONGUEUR_VOIE or ligne.texte.startswith("(") or _contact(ligne) or _code(ligne):
        return ""
    texte = _sans_etiquette(ligne.texte)
    numero = _NUMERO.search(plier(texte))
    if not _VOIE.search(plier(texte)) or (_SERVICE.match(plier(texte)) and not numero):
        return ""
    # Whose home it is, the building and the door are part of an address: the postman needs them (NF Z 10-011, lines 2 and 3).
    return texte


def _note(adresse: Adresse, nous: Sequence[str], signee: tuple[str, Ligne] | None, ecrit_a: str) -> float:
    tete = adresse.lignes[0]
    note = 0.35 * bool(adresse.cp_ville) + 0.15 * bool(adresse.voies) + 0.15 * any(map(_contact, adresse.lignes))
    note += _place(tete)
    note -= 0.6 * any(_DESTINATAIRE.match(ligne.plie) for ligne in adresse.lignes)
    note -= 0.3 * bool(_MAIRIE.match(tete.plie))
    note -= 1.0 * any(notre and notre in ligne.plie for notre in nous for ligne in adresse.lignes)
    if adresse.noms and signee and _meme_nom(adresse.noms[0][0], signee[0]):
        note += 0.2
    # Of several offices, the letter comes from the one of the town where it is dated.
    note += 0.1 * bool(adresse.cp_ville and ecrit_a and plier(adresse.cp_ville[1]).startswith(ecrit_a))
    return note - 0.2 * (not adresse.noms)


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


def _ecrit_a(page: Sequence[Ligne]) -> str:
    """The town of «La Bazoge, le 6 juillet», folded; nothing when the letter does not say where it was written."""
    return next((lu["lieu"] for ligne in page if (lu := _LIEU.match(ligne.plie))), "")


def _meme_nom(un: str, autre: str) -> bool:
    gauche, droite = (set(re.findall(r"[a-z]{2,}", plier(nom))) for nom in (un, autre))
    return bool(gauche) and bool(droite) and (gauche <= droite or droite <= gauche)
