"""A page that carries a courrier's label comes back from the scanner: it is that courrier's, when a clerk says so."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.courrier import circuits, depot, etiquettes, habilitations, journal, recherche
from app.courrier.errors import GesteRefuse
from app.courrier.habilitations import Moi
from app.courrier.tables import Courrier, Piece


def joindre_exemplaire(session: Session, moi: Moi, depot_id: int, courrier_id: int, *, now: datetime) -> Courrier:
    """Put the files of a depot with the courrier whose label they carry; nothing is registered, no number given.

    `GesteRefuse` when no page of it carries that label, or when it is cancelled; `DejaFait`, `DejaPris` as for any depot.
    """
    habilitations.exiger(moi, "enregistrer")
    courrier = habilitations.voir(session, moi, courrier_id)
    reconnus = {lu.courrier.id for lu in etiquettes.reconnus(session, moi, depot_id) if lu.courrier}
    depot.joindre(session, depot_id, courrier.id, par=moi.identifiant, now=now)
    if courrier_id not in reconnus:
        raise GesteRefuse(motif="Aucune page de ce dépôt ne porte l’étiquette de ce courrier.")
    if courrier.etat == "annule":
        raise GesteRefuse(motif="Ce courrier est annulé : il ne reçoit plus de pièces.")
    siennes = update(Piece).where(Piece.depot_id == depot_id, Piece.genre != "source").values(courrier_id=courrier.id)
    session.execute(siennes, execution_options={"synchronize_session": False})
    journal.noter(session, acteur=moi.identifiant, acte="joindre-exemplaire", sujet=circuits.sujet(courrier), now=now,
                  depot=depot_id)  # fmt: skip
    recherche.marquer(session, courrier)
    session.flush()
    return courrier
