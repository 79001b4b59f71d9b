"""What is kept of every file that was read, so that what comes later is compared with it: by digest, once."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.courrier import depot
from app.courrier.doublons import mentions, signatures
from app.courrier.tables import Bande, Empreinte, FilCourriel, Piece, Texte
from app.courrier.tables.absents import inserer_absents

COMPARABLES = ("original", "annexe")
"""The pieces of a depot that are compared: what came, not what was made of it."""

_PIECES, _MENTIONS, _MESSAGES = 20, 30, 50
_IDENTIFIANT = re.compile(r"<[^<>\s]{3,298}>")


def retenir(session: Session, depot_id: int, entetes: Mapping[str, str]) -> None:
    """Keep the empreintes of the files of a depot just read, and of an e-mail, by its headers, which others it goes with.

    Done again, it changes nothing, unless a later reading found more in the same bytes.
    """
    for piece in depot.pieces(session, depot_id)[:_PIECES]:
        if piece.genre in COMPARABLES and piece.pages:
            _retenir(session, piece)
    propre = _IDENTIFIANT.findall(entetes.get("message-id", ""))[:1]
    cites = _IDENTIFIANT.findall(f"{entetes.get('in-reply-to', '')} {entetes.get('references', '')}")[:_MESSAGES]
    inserer_absents(session, FilCourriel, [
        {"depot_id": depot_id, "message_id": message, "propre": message in propre} for message in dict.fromkeys([*propre, *cites])
    ])


def anciennes(session: Session, *, limite: int) -> list[str]:
    """The digests of files that were read before their empreinte was made as today, the newest first."""
    attend = select(Empreinte.sha256).where(Empreinte.regle < signatures.REGLE).order_by(Empreinte.id.desc())
    return list(session.scalars(attend.limit(limite)))


def refaire(session: Session, sha256: str) -> None:
    """Make the empreinte of a file again from what was read of it; what its pages look like stays as it was kept."""
    lue = select(Piece).where(Piece.sha256 == sha256, Piece.genre.in_(COMPARABLES), Piece.depot_id.is_not(None), Piece.pages > 0)
    piece = session.scalars(lue.order_by(Piece.genre.desc(), Piece.id.desc()).limit(1)).first()
    if piece is not None:
        _retenir(session, piece)
    else:
        # Nothing is read of it any more: whoever reads it again keeps its empreinte.
        laisser(session, sha256)


def laisser(session: Session, sha256: str) -> None:
    """Let a file keep the empreinte that it has: nobody asks for it to be made again under the rules of today."""
    session.execute(update(Empreinte).where(Empreinte.sha256 == sha256).values(regle=signatures.REGLE))


def _retenir(session: Session, piece: Piece) -> None:
    pages = pages_de(session, [piece.id])[piece.id]
    dit = "\n".join(page.texte for page in pages)
    vue = next((page.empreinte for page in pages if page.empreinte), "") if piece.genre == "original" else ""
    inserer_absents(session, Empreinte, [{"sha256": piece.sha256, "signature": "", "image": ""}])
    celle = select(Empreinte).where(Empreinte.sha256 == piece.sha256).with_for_update()
    gardee = session.scalars(celle, execution_options={"populate_existing": True}).one()
    signature, image = signatures.de_texte(dit) or gardee.signature, vue or gardee.image
    faite, gardee.regle = gardee.regle == signatures.REGLE, signatures.REGLE
    if faite and signature and (signature, image) == (gardee.signature, gardee.image):
        return
    gardee.signature, gardee.image = signature, image
    numeros = [*mentions.dossiers(dit), *mentions.chronos(dit)][:_MENTIONS]
    cles = [*signatures.cles_du_texte(signature), *signatures.cles_de_la_page(image), *map(signatures.cle_de_mention, numeros)]
    session.execute(delete(Bande).where(Bande.empreinte_id == gardee.id), execution_options={"synchronize_session": False})
    inserer_absents(session, Bande, [{"cle": cle, "empreinte_id": gardee.id} for cle in dict.fromkeys(cles)])
    session.flush()


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page as it is compared: its words, what it looks like, whether anything is on it."""

    texte: str
    empreinte: str
    blanche: bool


def pages_de(session: Session, piece_ids: Iterable[int]) -> Mapping[int, list[Page]]:
    """The pages of pieces, in order."""
    numeros = list(piece_ids)
    colonnes = select(Texte.piece_id, Texte.texte, Texte.empreinte, Texte.source).where(Texte.piece_id.in_(numeros))
    rangees: dict[int, list[Page]] = {numero: [] for numero in numeros}
    for piece_id, dit, empreinte, source in session.execute(colonnes.order_by(Texte.page)):
        rangees[piece_id].append(Page(texte=dit, empreinte=empreinte, blanche=source == "vide"))
    return rangees
