"""Marks and remarks: in their place, by their author, kept when they are taken away."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from app.courrier import annotations, journal
from app.courrier.errors import Interdit, Introuvable, SaisieRefusee
from app.courrier.tables import Agent, Annotation, Courrier, Piece
from tests.courrier.lettres import arrivee

BOX = (0.1, 0.2, 0.3, 0.05)


@pytest.fixture
def courrier(session: Session, mairie: dict[str, Agent], now: datetime) -> Courrier:
    return arrivee(session, now=now)


@pytest.fixture
def piece(session: Session, courrier: Courrier, now: datetime) -> Piece:
    """Its original, two pages."""
    piece = Piece(courrier_id=courrier.id, genre="original", nom="a.pdf", sha256="0" * 64, taille=1, mime="application/pdf",
                  pages=2, ajoutee_le=now, ajoutee_par="bruno")  # fmt: skip
    session.add(piece)
    session.commit()
    return piece


def poser(session: Session, courrier: Courrier, piece_id: int, now: datetime, *, page: int = 1,
          box: tuple[float, float, float, float] = BOX, texte: str = " Ici. ", par: str = "claire") -> Annotation:  # fmt: skip
    return annotations.poser(session, courrier, piece_id=piece_id, page=page, boite=box, texte=texte, par=par, now=now)


def test_marks_stand_in_the_order_of_the_pages(session: Session, courrier: Courrier, piece: Piece, now: datetime) -> None:
    second = poser(session, courrier, piece.id, now, page=2)
    low = poser(session, courrier, piece.id, now, box=(0, 0.9, 1, 0.1))
    high = poser(session, courrier, piece.id, now, box=(0, 0, 1, 1), texte="")
    assert annotations.liste(session, courrier) == [high, low, second]
    assert second.texte == "Ici."
    lines = [line for line in journal.lire(session, f"courrier:{courrier.id}") if line.acte == "annoter-page"]
    assert [journal.details(line)["page"] for line in lines] == [2, 1, 1]
    assert "Ici" not in "".join(line.ligne for line in lines)


@pytest.mark.parametrize("box", [
    (-0.1, 0, 0.1, 0.1), (0, 1, 0.1, 0.1), (0.9, 0, 0.2, 0.1), (0, 0.9, 0.1, 0.2), (0, 0, 0, 0.1), (0, 0, 0.1, -1),
    (float("nan"), 0, 0.1, 0.1), (0, 0, float("inf"), 0.1),
])  # fmt: skip
def test_a_mark_stays_on_the_page(
    session: Session, courrier: Courrier, piece: Piece, now: datetime, box: tuple[float, float, float, float]
) -> None:
    with pytest.raises(SaisieRefusee) as refusal:
        poser(session, courrier, piece.id, now, box=box)
    assert "boite" in refusal.value.erreurs


def test_a_mark_is_on_a_page_of_this_courrier_and_not_endless(
    session: Session, courrier: Courrier, piece: Piece, now: datetime
) -> None:
    other = arrivee(session, now=now)
    for page in (0, 3):
        with pytest.raises(SaisieRefusee):
            poser(session, courrier, piece.id, now, page=page)
    with pytest.raises(SaisieRefusee, match="4000 signes"):
        poser(session, courrier, piece.id, now, texte="x" * 4001)
    for place, number in ((other, piece.id), (courrier, 999)):
        with pytest.raises(Introuvable):
            poser(session, place, number, now)


def test_one_takes_away_ones_own_mark_once_and_it_is_kept(
    session: Session, courrier: Courrier, piece: Piece, now: datetime
) -> None:
    mark = poser(session, courrier, piece.id, now)
    other = arrivee(session, now=now)
    with pytest.raises(Interdit):
        annotations.retirer(session, courrier, mark.id, par="karim", now=now)
    with pytest.raises(Introuvable):
        annotations.retirer(session, other, mark.id, par="claire", now=now)
    annotations.retirer(session, courrier, mark.id, par="claire", now=now)
    session.commit()
    assert annotations.liste(session, courrier) == []
    assert (mark.texte, mark.retiree_par, mark.retiree_le) == ("Ici.", "claire", now)
    with pytest.raises(Introuvable):
        annotations.retirer(session, courrier, mark.id, par="claire", now=now)


def test_remarks_are_kept_whole_or_refused(session: Session, courrier: Courrier, now: datetime) -> None:
    assert annotations.commenter(session, courrier, " \n ", par="claire", now=now) is None
    long = annotations.commenter(session, courrier, "é" * 4000, par="claire", now=now)
    assert long is not None
    assert len(long.texte) == 4000
    with pytest.raises(SaisieRefusee, match="4000 signes"):
        annotations.commenter(session, courrier, "é" * 4001, par="claire", now=now)
    assert annotations.commentaires(session, courrier) == [long]


def test_the_reason_of_the_last_sending_back_is_told(session: Session, courrier: Courrier, now: datetime) -> None:
    assert annotations.renvoi(session, courrier) is None
    for texte, acte, champ in (
        ("À revoir", "valider", "motif"), ("Ton trop sec", "signer", "motif"), ("Pour la voirie", "qualifier", "motif"),
        ("Merci", "valider", "note"),
    ):
        annotations.commenter(session, courrier, texte, par="nadia", now=now, contexte={"acte": acte, "champ": champ})
    reason = annotations.renvoi(session, courrier)
    assert reason is not None
    assert reason.texte == "Ton trop sec"
