"""Batches: cut at their separator sheets as a scanner gives them, each letter with its own code, nothing lost or doubled."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import travaux
from app.courrier import depot, lots, texte
from app.courrier.lots import repartition
from app.courrier.ports import Lecteur, PageLue
from app.courrier.tables import Depot, LigneJournal
from app.db import db, transaction
from app.outside.codes import QrCodes
from app.outside.reader import Reader
from app.wiring import Parts
from tests.letters import lots as liasses

FEUILLE = liasses.SHEET
DIT = "Lettre {}, telle que le numériseur l’a lue."


def _parts(app: Flask) -> Parts:
    parts: Parts = app.extensions["vaguemestre"]
    return parts


def _deposit(app: Flask, data: bytes, nom: str = "lot.pdf") -> int:
    kept = _parts(app).coffre.put(data)
    with app.app_context(), transaction() as session:
        return depot.deposer(session, coffre_range=kept, nom=nom, mime="application/pdf", canal="papier", par="odile",
                             now=datetime.now(UTC)).id


@contextmanager
def _looking(app: Flask) -> Iterator[Session]:
    with app.app_context():
        yield db.session()
        db.session.remove()


def _read(app: Flask, number: int) -> None:
    with app.app_context():
        travaux.lire(_parts(app), number)
        db.session.remove()


def _letters(session: Session, lot: int) -> list[Depot]:
    return list(session.scalars(select(Depot).where(Depot.lot_id == lot).order_by(Depot.id)))


def _said(session: Session, number: int) -> list[str]:
    """The first line of each page of a depot."""
    original = depot.original(session, number)
    assert original
    return [page.texte.split("\n")[0] for page in texte.pages(session, original.id)]


def _filled(row: Depot) -> dict[str, str]:
    return {p["champ"]: p["valeur"] for p in row.propositions if p["champ"] in ("bureau", "nature", "confidentialite")}


def _printed(app: Flask, pages: Sequence[str]) -> bytes:
    """A batch whose scanner has read the words already; a page that begins by `=` is a sheet of that bureau."""

    def page(said: str) -> str:
        if not said.startswith("="):
            return f"<section class='separation'><p>{DIT.format(said)}</p></section>"
        qr = QrCodes().qr(lots.ecrire(lots.Feuille(bureau=said[1:])) if said[1:] != "?" else "VGM1:SEP:voirie:::000000")
        return FEUILLE.format(qr=qr if said[1:] else "", bureau=said[1:])

    return _parts(app).compositeur.pdf("".join(page(said) for said in pages), titre="Lot", auteur="Numériseur")


@pytest.mark.parametrize("town_url", ["sqlite"], indirect=True)
def test_a_batch_of_thirty_scanned_pages_becomes_its_letters_each_with_its_bureau(town: Flask) -> None:
    plan = [
        ("", *liasses.lettre("Rose", 2)), (liasses.feuille("urbanisme", "permis"), *liasses.lettre("Karim", 4)),
        (liasses.feuille("voirie"), *liasses.lettre("Lise", 1), liasses.BLANCHE),
        (liasses.feuille("scolaire", "", "restreint"), *liasses.lettre("Jules", 3), liasses.BLANCHE, liasses.BLANCHE),
        (liasses.feuille("urbanisme"), *liasses.lettre("Nadia", 5), liasses.BLANCHE),
        (liasses.feuille("finances"), *liasses.lettre("Omar", 4)),
    ]  # fmt: skip
    sheets = [page for part in plan for page in part if not isinstance(page, str)]
    data = liasses.tiff([*sheets, liasses.BLANCHE, liasses.feuille("voirie")])
    assert len(sheets) + 2 == 30
    lot = _deposit(town, data, "scan.tiff")
    _read(town, lot)
    with _looking(town) as session:
        letters = _letters(session, lot)
        assert [(row.etat, row.plage) for row in letters] == [
            ("a_enregistrer", "1-2"), ("a_enregistrer", "4-7"), ("a_enregistrer", "9"), ("a_enregistrer", "12-14"),
            ("a_enregistrer", "18-22"), ("a_enregistrer", "25-28"),
        ]  # fmt: skip
        assert [_filled(row) for row in letters] == [
            {}, {"bureau": "urbanisme", "nature": "permis"}, {"bureau": "voirie"},
            {"bureau": "scolaire", "confidentialite": "restreint"}, {"bureau": "urbanisme"}, {"bureau": "finances"},
        ]  # fmt: skip
        names = ("Rose", "Karim", "Lise", "Jules", "Nadia", "Omar")
        for row, nom, pages in zip(letters, names, (2, 4, 1, 3, 5, 4), strict=True):
            assert _said(session, row.id) == [f"Lettre de {nom}, page {n}." for n in range(1, pages + 1)]
        assert letters[1].origine == "scan (p. 4-7).pdf"
        whole = session.get_one(Depot, lot)
        original = depot.original(session, lot)
        assert (whole.etat, original and original.pages) == ("reparti", 30)
        assert _parts(town).coffre.get(whole.sha256) == data
        assert [piece.sha256 for piece in lots.sources(session, letters[3])] == [whole.sha256]
        cut = session.scalars(select(LigneJournal).where(LigneJournal.acte == "decouper")).one()
        assert cut.sujet == f"depot:{lot}"


def test_a_sheet_counts_for_the_letter_behind_it_alone(town: Flask) -> None:
    """Two in a row, one at the end, one whose code is torn off, one whose code is not whole: said, and nothing leaks."""
    sheets = ["un", "=urbanisme", "=voirie", "deux", "=", "trois", "=?", "=disparu", "quatre", "=finances"]
    lot = _deposit(town, _printed(town, sheets))
    _read(town, lot)
    with _looking(town) as session:
        first, second, third = _letters(session, lot)
        assert [row.plage for row in (first, second, third)] == ["1", "4-7", "9"]
        assert [_filled(row) for row in (first, second, third)] == [{}, {"bureau": "voirie"}, {"bureau": "disparu"}]
        original = depot.original(session, second.id)
        assert original
        assert texte.remarques(session, [original.id]) == {original.id: {2: "separation", 4: "separation"}}
    alone = _deposit(town, _printed(town, ["=urbanisme", "=voirie"]), "feuilles.pdf")
    for _ in range(2):
        with town.app_context(), transaction() as session:
            session.get_one(Depot, alone).reprise_le = None
        _read(town, alone)
    with _looking(town) as session:
        assert not _letters(session, alone)
        assert session.get_one(Depot, alone).etat == "a_verifier"
        assert "que des feuilles de séparation" in session.get_one(Depot, alone).motif
    plain = _deposit(town, _printed(town, ["un", "deux"]), "lettre.pdf")
    _read(town, plain)
    with _looking(town) as session:
        assert session.get_one(Depot, plain).etat == "a_enregistrer"
        assert lots.courante(session, plain) is None


class Killed(BaseException):
    """The worker dies here."""


class Dying:
    """A reader that dies instead of putting a letter together, as often as it was told to."""

    def __init__(self, times: int) -> None:
        self._reader, self._left = Reader(), times

    def __getattr__(self, name: str) -> object:
        return getattr(self._reader, name)

    def assemble(self, sources: Sequence[tuple[bytes, Sequence[PageLue]]], feuilles: Sequence[tuple[int, int, int]]) -> bytes:
        if self._left:
            self._left -= 1
            raise Killed
        return self._reader.assemble(sources, feuilles)


def test_killed_in_the_middle_no_letter_is_lost_or_doubled(town: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    lot = _deposit(town, _printed(town, ["=urbanisme", "un", "=voirie", "deux", "=finances", "trois"]))
    real, left = repartition.poser, [2]

    def poser(*args: object, **kwargs: object) -> object:
        left[0] -= 1
        if left[0] == 0:
            raise Killed
        return real(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(repartition, "poser", poser)
    parts = replace(_parts(town), lecteur=cast(Lecteur, Dying(1)))

    def sweep() -> None:
        with town.app_context():
            for number in depot.a_lire(db.session(), now=datetime.now(UTC) + timedelta(hours=1)):
                travaux.lire(parts, number, clock=lambda: datetime.now(UTC) + timedelta(hours=1))
            db.session.remove()

    with pytest.raises(Killed):
        sweep()  # while the batch is being cut
    with _looking(town) as session:
        assert not _letters(session, lot)
    with town.app_context(), transaction() as session:
        session.get_one(Depot, lot).reprise_le = None
    with pytest.raises(Killed):
        sweep()  # when it is cut, while its first letter is put together
    with town.app_context(), transaction() as session:
        for row in _letters(session, lot):
            row.reprise_le = None
    sweep()
    sweep()
    with _looking(town) as session:
        letters = _letters(session, lot)
        assert [_said(session, row.id) for row in letters] == [[DIT.format(said)] for said in ("un", "deux", "trois")]
        assert [_filled(row)["bureau"] for row in letters] == ["urbanisme", "voirie", "finances"]
        assert {row.etat for row in letters} == {"a_enregistrer"}
        assert all([piece.genre for piece in depot.pieces(session, row.id)] == ["original"] for row in letters)
