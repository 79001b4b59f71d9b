"""Files of sheets: kept while they are looked at, written in one transaction, undone in another."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from app.courrier import journal
from app.courrier.correspondants import groupes
from app.courrier.correspondants.contact import CHAMPS
from app.courrier.correspondants.fiches import ajouter, changer, verrouiller
from app.courrier.correspondants.lecture import ENCODAGES, SEPARATEURS, lire
from app.courrier.correspondants.plan import Proposee, planifier
from app.courrier.errors import DejaFait, GesteRefuse, Introuvable
from app.courrier.tables import Changement, CleFiche, Correspondant, Courrier, Distincts, Fusion, ImportFiches, Membre

CHOIX = ("creer", "fiche", "ecarter")
GARDE = timedelta(days=7)
"""How long a file waits to be written before its bytes go."""

CHANGEES = "Les fiches ont changé depuis la relecture ; rien n’a été écrit. Relisez, puis importez."
_LISTE = 50
_PAR_LOT = 500


def deposer(session: Session, *, nom: str, contenu: bytes, par: str, now: datetime) -> ImportFiches:
    """Keep a file to be looked at; `SaisieRefusee` (`fichier`) when it holds no sheet."""
    lire(contenu, {})
    nouveau = ImportFiches(
        nom=nom[-255:] or "fichier", contenu=contenu, reglages={}, choix={}, bilan={}, depose_le=now, depose_par=par
    )
    session.add(nouveau)
    session.flush()
    return nouveau


def fichier(session: Session, import_id: int, *, verrou: bool = False) -> ImportFiches:
    """One import; `Introuvable`."""
    trouve = session.get(ImportFiches, import_id, with_for_update=verrou or None, populate_existing=verrou)
    if trouve is None:
        raise Introuvable(quoi="Cet import")
    return trouve


def liste(session: Session) -> Sequence[ImportFiches]:
    """The last imports, newest first."""
    return session.scalars(select(ImportFiches).order_by(ImportFiches.id.desc()).limit(_LISTE)).all()


def regler(session: Session, import_id: int, reglages: Mapping[str, Any]) -> None:
    """Read the file another way: `encodage`, `separateur`, `titres` (its first line is), `colonnes`, `groupe` (for all)."""
    sien = _a_voir(session, import_id)
    sien.reglages = {
        "encodage": reglages["encodage"] if reglages.get("encodage") in ENCODAGES else "",
        "separateur": reglages["separateur"] if reglages.get("separateur") in SEPARATEURS else "",
        "titres": "oui" if reglages.get("titres") == "oui" else "non",
        "groupe": " ".join(str(reglages.get("groupe") or "").split()),
        "colonnes": [str(colonne) for colonne in reglages.get("colonnes", ())],
    }  # fmt: skip
    session.flush()


def choisir(session: Session, import_id: int, choix: Mapping[str, str]) -> None:
    """Keep what the clerk decided of doubtful rows, by the number of their line."""
    sien = _a_voir(session, import_id)
    sien.choix = {**sien.choix, **{ligne: dit for ligne, dit in choix.items() if dit in CHOIX}}
    session.flush()


def importer(
    session: Session, import_id: int, *, empreinte: str, par: str, now: datetime, choix: Mapping[str, str] = MappingProxyType({})
) -> ImportFiches:
    """Write the import as it was looked at and as `choix` decides, all or nothing; `GesteRefuse` when the sheets have changed."""
    sien = _a_voir(session, import_id)
    plan = planifier(session, sien)
    if plan.empreinte != empreinte:
        raise GesteRefuse(motif=CHANGEES)
    if choix:
        choisir(session, import_id, choix)
        plan = planifier(session, sien)
    nouvelles = [p for p in plan.proposees if p.sorte == "creer" or (p.sorte == "douteuse" and p.choix in ("", "creer"))]
    connues = [p for p in plan.proposees if p.fiche and (p.sorte == "changer" or p.choix == "fiche")]
    lignes = [{champ: getattr(p.contact, champ) for champ in CHAMPS} for p in nouvelles]
    faites = ajouter(session, lignes, acte="importer", par=par, now=now, import_id=sien.id)
    changees = _changer(session, connues, sien.id, par=par, now=now)
    membres = _grouper(session, [*zip(nouvelles, faites, strict=True), *((p, p.fiche) for p in connues)], par=par, now=now)
    sien.bilan = {"creees": len(faites), "changees": changees, "ecartees": len(plan.proposees) - len(nouvelles) - len(connues),
                  "membres": membres}  # fmt: skip
    sien.etat, sien.contenu, sien.fini_le, sien.fini_par = "fait", b"", now, par
    session.flush()
    journal.noter(session, acteur=par, acte="importer-correspondants", sujet=f"import:{sien.id}", now=now, nom=sien.nom,
                  creees=len(faites), changees=changees)  # fmt: skip
    return sien


def defaire(session: Session, import_id: int, *, par: str, now: datetime) -> int:
    """Undo an import: what it made goes, what it changed comes back; how many sheets stay because they have served since."""
    sien = fichier(session, import_id, verrou=True)
    if sien.etat != "fait":
        raise DejaFait(quoi="Cet import")
    lignes = session.scalars(select(Changement).where(Changement.import_id == sien.id).order_by(Changement.id)).all()
    faites = [ligne.correspondant_id for ligne in lignes if not ligne.avant]
    _degrouper(session, sien.bilan.get("membres", []))
    verrouiller(session, *faites)
    servies = _servies(session, faites, sien)
    for ligne in reversed([ligne for ligne in lignes if ligne.avant]):
        [fiche] = verrouiller(session, ligne.correspondant_id)
        revient = {champ: dit for champ, dit in ligne.avant.items() if getattr(fiche, champ) == ligne.apres[champ]}
        changer(session, fiche, revient, acte="defaire", par=par, now=now)
    _effacer(session, [fiche_id for fiche_id in faites if fiche_id not in servies])
    sien.etat, sien.fini_le, sien.fini_par = "defait", now, par
    session.flush()
    journal.noter(session, acteur=par, acte="defaire-import", sujet=f"import:{sien.id}", now=now, restent=len(servies))
    return len(servies)


def abandonner(session: Session, import_id: int, *, par: str, now: datetime) -> None:
    """Give up a file that was not written."""
    sien = _a_voir(session, import_id)
    sien.etat, sien.contenu, sien.fini_le, sien.fini_par = "abandonne", b"", now, par
    session.flush()


def oublier(session: Session, *, now: datetime) -> None:
    """Let go the bytes of files that were left unwritten."""
    vieux = update(ImportFiches).where(ImportFiches.etat == "a_voir", ImportFiches.depose_le < now - GARDE)
    session.execute(vieux.values(etat="abandonne", contenu=b""), execution_options={"synchronize_session": False})


def _a_voir(session: Session, import_id: int) -> ImportFiches:
    sien = fichier(session, import_id, verrou=True)
    if sien.etat != "a_voir":
        raise DejaFait(quoi="Cet import")
    return sien


def _changer(session: Session, connues: Sequence[Proposee], import_id: int, *, par: str, now: datetime) -> int:
    """Fill the known sheets with what the file says; what it leaves empty stays. How many changed."""
    # All held at once and in one order: two imports of the same people, sorted in two ways, would wait for each other.
    fiches = verrouiller(session, *(proposee.fiche.id for proposee in connues if proposee.fiche))
    if any(fiche.fusionne_vers is not None for fiche in fiches):
        raise GesteRefuse(motif=CHANGEES)
    return sum(
        bool(changer(session, fiche, proposee.changes, acte="importer", par=par, now=now, import_id=import_id))
        for fiche, proposee in zip(fiches, connues, strict=True)
    )


def _grouper(
    session: Session, fiches: Sequence[tuple[Proposee, Correspondant | None]], *, par: str, now: datetime
) -> list[list[int]]:
    """Put the sheets into the groups that the file names, made when needed; the places that are new."""
    noms = {nom for proposee, _fiche in fiches for nom in proposee.groupes}
    par_nom = {nom: groupes.nomme(session, nom, par=par, now=now).id for nom in sorted(noms)}
    voulus = {(par_nom[nom], fiche.id) for proposee, fiche in fiches if fiche for nom in proposee.groupes}
    ids = sorted({fiche for _groupe, fiche in voulus})
    presents: set[tuple[int, int]] = set()
    for debut in range(0, len(ids), _PAR_LOT):
        lot = select(Membre.groupe_id, Membre.correspondant_id).where(Membre.correspondant_id.in_(ids[debut : debut + _PAR_LOT]))
        presents |= {(groupe, fiche) for groupe, fiche in session.execute(lot)}
    entres = sorted(voulus - presents)
    groupes.joindre(session, entres)
    return [list(couple) for couple in entres]


def _degrouper(session: Session, membres: Sequence[Sequence[int]]) -> None:
    for groupe, fiche in membres:
        session.execute(delete(Membre).where(Membre.groupe_id == groupe, Membre.correspondant_id == fiche),
                        execution_options={"synchronize_session": False})  # fmt: skip


def _servies(session: Session, faites: Sequence[int], sien: ImportFiches) -> set[int]:
    """The sheets that have served since: a courrier names them, somebody or another import corrected them, works there, merged
    them."""
    c = Correspondant
    usages = (
        exists().where(Courrier.correspondant_id == c.id), exists().where(Fusion.gardee_id == c.id),
        exists().where(Fusion.otee_id == c.id), exists().where(Membre.correspondant_id == c.id),
        exists().where(Changement.correspondant_id == c.id, func.coalesce(Changement.import_id, 0) != sien.id),
    )
    trouvees: set[int] = set()
    for debut in range(0, len(faites), _PAR_LOT):
        lot = faites[debut : debut + _PAR_LOT]
        trouvees |= set(session.scalars(select(c.id).where(c.id.in_(lot), or_(*usages))))
        trouvees |= set(session.scalars(select(c.organisme_id).where(c.organisme_id.in_(lot))))
    return trouvees


def _effacer(session: Session, ids: Sequence[int]) -> None:
    """Take away sheets that nothing names."""
    for debut in range(0, len(ids), _PAR_LOT):
        lot = ids[debut : debut + _PAR_LOT]
        for table, siennes in (
            (CleFiche, CleFiche.correspondant_id.in_(lot)), (Changement, Changement.correspondant_id.in_(lot)),
            (Distincts, Distincts.premier_id.in_(lot) | Distincts.second_id.in_(lot)), (Correspondant, Correspondant.id.in_(lot)),
        ):
            session.execute(delete(table).where(siennes), execution_options={"synchronize_session": False})
    session.expire_all()
