"""The text of pages: kept as read, replaced when read again, and clean enough for any database."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from app.courrier import texte
from app.courrier.ports import Lecture, PageLue
from app.courrier.tables import Piece

MIDI = datetime(2026, 11, 17, 11, 0, tzinfo=UTC)


def page(numero: int, mots: str) -> PageLue:
    boites = [(mot, 0.1, 0.2, 0.3, 0.25, 96.0) for mot in mots.split()]
    return PageLue(numero=numero, largeur=595.0, hauteur=842.0, texte=mots, mots=boites, source="ocr", confiance=93.5)


def piece(session: Session, nom: str = "lettre.pdf") -> Piece:
    nouvelle = Piece(
        genre="original", nom=nom, sha256="a" * 64, taille=3, mime="application/octet-stream", ajoutee_le=MIDI,
        ajoutee_par="bruno",
    )
    session.add(nouvelle)
    session.flush()
    return nouvelle


def test_pages_words_and_type_are_kept(session: Session) -> None:
    lettre = piece(session)
    texte.garder(session, lettre, Lecture(mime="application/pdf", pages=[page(1, "Monsieur le Maire"), page(2, "Caradec")]))
    assert [(p.page, p.texte, p.source, p.confiance) for p in texte.pages(session, lettre.id)] == [
        (1, "Monsieur le Maire", "ocr", 93.5), (2, "Caradec", "ocr", 93.5),
    ]
    assert texte.mots(session, lettre.id, 2) == [("Caradec", 0.1, 0.2, 0.3, 0.25, 96.0)]
    assert texte.mots(session, lettre.id, 3) == []
    assert (lettre.mime, lettre.pages) == ("application/pdf", 2)


def test_a_second_reading_takes_the_place_of_the_first(session: Session) -> None:
    lettre = piece(session)
    texte.garder(session, lettre, Lecture(mime="application/pdf", pages=[page(1, "M0ns1eur"), page(2, "x")]))
    texte.garder(session, lettre, Lecture(mime="application/pdf", pages=[page(1, "Monsieur")]))
    assert [p.texte for p in texte.pages(session, lettre.id)] == ["Monsieur"]
    texte.garder(session, lettre, Lecture(mime="application/pdf", pages=[]))
    assert (texte.pages(session, lettre.id), lettre.pages) == ([], 0)


def test_what_a_broken_font_gives_is_kept_without_its_poison(session: Session) -> None:
    lettre = piece(session)
    texte.garder(session, lettre, Lecture(mime="application/pdf", pages=[page(1, "Mai\x00rie\ud800 œuvre 🌻")]))
    session.commit()
    assert texte.pages(session, lettre.id)[0].texte == "Mairie œuvre 🌻"
    assert [mot for mot, *_ in texte.mots(session, lettre.id, 1)] == ["Mairie", "œuvre", "🌻"]
