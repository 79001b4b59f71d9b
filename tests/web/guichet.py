"""What the tests of pages do before they look: a letter registered, a step done by somebody, a row read."""

import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import travaux
from app.courrier import journey, organisation, registre
from app.courrier.ports import Lecture, PageLue
from app.courrier.tables import Courrier, Nature, Reponse
from app.db import db, transaction
from app.web.context import parts
from engine import Task
from tests.letters import imprimer
from tests.support.visitors import Visitor, visitor

CORPS = "Madame, Monsieur,\n\nVotre demande a été examinée avec attention.\n\nVeuillez agréer mes salutations."
NEVER = ("Traceback", "sqlalchemy", "Error", "Exception", "werkzeug")
"""Words of the program that no page says."""

LETTRE = "place_creche"
"""The letter of the project that stands for any letter: one page with its own text."""


@contextmanager
def looking(app: Flask) -> Iterator[Session]:
    """A session that only reads what the pages left."""
    with app.app_context():
        yield db.session()
        db.session.remove()


def register(
    app: Flask, *, nature: str = "recours", bureau: str = "urbanisme", objet: str = "Recours contre un permis",
    circuit: str = "arrivee", texte: str = "Je conteste ce permis.", nom: str = "Caradec", par: str = "odile",
    piece: str = "lettre.pdf", **more: Any,
) -> int:  # fmt: skip
    """A courrier that arrived with its PDF, registered and set on its circuit; its id."""
    now = more.pop("now", None) or datetime.now(UTC)
    donnees = {"bureau": bureau, "nature": nature, **more.pop("donnees", {})}
    with app.app_context(), transaction() as session:
        place = parts().coffre.put(imprimer.pdf(LETTRE))
        cle = session.scalars(select(Nature.id).where(Nature.cle == nature)).one()
        saisie = registre.Saisie(
            sens="arrivee", canal="papier", objet=objet, nature_id=cle, bureau_id=organisation.bureau(session, bureau).id,
            correspondant=registre.Contact(nom=nom, courriel=more.pop("courriel", "")) if nom else None, **more,
        )  # fmt: skip
        courrier = journey.enregistrer(session, parts().engine, saisie, circuit=circuit, donnees=donnees, par=par, now=now)
        page = PageLue(numero=1, largeur=595, hauteur=842, texte=texte, mots=[("mot", 0.1, 0.1, 0.2, 0.2, 99.0)], source="couche")
        lecture = Lecture(mime="application/pdf", pages=[page])
        journey.joindre(session, courrier, piece, place, lecture, par=par, now=now)
        return courrier.id


def courrier(app: Flask, courrier_id: int) -> Courrier:
    """The row as it is now."""
    with looking(app) as session:
        return session.get_one(Courrier, courrier_id)


def task(app: Flask, courrier_id: int, step: str) -> int:
    """The open task of a step of this courrier."""
    with looking(app) as session:
        found = session.scalars(_open(courrier_id).where(Task.step == step)).first()
    assert found, f"no open task {step}"
    return found


def steps(app: Flask, courrier_id: int) -> list[str]:
    """The steps that are open."""
    with looking(app) as session:
        return sorted(session.get_one(Task, number).step for number in session.scalars(_open(courrier_id)))


def _open(courrier_id: int) -> Any:
    return (
        select(Task.id).join(Courrier, Courrier.instance_id == Task.instance_id)
        .where(Courrier.id == courrier_id, Task.closed_at.is_(None)).order_by(Task.id)
    )


def act(app: Flask, courrier_id: int, who: str, step: str, **values: object) -> Visitor:
    """Somebody opens the task of a step and sends its form, which is accepted."""
    agent, number = visitor(app, who), task(app, courrier_id, step)
    sent = agent.post(f"/taches/{number}", {**read(agent, number), **values})
    assert sent.status_code == 302, plain(sent)
    return agent


def read(agent: Visitor, number: int) -> dict[str, str]:
    """They open a task; what its page says was read, when it is to be signed."""
    page = agent.get(f"/taches/{number}")
    assert page.status_code == 200
    return dict(re.findall(r'name="(_lettre)" value="(\w*)"', page.text))


def to_the_signature(app: Flask, courrier_id: int) -> int:
    """From the chef of the urbanisme to the parapheur, the letter typeset; the task of signing."""
    act(app, courrier_id, "marc", "qualifier", decision="traiter")
    act(app, courrier_id, "claire", "annoter", suite="repondre", note="Vu.")
    act(app, courrier_id, "claire", "rediger", objet="Votre recours", corps=CORPS)
    act(app, courrier_id, "marc", "valider", decision="approuver")
    typeset(app)
    return task(app, courrier_id, "signer")


def typeset(app: Flask) -> None:
    """What the worker does: the letters that are due become PDFs."""
    with app.app_context():
        for due in db.session().scalars(select(Reponse.id).where(Reponse.etat == "a_composer")).all():
            travaux.composer(parts(), due)
        db.session.remove()


def fine(answer: TestResponse, *statuses: int) -> TestResponse:
    """One of these statuses, and nothing of the program's inside."""
    assert answer.status_code in statuses, plain(answer)[:600]
    if answer.mimetype == "text/html":
        assert [word for word in NEVER if word in plain(answer)] == []
    return answer


def place(app: Flask, who: str, bureau: str) -> None:
    """Somebody works in one more bureau."""
    now = datetime.now(UTC)
    write(app, lambda session: organisation.placer(session, who, bureau, "agent", par="systeme", now=now))


def plain(answer: TestResponse | str) -> str:
    """The words of a page, without its tags."""
    text = answer if isinstance(answer, str) else answer.text
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text))).strip()


def shown(answer: TestResponse, *words: str) -> bool:
    """Whether a page says all this."""
    said = plain(answer)
    return all(word in said for word in words)


def value(page: str, name: str) -> str:
    """What a field of a page holds."""
    area = re.search(rf'<textarea id="{name}"[^>]*>(.*?)</textarea>', page, re.S)
    box = re.search(rf'<input id="{name}"[^>]*? value="([^"]*)"', page)
    found = area or box
    assert found, f"no field {name}"
    return html.unescape(found[1])


def write(app: Flask, change: Callable[[Session], object]) -> None:
    """Something that happens beside the pages, in a transaction of its own."""
    with app.app_context():
        with transaction() as session:
            change(session)
        db.session.remove()


def link(page: str, part: str) -> str:
    """The first address of a page that holds this."""
    found = re.search(rf'href="([^"]*{re.escape(part)}[^"]*)"', page)
    assert found, f"no link with {part}"
    return html.unescape(found[1])
