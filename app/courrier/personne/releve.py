"""All that we hold on one person, gathered as plain data (RGPD, art. 15 and 20), and what is left out of it, with the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import consultation, journal
from app.courrier.correspondants import contact, correspondant, gardee, groupes, sujet
from app.courrier.errors import Introuvable
from app.courrier.habilitations import Moi, exiger, visible
from app.courrier.personne.recherche import fermees
from app.courrier.tables import Changement, Correspondant, Courrier, Depot, Envoi, LigneJournal, Nature, Piece
from app.courrier.tables import Demande as DemandeUsager

DROIT = "personnes"
REMIS = ("original", "annexe", "reponse", "accuse", "preuve", "vue")
"""The kinds of files that are handed over, an e-mail also as pages; a draft is no document yet (CRPA L311-2)."""

OMIS = (
    ("Les courriers qui ne sont pas ouverts à l’agent qui a fait ce relevé n’y sont pas, et n’y sont pas comptés : une affaire"
     " classée « personnel » ou « restreint » se relève par qui y a accès."),
    ("Les projets de réponse, les annotations et les remarques des agents : ce sont des documents préparatoires, qui ne se"
     " communiquent pas (code des relations entre le public et l’administration, article L311-2)."),
    "Le nom des agents dans l’historique : ce sont les données d’autres personnes.",
    ("Les lettres d’autres personnes qui parleraient de celle-ci : elles appartiennent à la correspondance de ces personnes, et"
     " se cherchent au cas par cas."),
)  # fmt: skip
_COURRIERS = 5000
_PAR_LOT = 500


@dataclass(frozen=True, kw_only=True)
class Fichier:
    """A file to hand over: where it goes in the archive, its name, its digest in the vault, its size in bytes.

    `en_clair`: where the words of an e-mail of ours go, for who has no mail program; empty for the others.
    """

    chemin: str
    nom: str
    sha256: str
    taille: int
    en_clair: str = ""


@dataclass(frozen=True, kw_only=True)
class Releve:
    """What is handed over: `donnees` as JSON holds it, the files, what was left out."""

    fiche: int
    courriers: int
    nom: str
    fait_le: datetime
    donnees: Mapping[str, Any]
    fichiers: Sequence[Fichier]
    omis: Sequence[str]


def relever(session: Session, moi: Moi, fiche_id: int, *, now: datetime) -> Releve:
    """All that is open to who asks about the person of a sheet: only read, `noter` says that it was. `Interdit`."""
    exiger(moi, DROIT)
    fiche = gardee(session, correspondant(session, fiche_id))
    siennes = _famille(session, fiche)
    if fermees(session, moi, [fiche.id]):
        raise Introuvable(quoi="Cette personne")
    courriers = _courriers(session, moi, siennes)
    ids = [courrier.id for courrier, _nature in courriers]
    pieces = consultation.pieces_de(session, ids)
    fichiers = [fichier for courrier, _nature in courriers for fichier in _fichiers(courrier, pieces.get(courrier.id, []))]
    donnees = {
        "fiches": [{"numero": une.id, **asdict(contact(une)), "groupes": groupes.noms(session, [une.id]).get(une.id, [])}
                   for une in siennes],
        "changements": _changements(session, siennes), "courriers": [_courrier(*rang) for rang in courriers],
        "demandes": _demandes(session, ids), "envois": _envois(session, ids),
        "journal": _journal(session, [*(sujet(une.id) for une in siennes), *(f"courrier:{cle}" for cle in ids)]),
        "pieces": [asdict(fichier) for fichier in fichiers],
    }  # fmt: skip
    trop = [f"Plus de {_COURRIERS} courriers : les plus anciens n’y sont pas."] if len(courriers) == _COURRIERS else []
    return Releve(fiche=fiche.id, courriers=len(ids), nom=f"fiche-{fiche.id}", fait_le=now,
                  donnees=donnees, fichiers=fichiers, omis=[*OMIS, *trop])  # fmt: skip


def noter(session: Session, moi: Moi, releve: Releve) -> None:
    """Say in the journal that it was made, before it is handed over."""
    exiger(moi, DROIT)
    journal.noter(session, acteur=moi.identifiant, acte="relever-personne", sujet=sujet(releve.fiche), now=releve.fait_le,
                  courriers=releve.courriers)  # fmt: skip


def _famille(session: Session, fiche: Correspondant) -> list[Correspondant]:
    """The sheet and all those that were merged into it, at any remove; `Introuvable` when it is nobody's any more."""
    if not (fiche.nom or fiche.organisme):
        raise Introuvable(quoi="Cette personne")
    trouvees, derniers = [fiche], [fiche.id]
    while derniers:
        suite = session.scalars(select(Correspondant).where(Correspondant.fusionne_vers.in_(derniers))).all()
        trouvees.extend(suite)
        derniers = [une.id for une in suite]
    return trouvees


def _courriers(session: Session, moi: Moi, siennes: Sequence[Correspondant]) -> Sequence[tuple[Courrier, str]]:
    requete = select(Courrier, Nature.nom).join(Nature, Nature.id == Courrier.nature_id).where(
        Courrier.correspondant_id.in_([une.id for une in siennes]), visible(moi)
    )
    rangs = session.execute(requete.order_by(Courrier.recu_le.desc(), Courrier.id.desc()).limit(_COURRIERS))
    return [(courrier, nature) for courrier, nature in rangs]


def _courrier(courrier: Courrier, nature: str) -> dict[str, Any]:
    champs = ("chrono", "sens", "canal", "objet", "reference", "recommande", "etat", "confidentialite")
    dates = {"date_courrier": courrier.date_courrier, "recu_le": courrier.recu_le, "clos_le": courrier.clos_le}
    return {**{champ: getattr(courrier, champ) for champ in champs}, "nature": nature,
            **{cle: quand.isoformat() if quand else None for cle, quand in dates.items()}}  # fmt: skip


def _fichiers(courrier: Courrier, pieces: Sequence[Piece]) -> list[Fichier]:
    fichiers = []
    for rang, une in enumerate((une for une in pieces if une.genre in REMIS), 1):
        chemin = f"pieces/{courrier.chrono}/{rang}-{_sur(une.nom)}"
        notre = une.genre == "accuse" and une.mime == consultation.COURRIEL
        fichiers.append(Fichier(chemin=chemin, nom=une.nom, sha256=une.sha256, taille=une.taille,
                                en_clair=f"{chemin}.txt" if notre else ""))  # fmt: skip
    return fichiers


def _sur(nom: str) -> str:
    """A name that every file system takes."""
    return "".join(signe if signe.isalnum() or signe in "-_." else "_" for signe in nom).lstrip(".")[-80:] or "piece"


def _changements(session: Session, siennes: Sequence[Correspondant]) -> list[dict[str, Any]]:
    rangs = session.scalars(
        select(Changement).where(Changement.correspondant_id.in_([une.id for une in siennes])).order_by(Changement.id)
    )
    return [
        {"fiche": rang.correspondant_id, "acte": rang.acte, "le": rang.le.isoformat(), "avant": rang.avant, "apres": rang.apres}
        for rang in rangs
    ]


def _demandes(session: Session, ids: Sequence[int]) -> list[dict[str, Any]]:
    trouvees = []
    for lot in _lots(ids):
        requete = select(DemandeUsager).join(Depot, Depot.id == DemandeUsager.depot_id).where(Depot.courrier_id.in_(lot))
        trouvees += [{"numero": une.numero, "recepisse": une.accuse, "saisie": une.champs} for une in session.scalars(requete)]
    return trouvees


def _envois(session: Session, ids: Sequence[int]) -> list[dict[str, Any]]:
    champs = ("genre", "canal", "destinataire", "sujet", "texte", "etat", "preuve")
    trouves: list[dict[str, Any]] = []
    for lot in _lots(ids):
        trouves += [
            {**{champ: getattr(un, champ) for champ in champs}, "fait_le": un.fait_le.isoformat() if un.fait_le else None}
            for un in session.scalars(select(Envoi).where(Envoi.courrier_id.in_(lot)).order_by(Envoi.id))
        ]
    return trouves


def _journal(session: Session, sujets: Sequence[str]) -> list[dict[str, Any]]:
    lignes: list[LigneJournal] = []
    for lot in _lots(sujets):
        lignes += session.scalars(select(LigneJournal).where(LigneJournal.sujet.in_(lot))).all()
    return [{"numero": une.numero, "quand": une.quand.isoformat(), "acte": une.acte, "sujet": une.sujet}
            for une in sorted(lignes, key=lambda une: une.numero)]  # fmt: skip


def _lots(cles: Sequence[Any]) -> list[Sequence[Any]]:
    return [cles[debut : debut + _PAR_LOT] for debut in range(0, len(cles), _PAR_LOT)]
