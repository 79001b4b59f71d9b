"""What the index is told of a courrier, and which ones it has still to be told of."""

import html
import re
from collections.abc import Callable, Iterator, Mapping

from sqlalchemy import event, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import get_history

from app.courrier import texte
from app.courrier.delais import PARIS
from app.courrier.ports import Fiche
from app.courrier.registre import mots_de, nom_complet
from app.courrier.tables import Bureau, Correspondant, Courrier, Nature, Reponse

_BALISE = re.compile(r"<[^>]*>")
_PAR_LOT = 200
_INDEXES = (
    "chrono", "sens", "objet", "correspondant_id", "reference", "recommande", "code_suivi", "nature_id", "bureau_id", "etat",
    "recu_le",
)  # fmt: skip


def marquer(session: Session, courrier: Courrier) -> None:
    """Say that the words of a courrier's pages or answer changed: its change number rises, in the transaction of the change.

    What changes of its own row marks it by itself.
    """
    # Counted by the database, in the one statement that writes what else changed of it.
    courrier.numero_index = Courrier.numero_index + 1
    session.flush()


@event.listens_for(Courrier, "before_update")
def _change(_mapper: object, _connexion: object, courrier: Courrier) -> None:
    changes = {champ for champ in (*_INDEXES, "numero_index") if get_history(courrier, champ).has_changes()}
    if changes and "numero_index" not in changes:
        courrier.numero_index = Courrier.numero_index + 1


def a_indexer(session: Session, limite: int = 100) -> list[Courrier]:
    """The courriers whose latest change the index has not been told, oldest first."""
    dus = select(Courrier).where(Courrier.numero_indexe < Courrier.numero_index).order_by(Courrier.id).limit(limite)
    return list(session.scalars(dus.execution_options(populate_existing=True)))


def fiche(session: Session, courrier: Courrier) -> Fiche:
    """What the index knows of this courrier: its words, those of its pages and of its answer."""
    nature = session.get_one(Nature, courrier.nature_id)
    bureau = session.get(Bureau, courrier.bureau_id) if courrier.bureau_id else None
    correspondant = session.get(Correspondant, courrier.correspondant_id) if courrier.correspondant_id else None
    corps = session.scalars(
        select(Reponse.corps).where(or_(Reponse.courrier_id == courrier.id, Reponse.depart_id == courrier.id)))
    textes = [texte.plein_texte(session, courrier.id), *(html.unescape(_BALISE.sub(" ", un)) for un in corps)]
    return Fiche(
        courrier_id=courrier.id, numero=courrier.numero_index, chrono=courrier.chrono, sens=courrier.sens, objet=courrier.objet,
        correspondant=nom_complet(correspondant), texte="\n".join(filter(None, textes)),
        references=" ".join(filter(None, (courrier.reference, courrier.recommande, courrier.code_suivi))),
        nature=f"{nature.cle} {nature.nom}", bureau=f"{bureau.cle} {bureau.nom}" if bureau else "",
        etat=courrier.etat, date=courrier.recu_le.astimezone(PARIS), mots=", ".join(mots_de(session, courrier)),
    )


def fiches(session: Session, faire: Callable[[Session, Courrier], Fiche | None] = fiche) -> Iterator[Fiche]:
    """What the index knows of every courrier, batch after batch, so that memory does not grow with the register.

    `faire` makes each, and may leave one out.
    """
    dernier = 0
    while lot := list(session.scalars(
        select(Courrier).where(Courrier.id > dernier).order_by(Courrier.id).limit(_PAR_LOT)
        .execution_options(populate_existing=True)
    )):
        dernier = lot[-1].id
        yield from filter(None, (faire(session, courrier) for courrier in lot))


def indexe(session: Session, dits: Mapping[int, int]) -> None:
    """Note what the index was told, change numbers by courrier; a change that came later stays due."""
    for courrier_id, numero in sorted(dits.items()):
        session.execute(
            update(Courrier).where(Courrier.id == courrier_id, Courrier.numero_indexe < numero).values(numero_indexe=numero),
            execution_options={"synchronize_session": False},
        )
