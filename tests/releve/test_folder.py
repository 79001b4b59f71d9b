"""A watched folder: finished files are filed, then set aside; what cannot be taken is set apart with its reason."""

import os
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.courrier import collecte
from app.outside.inbox import Inbox
from app.outside.inbox.folder import Folder
from app.wiring import Parts
from tests.releve.bureau import add, box, collect, depots


@pytest.fixture
def scans(mairie: Flask) -> Path:
    """The folder that the scanner fills; its files are finished as soon as they are there."""
    parts: Parts = mairie.extensions["vaguemestre"]
    mairie.extensions["vaguemestre"] = replace(parts, relais=Inbox(parts.config.folders, rest=0.0))
    folder = parts.config.folders / "accueil"
    folder.mkdir(parents=True)
    return folder


def watched(app: Flask, folder: Path) -> int:
    return add(app, "Numériseur", adresse=folder.as_uri())


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_finished_files_are_filed_and_set_aside(mairie: Flask, scans: Path) -> None:
    (scans / "Scan été.pdf").write_bytes(b"%PDF-1.4 un")
    (scans / "message.eml").write_bytes(b"From: a@b.example\r\nSubject: voirie\r\n\r\nBonjour")
    number = watched(mairie, scans)
    assert collect(mairie, number).pris == 2
    filed = {depot.origine: (depot.canal, raw) for depot, raw in depots(mairie)}
    assert filed["Scan été.pdf"] == ("papier", b"%PDF-1.4 un")
    assert filed["message.eml"][0] == "courriel"
    assert names(scans) == ["pris"]
    assert names(scans / "pris") == ["Scan été.pdf", "message.eml"]
    # Another scan of the same name is another letter, and overwrites nothing.
    (scans / "Scan été.pdf").write_bytes(b"%PDF-1.4 deux")
    assert collect(mairie, number).pris == 1
    assert names(scans / "pris") == ["Scan été (2).pdf", "Scan été.pdf", "message.eml"]


def test_what_is_not_finished_or_no_file_waits(mairie: Flask, scans: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hors du dossier")
    (scans / "lien.pdf").symlink_to(secret)
    (scans / "dossier").mkdir()
    os.mkfifo(scans / "tube")
    for name in (".cache", "scan.pdf.part", "scan.tmp", "~lettre.docx~"):
        (scans / name).write_text("en cours")
    before = names(scans)
    assert collect(mairie, watched(mairie, scans)).pris == 0
    assert names(scans) == before
    assert depots(mairie) == []


def test_a_file_rests_before_it_is_taken_whatever_its_date_says(scans: Path) -> None:
    for name, days in (("copie.pdf", -900), ("horloge.pdf", 900), ("frais.pdf", 0)):
        (scans / name).write_bytes(b"%PDF-1.4")
        os.utime(scans / name, (time.time() + days * 86_400,) * 2)
    assert Folder(scans, rest=10.0).attente(10) == []
    assert [waiting.nom for waiting in Folder(scans, rest=0.0).attente(10)] == ["copie.pdf", "horloge.pdf", "frais.pdf"]


def test_a_file_that_grows_while_it_is_read_waits(mairie: Flask, scans: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (scans / "scan.pdf").write_bytes(b"%PDF-1.4 la moitie")
    listed = Folder.attente

    def then_more(self: Folder, limite: int) -> object:
        waiting = listed(self, limite)
        with (scans / "scan.pdf").open("ab") as more:
            more.write(b" et le reste")
        return waiting

    number = watched(mairie, scans)
    with monkeypatch.context() as patch:
        patch.setattr(Folder, "attente", then_more)
        collect(mairie, number)
    # It was read whole, or waits: never half of it.
    collect(mairie, number)
    assert [raw for _depot, raw in depots(mairie)][-1] == b"%PDF-1.4 la moitie et le reste"
    assert b"%PDF-1.4 la moitie" not in [raw for _depot, raw in depots(mairie)]


def test_what_cannot_be_taken_is_set_apart_with_its_reason(mairie: Flask, scans: Path) -> None:
    (scans / "vide.pdf").touch()
    huge = scans / "énorme.tif"
    with huge.open("wb") as target:
        target.truncate(300 << 20)
    (scans / "bon.pdf").write_bytes(b"%PDF-1.4")
    number = watched(mairie, scans)
    done = collect(mairie, number)
    assert done.pris == 1
    assert names(scans / "refus") == ["vide.pdf", "vide.pdf.raison.txt", "énorme.tif", "énorme.tif.raison.txt"]
    assert "le fichier est vide" in (scans / "refus/vide.pdf.raison.txt").read_text("utf-8")
    assert "découpez-le" in box(mairie, number).erreur


@pytest.mark.parametrize("change", [False, True])
def test_a_crash_after_the_commit_doubles_nothing(
    mairie: Flask, scans: Path, monkeypatch: pytest.MonkeyPatch, change: bool
) -> None:
    (scans / "scan.pdf").write_bytes(b"%PDF-1.4 un")
    number = watched(mairie, scans)

    def dead(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Folder, "pris", dead)
        with pytest.raises(KeyboardInterrupt):
            collect(mairie, number)
    if change:  # the scanner used the name again meanwhile
        (scans / "scan.pdf").write_bytes(b"%PDF-1.4 deux")
    again = collect(mairie, number, later=collecte.BAIL + timedelta(seconds=1))
    assert (again.pris, again.connus) == ((1, 0) if change else (0, 1))
    assert len(depots(mairie)) == 1 + change
    assert names(scans) == ["pris"]


def test_only_folders_kept_for_it_are_watched(mairie: Flask, tmp_path: Path) -> None:
    outside = tmp_path / "ailleurs"
    outside.mkdir()
    (outside / "base.db").write_text("à ne pas déplacer")
    parts: Parts = mairie.extensions["vaguemestre"]
    parts.config.folders.mkdir(parents=True)
    (parts.config.folders / "lien").symlink_to(outside)
    addresses = (outside.as_uri(), (parts.config.folders / "lien").as_uri(), f"{parts.config.folders.as_uri()}/../../ailleurs")
    for rank, address in enumerate(addresses):
        assert "peuvent être surveillés" in collect(mairie, add(mairie, f"d{rank}", adresse=address)).erreur
    missing = add(mairie, "absent", adresse=(parts.config.folders / "absent").as_uri())
    assert "n’existe pas" in collect(mairie, missing).erreur
    assert names(outside) == ["base.db"]


def test_a_name_as_long_as_the_disk_takes_holds_nothing_back(mairie: Flask, scans: Path) -> None:
    number, long = watched(mairie, scans), "é" * 125 + ".pdf"
    for data in (b"%PDF-1.4 un", b"%PDF-1.4 deux", b""):
        (scans / long).write_bytes(data)
        collect(mairie, number)
        assert names(scans) == [name for name in ("pris", "refus") if (scans / name).exists()]
    assert len(names(scans / "pris")) == 2
    assert [name.endswith(".raison.txt") for name in names(scans / "refus")].count(True) == 1
