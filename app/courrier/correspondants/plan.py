"""What an import would do, before anything is written: each row made, changing a known sheet, the same, doubtful or refused."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier.correspondants import cles, groupes
from app.courrier.correspondants.annuaire import PRESENTE
from app.courrier.correspondants.colonnes import CIBLES, proposer, valeurs
from app.courrier.correspondants.contact import CHAMPS, Contact, contact, valider
from app.courrier.correspondants.lecture import Rangee, Tableau, lire
from app.courrier.errors import SaisieRefusee
from app.courrier.organisation import plier
from app.courrier.tables import Correspondant, ImportFiches
from engine import Phrase

SORTES = ("creer", "changer", "douteuse", "pareille", "ecartee", "refusee")
_PROCHES = 12
_PAR_LOT = 500


@dataclass(frozen=True, kw_only=True)
class Proposee:
    """One row and what becomes of it: `sorte`, the sheet it is or may be, why, what it changes there, or what is wrong."""

    ligne: int
    sorte: str
    contact: Contact | None = None
    groupes: tuple[str, ...] = ()
    fiche: Correspondant | None = None
    raisons: Sequence[str] = ()
    changes: Mapping[str, str] = field(default_factory=dict)
    erreurs: Mapping[str, str] = field(default_factory=dict)
    double: int = 0  # the line of this file that says the same
    choix: str = ""  # what the clerk decided of a doubtful one: creer, fiche, ecarter


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All the rows of an import, how many of each kind, and a digest of it all: what was looked at is what is written."""

    tableau: Tableau
    colonnes: Sequence[str]
    proposees: Sequence[Proposee]
    comptes: Mapping[str, int]
    empreinte: str


@dataclass(frozen=True, kw_only=True)
class _Lue:
    rangee: Rangee
    contact: Contact | None
    numero: str = ""
    groupes: tuple[str, ...] = ()
    erreurs: Mapping[str, str] = field(default_factory=dict)
    cles: Mapping[str, int] = field(default_factory=dict)
    dits: frozenset[str] = frozenset()


def planifier(session: Session, fichier: ImportFiches) -> Plan:
    """Read the file and set it beside the sheets there are; `SaisieRefusee` (`fichier`) when it cannot be read."""
    tableau = lire(fichier.contenu, fichier.reglages)
    dites = fichier.reglages.get("colonnes")
    colonnes = [cible if cible in CIBLES else "" for cible in dites] if dites else proposer(tableau.titres)
    if tableau.forme == "vcard":
        colonnes = list(CIBLES)
    lues = [_lire(rangee, colonnes, str(fichier.reglages.get("groupe") or "")) for rangee in tableau.rangees]
    proposees = list(_ranger(session, lues, fichier.choix))
    resume = [(p.ligne, p.sorte, p.choix, p.fiche.id if p.fiche else 0, sorted(p.changes.items())) for p in proposees]
    return Plan(
        tableau=tableau, colonnes=colonnes, proposees=proposees, comptes=Counter(p.sorte for p in proposees),
        empreinte=hashlib.sha256(repr(resume).encode()).hexdigest(),
    )


def _lire(rangee: Rangee, colonnes: Sequence[str], groupe: str) -> _Lue:
    if rangee.erreur:
        return _Lue(rangee=rangee, contact=None, erreurs={"fichier": rangee.erreur})
    dites = valeurs(rangee.cellules, colonnes)
    genre = plier(dites.get("genre", ""))
    suppose = "personne" if dites.get("nom") else "organisme"
    genre = genre if genre in ("personne", "organisme") else suppose
    siens = dict.fromkeys(nom.strip() for nom in (*_noms(dites.get("groupes", "")), groupe) if nom.strip())
    try:
        champs = {champ: dites.get(champ, "") for champ in CHAMPS}
        propre = Contact(**valider(Contact(**{**champs, "genre": genre, "opposition": plier(champs["opposition"])})))
    except SaisieRefusee as refus:
        return _Lue(rangee=rangee, contact=None, erreurs=refus.erreurs)
    fautes = groupes.fautes(siens)
    return _Lue(
        rangee=rangee, contact=None if fautes else propre, numero=dites.get("numero", ""), groupes=tuple(siens), erreurs=fautes,
        cles=cles.cles(propre), dits=frozenset(dites),
    )


def _noms(cellule: str) -> list[str]:
    return cellule.split("|") if "|" in cellule else cellule.split(",")


def _ranger(session: Session, lues: Sequence[_Lue], choix: Mapping[str, str]) -> Iterator[Proposee]:
    """Each row with its sort; what is like a row before it in the file is set aside."""
    par_cle = cles.partageant(session, (cle for lue in lues for cle in lue.cles))
    candidats = {fiche for trouvees in par_cle.values() if len(trouvees) <= _PROCHES for fiche in trouvees}
    numeros = {int(lue.numero) for lue in lues if lue.numero.isdecimal() and len(lue.numero) < 10}
    fiches = _fiches(session, sorted(candidats | numeros))
    siens, vues = groupes.noms(session, list(fiches)), dict[str, list[_Lue]]()
    for lue in lues:
        ligne = lue.rangee.ligne
        if lue.contact is None:
            yield Proposee(ligne=ligne, sorte="refusee", erreurs=lue.erreurs)
            continue
        double = _deja(vues, lue)
        if double:
            yield Proposee(ligne=ligne, sorte="ecartee", contact=lue.contact, double=double)
            continue
        for cle in lue.cles:
            vues.setdefault(cle, []).append(lue)
        yield _proposer(lue, lue.contact, _proche(lue, par_cle, fiches), siens, choix.get(str(ligne), ""))


def _change(champ: str, dit: str, tenu: str) -> bool:
    """Whether the file says something else: a telephone is its digits, however they are spaced."""
    if champ == "telephone" and cles.chiffres(dit) == cles.chiffres(tenu):
        return False
    return dit not in ("", tenu)


def _proposer(
    lue: _Lue, dit: Contact, proche: tuple[Correspondant, int, list[str]] | None, siens: Mapping[int, list[str]], choisi: str
) -> Proposee:
    ligne = lue.rangee.ligne
    if proche is None:
        return Proposee(ligne=ligne, sorte="creer", contact=dit, groupes=lue.groupes)
    fiche, poids, raisons = proche
    dits = (champ for champ in CHAMPS if champ in lue.dits)
    changes = {champ: getattr(dit, champ) for champ in dits if _change(champ, getattr(dit, champ), getattr(fiche, champ))}
    nouveaux = {plier(nom) for nom in lue.groupes} - {plier(nom) for nom in siens.get(fiche.id, [])}
    sorte = "changer" if changes or nouveaux else "pareille"
    if _autre_nom(dit, contact(fiche)):  # somebody who gives the e-mail and the telephone of the body that they are with
        sorte, raisons = "douteuse", [*raisons, Phrase("autre nom")]
    elif poids < cles.SUR:
        sorte = "douteuse"
    return Proposee(ligne=ligne, sorte=sorte, contact=dit, groupes=lue.groupes, fiche=fiche, raisons=raisons, changes=changes,
                    choix=choisi if sorte == "douteuse" else "")  # fmt: skip


def _deja(vues: Mapping[str, Sequence[_Lue]], lue: _Lue) -> int:
    """The line of the file where this person was named before; 0 when none was."""
    lignes: Counter[int] = Counter()
    for cle, poids in lue.cles.items():
        for avant in vues.get(cle, [])[:_PROCHES]:
            if avant.contact and lue.contact and not _autre_nom(lue.contact, avant.contact):
                lignes[avant.rangee.ligne] += poids
    return next((ligne for ligne, poids in lignes.most_common(1) if poids >= cles.SUR), 0)


def _proche(
    lue: _Lue, par_cle: Mapping[str, list[int]], fiches: Mapping[int, Correspondant]
) -> tuple[Correspondant, int, list[str]] | None:
    """The sheet that a row most looks like, what they share in all, and why."""
    partage: dict[int, list[str]] = {}
    for cle in lue.cles:
        trouvees = par_cle.get(cle, [])
        for fiche_id in trouvees if len(trouvees) <= _PROCHES else []:
            partage.setdefault(fiche_id, []).append(cle)
    nommee = fiches.get(int(lue.numero)) if lue.numero.isdecimal() and len(lue.numero) < 10 else None
    if nommee is not None and lue.contact is not None and _meme_nom(lue.contact, contact(nommee)):
        return nommee, cles.SUR, [Phrase("numéro de fiche")]
    if not partage or lue.contact is None:
        return None
    autres = {cle for cle in partage if _autre_nom(lue.contact, contact(fiches[cle]))}
    meilleure = max(partage, key=lambda cle: (cle not in autres, sum(lue.cles[commune] for commune in partage[cle]), -cle))
    poids = sum(lue.cles[commune] for commune in partage[meilleure])
    return fiches[meilleure], poids, cles.raisons(partage[meilleure])


def _meme_nom(une: Contact, autre: Contact) -> bool:
    noms = [cles.squelette(f"{dit.nom} {dit.prenom}" if dit.nom else dit.organisme) for dit in (une, autre)]
    return noms[0] == noms[1]


def _autre_nom(une: Contact, autre: Contact) -> bool:
    """Whether they cannot be one by their names: «H. Caradec» may be «Hélène Caradec», neither is the body that they are with."""
    if _meme_nom(une, autre):
        return False
    initiales = {plier(dit.prenom)[:1] for dit in (une, autre)} - {""}
    return not (une.nom and autre.nom) or cles.squelette(une.nom) != cles.squelette(autre.nom) or len(initiales) > 1


def _fiches(session: Session, ids: Sequence[int]) -> dict[int, Correspondant]:
    trouvees: dict[int, Correspondant] = {}
    for debut in range(0, len(ids), _PAR_LOT):
        lot = select(Correspondant).where(Correspondant.id.in_(ids[debut : debut + _PAR_LOT]), PRESENTE)
        trouvees.update((fiche.id, fiche) for fiche in session.scalars(lot))
    return trouvees
