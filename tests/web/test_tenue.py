"""The registers kept from their page: printed with every number, reckoned again without us, closed, sealed, and found changed."""

import hashlib
import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pypdfium2
import pytest
from flask import Flask
from sqlalchemy import select, update

from app import registres, travaux
from app.courrier import delais, deviations, habilitations, organisation
from app.courrier.ports import Coffre
from app.courrier.tables import Arrete, Courrier, dues
from app.db import db, transaction
from app.web.context import parts
from tests.support.disque import Full
from tests.support.visitors import visitor
from tests.web import guichet
from tests.web.guichet import fine, register, shown

SQLITE = pytest.mark.parametrize("office", ["sqlite"], indirect=True)
HIER = datetime.now(UTC) - timedelta(days=1)
JOUR = delais.jour(HIER)
LETTERS = (("Bruit", "interne"), ("Publicité", "interne"), ("Affaire de famille", "personnel"))
MANAGER = "nadia"
FOLLOW = {"follow_redirects": True}


def reckoned(command: str) -> str:
    """The digest that a shell prints."""
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True).stdout.split()[0]


def words(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)


@pytest.fixture
def yesterday(office: Flask) -> list[int]:
    """Three letters of yesterday: one corrected since, one cancelled, one that is personal."""
    numbers = [
        register(office, now=HIER, recu_le=HIER, objet=objet, confidentialite=secret, reference=f"REF-{rank}")
        for rank, (objet, secret) in enumerate(LETTERS)
    ]
    with office.app_context(), transaction() as session:
        odile = habilitations.moi(session, organisation.agent(session, "odile"))
        first = deviations.inscrit(session, session.get_one(Courrier, numbers[0]))
        deviations.rectifier(session, odile, numbers[0], replace(first, objet="Bruit de nuit"), raison="objet incomplet",
                             now=travaux.utc())  # fmt: skip
        deviations.annuler(session, parts().engine, odile, numbers[1], raison="réclame", now=travaux.utc())
    return numbers


@SQLITE
def test_the_register_is_printed_whole_and_its_digest_reckoned_without_us(
    office: Flask, yesterday: list[int], tmp_path: Path
) -> None:  # fmt: skip
    reader = visitor(office, MANAGER)
    asked = f"registre=A&periode=jour&jour={JOUR}"
    page = fine(reader.get(f"/registres?{asked}"), 200)
    assert shown(page, "3 inscriptions", "Bruit → Bruit de nuit", "réclame", "Non communiqué")
    said = words(fine(reader.get(f"/registres/registre.pdf?{asked}"), 200).data)
    assert all(f"A-{JOUR.year}-0000{rank}" in said for rank in (1, 2, 3))
    assert "Bruit → Bruit de nuit. Motif : objet incomplet" in said
    assert re.search(r"Annulé le .* Motif : réclame", said)
    assert "Non communiqué" in said
    file = tmp_path / "registre.txt"
    file.write_bytes(fine(reader.get(f"/registres/registre.txt?{asked}"), 200).data)
    table = fine(reader.get(f"/registres/registre.csv?registre=A&periode=annee&jour={JOUR}"), 200).data
    assert [line.decode("utf-8-sig").partition(";")[0] for line in table.splitlines()][1:] == [
        f"A-{JOUR.year}-0000{rank}" for rank in (1, 2, 3)]
    assert b"Bruit de nuit. Motif : objet incomplet" in table
    assert not any(b"Affaire" in told for told in (page.data, said.encode(), file.read_bytes(), table))
    assert reckoned(f"cut -f1 {file} | sha256sum") in said.replace(" ", "")
    assert reckoned(f"printf %s \"$(head -1 {file} | cut -f2)\" | sha256sum") == file.read_text("utf-8")[:64]


@SQLITE
def test_a_closed_day_is_sealed_kept_and_what_moves_after_is_named(office: Flask, yesterday: list[int]) -> None:
    odile, asked = visitor(office, "odile"), {"registre": "A", "periode": "jour", "jour": str(JOUR)}
    day, month = (f"/registres?registre=A&periode={period}&jour={JOUR}" for period in ("jour", "mois"))
    assert shown(odile.get(day), "Arrêter au")
    assert not any("Vérifier ce" in odile.get(page).text for page in (day, month))
    assert shown(odile.post("/registres/arretes", {**asked, "jour": str(delais.jour(datetime.now(UTC)))}, **FOLLOW), "pas fini")
    page = odile.post("/registres/arretes", asked, **FOLLOW)
    assert shown(page, f"Registre arrêté au A-{JOUR.year}-00003", "Jour arrêté le", "en préparation")
    assert shown(odile.post("/registres/arretes", asked, **FOLLOW), "c’est déjà fait")
    with office.app_context():
        full = replace(parts(), coffre=cast(Coffre, Full()))
        for hours in range(40, 20, -1):
            registres.garder(full, 1, clock=lambda hours=hours: datetime.now(UTC) - timedelta(hours=hours))
        assert (db.session.get(Arrete, 1).essais, db.session.get(Arrete, 1).erreur) == (0, dues.SANS_PLACE)
        registres.garder(parts(), 1)
        made = db.session.get(Arrete, 1)
        assert (made.etat, made.erreur) == ("garde", "")
        sealed = parts().coffre.get(made.page)
        [verdict] = parts().sceau.verify(sealed)
        assert verdict.intacte
        assert verdict.couvre_tout
        assert made.empreinte in words(sealed).replace(" ", "")
        kept = made.contenu, made.empreinte
    assert fine(odile.get("/registres/arretes/1.pdf"), 200).data == sealed
    marks = [line.partition(b"\t")[0] + b"\n" for line in fine(odile.get("/registres/arretes/1.txt"), 200).data.splitlines()]
    assert (len(marks), hashlib.sha256(b"".join(marks)).hexdigest()) == (3, kept[0])
    for kind in ("pdf", "txt"):
        fine(visitor(office, MANAGER).get(f"/registres/arretes/1.{kind}"), 404)
    assert shown(odile.get(month), "Jour par jour", "arrêté", kept[1][:12], "Imprimer", "Page (PDF)", "Vérifier ce mois")
    assert shown(odile.get(day), "Vérifier ce jour")
    year = f"registre=A&periode=annee&jour={JOUR}"
    assert shown(odile.get(f"/registres?{year}"), "3 inscriptions", "Inscriptions par mois", "un mois à la fois")
    assert "Bruit" not in odile.get(f"/registres?{year}").text
    assert shown(odile.post(f"/registres/verification?{year}", **FOLLOW), "Conforme : 1 arrêté relu")
    before = {**asked, "jour": str(JOUR - timedelta(days=40))}
    assert shown(odile.post("/registres/verification", before, **FOLLOW), "rien à relire")
    assert shown(odile.post("/registres/verification", asked, **FOLLOW), "Conforme : 1 arrêté relu, 3 inscriptions relues, rien")
    assert "Conforme" in office.test_cli_runner().invoke(args=["registre", "verify"]).output
    forged = update(Courrier).values(objet="Forgé").where(Courrier.id == yesterday[2])
    guichet.write(office, lambda session: session.execute(forged))
    page = odile.post("/registres/verification", asked, **FOLLOW)
    assert shown(page, f"A-{JOUR.year}-00003 : « objet » n’est plus ce qui fut arrêté")
    guichet.write(office, lambda session: session.execute(update(Courrier).values(
        objet="Forgé", reference="Forgée", recommande="Forgé", enregistre_par="bruno", canal="api")))
    assert shown(odile.post("/registres/verification", asked, **FOLLOW), "n’est plus ce qui fut arrêté", "14 écarts en tout")
    run = office.test_cli_runner().invoke(args=["registre", "verifier"])
    assert run.exit_code == 1
    assert f"A-{JOUR.year}-00003" in run.output


def test_the_clock_closes_the_day_before_once_where_it_is_asked_to(office: Flask, yesterday: list[int]) -> None:
    with office.app_context():
        assert registres.arreter(parts()) == 0
        asked = replace(parts(), config=replace(parts().config, arretes=True))
        assert (registres.arreter(asked), registres.arreter(asked)) == (1, 0)
        [made] = db.session.scalars(select(Arrete))
        assert (made.par, made.jour, made.nombre) == ("horloge", JOUR, 3)


@SQLITE
def test_a_week_of_two_years_shows_the_lines_of_both(office: Flask) -> None:
    last = datetime(2025, 12, 31, 10, tzinfo=UTC)
    for day, objet in ((last, "Vœux avant"), (last + timedelta(days=1), "Vœux après")):
        register(office, now=day, recu_le=day, objet=objet)
    odile, week = visitor(office, "odile"), "/registres?registre=A&periode=semaine&jour=2025-12-31"
    assert shown(odile.get(week), "Vœux avant", "1 à 1 sur 2")
    assert shown(odile.get(f"{week}&page=2"), "Vœux après", "2 à 2 sur 2")


@SQLITE
def test_a_second_body_has_registers_of_its_own(office: Flask) -> None:
    run = office.test_cli_runner().invoke
    assert "CCAS" in run(args=["registre", "ouvrir", "CCAS", "CCAS de Saint-Aubin"]).output
    assert run(args=["registre", "ouvrir", "ccas", "x"]).exit_code == 1
    number, year = register(office, organisme="CCAS"), delais.jour(datetime.now(UTC)).year
    assert guichet.courrier(office, number).chrono == f"CCAS-A-{year}-00001"
    odile = visitor(office, "odile")
    assert shown(odile.get("/registres?registre=CCASA"), "Registre des arrivées · CCAS de Saint-Aubin", "1 inscription")
    assert "CCAS-A-" not in odile.get("/registre").text  # it stands in its own register, not among ours
    assert shown(odile.get("/registre?organisme=CCAS"), f"CCAS-A-{year}-00001")
    label = words(odile.get(f"/etiquettes/etiquettes.pdf?courrier={number}&format=102x51").data)
    assert "CCAS de Saint-Aubin" in label
    assert f"CCAS-A-{year}-00001" in label
