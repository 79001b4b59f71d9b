"""What pages ask to see: files, links, registers, counts, each through the reader's rights; nothing here changes a row."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, func, null, or_, select
from sqlalchemy.orm import Session

from app.courrier import corbeille, delais, habilitations, rapports
from app.courrier.errors import Introuvable
from app.courrier.habilitations import Moi, visible
from app.courrier.journal import details
from app.courrier.registre import nom_complet
from app.courrier.tables import (
    Agent,
    Correction,
    Correspondant,
    Courrier,
    Demande,
    Depot,
    Envoi,
    LigneJournal,
    Nature,
    Piece,
    Texte,
)
from engine import Incident, Task


@dataclass(frozen=True, kw_only=True)
class Inscription:
    """One line of a register, as it was written, then what was corrected; the number alone when it is not open to the reader."""

    chrono: str
    courrier: Courrier | None = None
    objet: str = ""
    nature: str = ""
    correspondant: str = ""
    corrections: Sequence[Correction] = ()


COURRIEL = "message/rfc822"
ORDRE = {"reponse": 0, "projet": 1, "original": 2, "annexe": 3, "accuse": 4, "preuve": 5}
LIGNES = 200
"""Lines of a register shown at once."""


def pieces(session: Session, courrier: Courrier) -> list[Piece]:
    """The files of a courrier: last version of each, answer first."""
    return pieces_de(session, [courrier.id]).get(courrier.id, [])


def pieces_de(session: Session, courriers: Sequence[int]) -> Mapping[int, list[Piece]]:
    """The same of several, asked once, by courrier; nothing for those that have none."""
    dernieres: dict[int, dict[tuple[str, str], Piece]] = {}
    for fichier in session.scalars(select(Piece).where(Piece.courrier_id.in_(courriers)).order_by(Piece.version)):
        # Two copies of a letter may bear the same name: each is its own depot's.
        seule = fichier.genre not in ("annexe", "cherchable", "original", "pdfa", "preuve", "vue")
        cle = "" if seule else f"{fichier.depot_id} {fichier.nom}"
        dernieres.setdefault(fichier.courrier_id or 0, {})[fichier.genre, cle] = fichier
    return {
        numero: sorted(siennes.values(), key=lambda fichier: (ORDRE.get(fichier.genre, 9), fichier.id))
        for numero, siennes in dernieres.items()
    }


def piece(session: Session, moi: Moi, piece_id: int) -> Piece:
    """A file that the reader may see: its courrier is open to them, or it is a depot and they register mail; `Introuvable`.

    A batch is closed as the closest of the letters that were cut out of it.
    """
    ouverts = select(Courrier.id).where(visible(moi))
    conditions: list[ColumnElement[bool]] = [Piece.courrier_id.in_(ouverts)]
    if habilitations.peut(moi, "enregistrer"):
        fermes = select(Depot.id).where(
            or_(Depot.id == Piece.depot_id, Depot.lot_id == Piece.depot_id), Depot.courrier_id.is_not(None),
            Depot.courrier_id.not_in(ouverts),
        )  # fmt: skip
        conditions.append(Piece.depot_id.is_not(None) & Piece.courrier_id.is_(None) & ~fermes.exists())
    trouvee = session.scalar(select(Piece).where(Piece.id == piece_id, or_(*conditions)))
    if trouvee is None:
        raise Introuvable(quoi="Cette pièce")
    return trouvee


def formats(session: Session, fichier: Piece) -> Mapping[int, tuple[float, float, str]]:
    """Width and height in points of each page that was read; the words of those that have no picture, as e-mails have none."""
    mots = Texte.texte if fichier.mime == COURRIEL else case((Texte.source == "texte", Texte.texte), else_=null())
    lues = session.execute(select(Texte.page, Texte.largeur, Texte.hauteur, mots).where(Texte.piece_id == fichier.id))
    return {page: (largeur, hauteur, texte or "") for page, largeur, hauteur, texte in lues}


def taches_ouvertes(session: Session, moi: Moi, courrier: Courrier) -> Sequence[Task]:
    """The open tasks of a courrier that the reader may do."""
    if courrier.instance_id is None:
        return []
    requete = select(Task).where(Task.instance_id == courrier.instance_id, Task.closed_at.is_(None), corbeille.a_ma_portee(moi))
    return session.scalars(requete.order_by(Task.id)).all()


def envois(session: Session, courrier: Courrier) -> Sequence[Envoi]:
    """Its dispatches, oldest first."""
    return session.scalars(select(Envoi).where(Envoi.courrier_id == courrier.id).order_by(Envoi.id)).all()


def lies(session: Session, moi: Moi, courrier: Courrier) -> Sequence[Courrier]:
    """What it answers and what answers it, as far as the reader may see."""
    liens = (Courrier.id == courrier.repond_a) | (Courrier.repond_a == courrier.id)
    return session.scalars(select(Courrier).where(liens, visible(moi)).order_by(Courrier.id)).all()


def registre(session: Session, moi: Moi, cle: str, jour: date | None) -> Sequence[Inscription]:
    """The last lines of a register, by its key, or those of a day, newest first.

    Who may consult the register sees every number, the words of what is not open to them left out; the others see theirs.
    """
    ouvert = visible(moi)
    requete = (
        select(Courrier, ouvert, Nature.nom, Correspondant)
        .join(Nature, Nature.id == Courrier.nature_id)
        .outerjoin(Correspondant, Correspondant.id == Courrier.correspondant_id)
        .where(Courrier.registre == cle)
        .order_by(Courrier.annee.desc(), Courrier.numero.desc())
        .limit(LIGNES)
    )
    if not habilitations.peut(moi, "registre"):
        requete = requete.where(ouvert)
    if jour:
        # In UTC at once: the calendar's first and last days overflow here, not in the middle of the query.
        debut, fin = delais.journee(jour)
        requete = requete.where(Courrier.enregistre_le >= debut, Courrier.enregistre_le < fin)
    rangs = session.execute(requete).all()
    corrigees = _corrections(session, [courrier.id for courrier, lisible, *_ in rangs if lisible])
    return [
        _inscription(courrier, nature, nom_complet(fiche), corrigees[courrier.id]) if lisible
        else Inscription(chrono=courrier.chrono)
        for courrier, lisible, nature, fiche in rangs
    ]  # fmt: skip


def _corrections(session: Session, courriers: Sequence[int]) -> Mapping[int, list[Correction]]:
    lignes: dict[int, list[Correction]] = defaultdict(list)
    for ligne in session.scalars(select(Correction).where(Correction.courrier_id.in_(courriers)).order_by(Correction.id)):
        lignes[ligne.courrier_id].append(ligne)
    return lignes


def _inscription(courrier: Courrier, nature: str, correspondant: str, lignes: Sequence[Correction]) -> Inscription:
    ecrit = {ligne.champ: ligne.ancien for ligne in reversed(lignes)}
    return Inscription(
        chrono=courrier.chrono, courrier=courrier, objet=ecrit.get("objet", courrier.objet), corrections=lignes,
        nature=ecrit.get("nature_id", nature), correspondant=ecrit.get("correspondant_id", correspondant),
    )  # fmt: skip


def annulations(session: Session, courriers: Sequence[Courrier | None]) -> Mapping[int, str]:
    """Why each courrier that was cancelled was, by its id, as the journal has it; the caller has checked the reader's rights."""
    lus = [courrier for courrier in courriers if courrier is not None]
    annules = {f"courrier:{courrier.id}": courrier.id for courrier in lus if courrier.etat == "annule"}
    if not annules:
        return {}
    actes = ("annuler", "annuler-depart")
    dites = select(LigneJournal).where(LigneJournal.acte.in_(actes), LigneJournal.sujet.in_(annules))
    return {annules[ligne.sujet]: str(details(ligne).get("motif", "")) for ligne in session.scalars(dites)}


def courriers_de(session: Session, moi: Moi, correspondant_id: int) -> Sequence[Courrier]:
    """The last courriers of a correspondant that are open to the reader, newest first."""
    siens = select(Courrier).where(Courrier.correspondant_id == correspondant_id, visible(moi))
    return session.scalars(siens.order_by(Courrier.recu_le.desc(), Courrier.id.desc()).limit(LIGNES)).all()


def objets_de(session: Session, moi: Moi, correspondant_ids: Sequence[int]) -> list[tuple[int, str]]:
    """What these correspondants wrote about lately, newest first, each subject once, as far as it is open to the reader."""
    siens = (
        select(Courrier.correspondant_id, Courrier.objet)
        .where(Courrier.correspondant_id.in_(correspondant_ids), Courrier.sens == "arrivee", Courrier.etat != "annule")
        .where(visible(moi))
        .order_by(Courrier.recu_le.desc(), Courrier.id.desc()).limit(LIGNES)
    )
    return list(dict.fromkeys((fiche or 0, objet) for fiche, objet in session.execute(siens))) if correspondant_ids else []


def demandes_de(session: Session, moi: Moi, correspondant_id: int) -> Mapping[int, Demande]:
    """The demands that a correspondant sent, by the courrier each became, as far as it is open to the reader."""
    siennes = (
        select(Courrier.id, Demande).join(Depot, Depot.courrier_id == Courrier.id).join(Demande, Demande.depot_id == Depot.id)
        .where(Courrier.correspondant_id == correspondant_id, visible(moi))
    )
    return dict(session.execute(siennes).all())


def natures(session: Session, sens: str) -> Sequence[Nature]:
    """The natures of a direction, by name."""
    return session.scalars(select(Nature).where(Nature.sens == sens).order_by(Nature.nom)).all()


def noms(session: Session) -> Mapping[str, str]:
    """Every agent's name by identifiant."""
    rangs = session.execute(select(Agent.identifiant, Agent.prenom, Agent.nom))
    return {identifiant: f"{prenom} {nom}" for identifiant, prenom, nom in rangs}


def journal(session: Session, *, avant: int | None, sujet: str, limite: int) -> Sequence[LigneJournal]:
    """Lines of the journal, newest first, one more than `limite` when there are more."""
    requete = select(LigneJournal).order_by(LigneJournal.numero.desc()).limit(limite + 1)
    if avant:
        requete = requete.where(LigneJournal.numero < avant)
    if sujet:
        requete = requete.where(LigneJournal.sujet == sujet)
    return session.scalars(requete).all()


def incidents(session: Session, moi: Moi) -> Sequence[tuple[Incident, Courrier, bool]]:
    """The steps that cannot go on, oldest first, whoever may see their courrier, and whether its words are open to the reader."""
    requete = (
        select(Incident, Courrier, visible(moi)).join(Courrier, Courrier.instance_id == Incident.instance_id)
        .where(Incident.closed_at.is_(None)).order_by(Incident.opened_at, Incident.id)
    )  # fmt: skip
    return [(incident, courrier, bool(ouvert)) for incident, courrier, ouvert in session.execute(requete)]


def depots_en_attente(session: Session) -> int:
    """How many depots await a clerk."""
    attendent = Depot.etat.in_(("a_enregistrer", "a_verifier"))
    return session.scalar(select(func.count()).select_from(Depot).where(attendent)) or 0


def nombre_de_retards(session: Session, moi: Moi, *, now: datetime) -> int:
    """How many late steps the reader answers for; counted up to the corbeille's ceiling."""
    bornee = (
        select(Task.id).join(Courrier, Courrier.instance_id == Task.instance_id)
        .where(Task.closed_at.is_(None), Task.due < now, rapports.portee(moi), visible(moi))
        .limit(corbeille.PLAFOND + 1).subquery()
    )  # fmt: skip
    return session.scalar(select(func.count()).select_from(bornee)) or 0


def nombre_d_incidents(session: Session) -> int:
    """How many incidents await somebody."""
    return session.scalar(select(func.count(Incident.id)).where(Incident.closed_at.is_(None))) or 0
