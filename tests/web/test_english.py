"""Whoever reads English is told everything in English, values and refusals included; only what people wrote stays as it is."""

import json
import re

import pytest
from flask import Flask
from sqlalchemy import String, Text, select

from app.db import db
from app.web.context import parts
from engine.tables import Base
from tests.house.sources import ROOT
from tests.support.visitors import Visitor, visitor
from tests.web import guichet

FRENCH = frozenset({
    "le", "la", "les", "des", "une", "du", "au", "aux", "est", "sont", "était", "n’est", "n’a", "ce", "cet", "cette", "ces",
    "pour", "dans", "avec", "sans", "pas", "vous", "votre", "vos", "nous", "il", "elle", "qui", "que", "dont", "ou", "où",
    "déjà", "été", "être", "rien", "aucun", "aucune", "mais", "par", "sur", "leur", "plus", "moins", "jour", "jours",
    "courrier", "lettre", "seuls", "écrivez", "donnez",
})
"""Words that a sentence in English has not."""

PAGES = {
    "odile": (
        "/corbeille", "/bureau", "/parapheur", "/depots", "/recherche?q=zzz", "/recherche?q=recours", "/compte", "/envois",
        "/registre", "/nouveau/depart", "/correspondants/1", "/taches/999999", "/courriers/999999", "/circuits",
        "/nulle-part", "/courriers/{courrier}", "/pieces/999999", "/pilotage/retards",
    ),
    "marc": ("/taches/{task}", "/courriers/{courrier}", "/courriers/{courrier}/suivi", "/pilotage/retards", "/pilotage/tableau"),
    "paul": ("/circuits", "/circuits/arrivee", "/circuits/absent", "/taches/{task}"),
    "ines": ("/administration/journal", "/administration/organisation", "/pilotage/incidents", "/depots"),
}


def data(app: Flask) -> list[str]:
    """All that people have written: the rows, and the words of the forms and diagrams that ship with the program."""
    with app.app_context():
        found = {parts().config.organisme.nom}
        for table in Base.metadata.tables.values():
            words = [column for column in table.columns if isinstance(column.type, (String, Text))]
            for row in db.session.execute(select(*words)) if words else ():
                found.update(str(word) for word in row if word)
        db.session.remove()
    for path in ROOT.glob("forms/*.form"):
        found.update(re.findall(r'"(?:label|description|title|text|placeholder)": *"([^"]+)"', path.read_text("utf-8")))
        json.loads(path.read_text("utf-8"))
    for path in ROOT.glob("processes/*.*"):
        found.update(re.findall(r'name="([^"]+)"', path.read_text("utf-8")))
    return sorted((re.sub(r"\s+", " ", word).strip() for word in found if len(word) > 2), key=len, reverse=True)


def left_in_french(page: str, written: list[str]) -> list[str]:
    """What a page says in French and nobody wrote."""
    said = guichet.plain(re.sub(r"<(script|style|textarea|svg)\b.*?</\1>", " ", page, flags=re.S))
    said = re.sub(r"«[^»]*»|“[^”]*”|\"[^\"]*\"", " ", said)  # what is quoted was written by somebody, or is to be typed
    for words in written:
        said = said.replace(words, " ")
    return [sentence for sentence in re.split(r"(?<=[.!?;:])\s", said) if FRENCH & set(re.findall(r"[\w’]+", sentence.lower()))]


def english(app: Flask, who: str) -> Visitor:
    """Somebody who chose English."""
    someone = visitor(app, who)
    someone.get("/compte")
    someone.post("/langue", {"lang": "en"})
    return someone


@pytest.mark.parametrize("shared_office", ["sqlite"], indirect=True)
def test_nothing_is_said_in_french_to_who_reads_english(shared_office: Flask) -> None:
    number = guichet.register(shared_office)
    at = {"courrier": number, "task": guichet.task(shared_office, number, "qualifier")}
    readers = {who: english(shared_office, who) for who in PAGES}
    answers = {f"{who} {path}": readers[who].get(path.format(**at)) for who, paths in PAGES.items() for path in paths}
    odile, marc, task = readers["odile"], readers["marc"], f"/taches/{at['task']}"
    answers |= {
        "a step that belongs to others": odile.post(task, {"decision": "traiter"}),
        "an unknown field and a missing bureau": marc.post(task, {"decision": "reorienter", "bureau": "", "autre": "x"}),
        "a note too long": marc.post(task, {"decision": "traiter", "note": "x" * 9_000}),
        "a mark on no document": marc.post("/pieces/999999/annotations", {"page": "1", "texte": "x" * 9_000}),
        "a letter to nobody": odile.post("/nouveau/depart", {"objet": "x" * 900}),
        "a password that is not theirs": odile.post("/compte", {"mot_de_passe": "x", "mot_de_passe_nouveau": "y"}),
    }
    assert all('<html lang="en"' in answer.text for answer in answers.values() if "<html" in answer.text)
    written = data(shared_office)
    faults = {what: left for what, answer in answers.items() if (left := left_in_french(answer.text, written))}
    assert not faults, json.dumps(faults, ensure_ascii=False, indent=1)


def test_the_detector_sees_french() -> None:
    assert left_in_french("<p>Nothing was changed. Cette tâche n’existe pas.</p>", []) == ["Cette tâche n’existe pas."]
    assert left_in_french("<p>Cette lettre</p>", ["Cette lettre"]) == []
