"""The manager: what is late, the same in a spreadsheet, where one courrier stands, drawn and in a table; and the search."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.courrier.tables import Avertissement, Courrier
from app.db import db
from engine import Task
from tests.browser.mairie import SLOW, Mairie

pytestmark = pytest.mark.browser


def test_what_is_late_is_listed_and_taken_away_as_a_spreadsheet(passee: Mairie) -> None:
    with passee.person("nadia", accept_downloads=True) as page:
        page.get_by_role("link", name=re.compile("^Retards")).click()
        late = page.get_by_role("region", name=re.compile("^En retard")).locator("tbody tr")
        expect(late).not_to_have_count(0)
        number = late.count()
        expect(page.locator(".jauge.retard b")).to_have_text(str(number))
        with page.expect_download() as taken:
            page.get_by_role("link", name="Tableur").click()
        text = Path(taken.value.path()).read_text("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text), delimiter=";"))
        shown = set(late.locator(".chrono").all_inner_texts())
        assert shown <= {cell for row in rows[1:] for cell in row}


def test_where_a_courrier_stands_is_drawn_and_said(passee: Mairie) -> None:
    with passee.app.app_context():
        found = db.session().execute(
            select(Courrier.id, Task.step, Task.name).join(Task, Task.instance_id == Courrier.instance_id)
            .where(Task.closed_at.is_(None), Courrier.circuit == "arrivee", Courrier.confidentialite == "interne",
                   Task.due < db.func.current_timestamp(), Task.step != "qualifier")
        ).first()  # fmt: skip
        db.session().rollback()
    assert found, "no late courrier in the demo"
    courrier, step, name = found
    with passee.person("nadia") as page:
        page.goto(f"/courriers/{courrier}/suivi")
        page.wait_for_selector("[data-circuit][data-pret]")
        expect(page.locator(f".djs-element.circuit-late[data-element-id='{step}']")).to_have_count(1)
        expect(page.locator(".djs-element.circuit-fait[data-element-id='qualifier']")).to_have_count(1)
        row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))
        expect(row).to_contain_text("en retard")
        expect(page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Qualifier"))).to_contain_text("fait")
        expect(page.locator(".circuit-legende")).to_contain_text("en retard")


def test_a_search_shows_where_the_words_stand(passee: Mairie) -> None:
    with passee.person("nadia") as page:
        page.keyboard.press("/")
        page.keyboard.type("rue")
        page.keyboard.press("Enter")
        expect(page.locator(".resultats li").first).to_be_visible(timeout=SLOW)
        expect(page.locator(".extrait mark").first).to_have_text(re.compile("rue", re.I))
        page.get_by_role("complementary", name="Filtres").get_by_role("link", name=re.compile("^Voirie")).click()
        expect(page.locator(".facettes a[aria-current]")).to_contain_text("Voirie")
        page.locator(".resultats .objet").first.click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_notices_are_shown_until_they_are_read(passee: Mairie) -> None:
    with passee.app.app_context():
        who = db.session().scalar(select(Avertissement.agent).where(Avertissement.lu_le.is_(None)).limit(1))
        db.session().rollback()
    assert who
    with passee.person(who) as page:
        expect(page.locator(".avertissements")).to_contain_text("non lu")
        page.get_by_role("button", name="Marquer comme lus").click()
        expect(page.locator(".avertissements")).to_have_count(0)
