"""The circuit that a letter will take, told before it is registered: as the table says, or as a clerk with the right chose."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.courrier import apprentissage, circuits, depot, habilitations, journal, texte
from app.courrier.circuits import Orientation
from app.courrier.errors import SaisieRefusee
from app.courrier.habilitations import Moi
from app.courrier.tables import Courrier, Depot, Nature
from engine import Engine

CHOISI = "choisi à l’enregistrement"


def texte_du_depot(session: Session, attend: Depot, objet: str) -> str:
    """What rules and models read of a depot: this subject, then its first pages."""
    piece = depot.original(session, attend.id)
    pages = texte.pages(session, piece.id) if piece else []
    return apprentissage.texte_de(objet, [page.texte for page in pages[: apprentissage.PAGES]])


def orientation(
    session: Session, engine: Engine, attend: Depot, nature: Nature | None, objet: str, *, now: datetime
) -> Orientation:
    """Where a depot goes when it is registered with this nature and this subject: what is shown is what is done."""
    lu = texte_du_depot(session, attend, objet)
    return circuits.orienter(session, engine, sens="arrivee", nature=nature, texte=lu, now=now)


def retenue(session: Session, moi: Moi, proposee: Orientation, choisi: str) -> Orientation:
    """The circuit proposed, or the one chosen instead among those for arrivals; `SaisieRefusee`, `Interdit`."""
    if choisi in ("", proposee.circuit):
        return proposee
    habilitations.exiger(moi, "orienter")
    if choisi not in dict(circuits.pour_l_arrivee(session)):
        raise SaisieRefusee({"circuit": "Choisissez un circuit de la liste."})
    return Orientation(circuit=choisi, bureau=proposee.bureau, pourquoi=CHOISI)


def noter(session: Session, courrier: Courrier, proposee: Orientation, *, par: str, now: datetime) -> None:
    """A circuit chosen against the one proposed has a line of its own in the journal."""
    if courrier.circuit != proposee.circuit:
        journal.noter(session, acteur=par, acte="choisir-circuit", sujet=circuits.sujet(courrier), now=now,
                      circuit=courrier.circuit, propose=proposee.circuit)  # fmt: skip
