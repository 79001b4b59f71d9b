"""What a step that has just opened says of itself: who may take it, until when, with which form and which buttons."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from engine.errors import EngineError
from engine.host import Host
from engine.instance import times
from engine.instance.base import FAULT, Element, fail
from engine.instance.circuit import Circuit
from engine.instance.script import Script, plain
from engine.instance.tokens import Open


class NobodyCan(EngineError):
    """Personne ne peut prendre « {name} » : « {words} » ne désigne aucun bureau, rôle ou agent."""


@dataclass(frozen=True, kw_only=True)
class Opening:
    """The columns of a new task row, and the keys of the groups that may take it."""

    columns: dict[str, object]
    groups: tuple[str, ...] = ()
    messages: dict[str, str] = field(default_factory=dict)  # name of a message it awaits -> the flow it stands for
    correlation: str = ""


def act_of(element: Element, kind: str) -> str:
    """What its user task does: its form's name, else what the drawing says."""
    if form_of(element):
        return str(form_of(element))
    if element.properties.get("acte"):
        return element.properties["acte"]
    waits = element.properties.get("attente")
    if kind == "message" or (waits and waits != "envoi"):
        return "recevoir"
    return "decider" if element.id != element.saved and _gateway(element) else "faire"


def form_of(element: Element) -> str | None:
    """The key of its form, whatever the way it was written."""
    written = element.camunda.get("formRef") or element.camunda.get("formKey") or ""
    key = written.rsplit(":", 1)[-1].rsplit("/", 1)[-1].removesuffix(".form").removesuffix(".html")
    return key or None


def choices_of(element: Element) -> dict[str, object]:
    """The buttons drawn as flows: `gateway`, `multiple`, `options` (label by flow id); empty when there are none."""
    gateway = _gateway(element)
    if not gateway:
        return {}
    options = {key.removeprefix("choix:"): label for key, label in element.properties.items() if key.startswith("choix:")}
    return {"gateway": gateway, "multiple": "choix_multiple" in element.properties, "options": options}


def _gateway(element: Element) -> str | None:
    return element.properties.get("choix") or element.properties.get("choix_multiple")


def _messages(open_: Open) -> dict[str, str]:
    if open_.kind == "message":
        return {open_.task.task_spec.event_definition.name: ""}
    found = {}
    for key, name in open_.element.properties.items():
        if key == "message" or key.startswith("message:"):
            found[name] = key.removeprefix("message").removeprefix(":")
    return found


class Desk:
    """Fills the openings of one step."""

    def __init__(self, session: Session, host: Host, subject: str, circuit: Circuit) -> None:
        """The circuit's script evaluates what the designer wrote."""
        self.session, self.host, self.subject, self.circuit = session, host, subject, circuit
        self.script: Script = circuit.script

    def opening(self, open_: Open, now: datetime) -> Opening:
        """The row of `open_`; a fault in its delay or its actors is an incident of this step, which opens all the same."""
        element = open_.element
        messages = _messages(open_)
        assignee = self._try(open_, self._assignee)
        due = self._try(open_, self._due)
        choices = choices_of(element)
        correlation = str(self._try(open_, self._correlation) or self.subject)[:200] if messages else ""
        if messages:
            choices = {**choices, "messages": messages, "correlation": correlation}
        columns: dict[str, object] = {
            "subject": self.subject, "token": open_.token, "step": element.saved or element.id,
            "name": (element.name or element.id)[:200], "lane": element.lane[:200], "act": act_of(element, open_.kind)[:50],
            "form": form_of(element), "choices": choices,
            "correlation": correlation or None, "assignee": str(assignee)[:100] if assignee else None,
            "due": due, "priority": self._try(open_, self._priority) or 50, "opened_at": now,
        }  # fmt: skip
        groups = self.groups(open_, str(assignee) if assignee else None)
        return Opening(columns=columns, groups=groups, messages=messages, correlation=correlation)

    def _try(self, open_: Open, read: Callable[[Open], object]) -> object:
        try:
            return read(open_)
        except Exception as error:  # whatever the designer wrote
            fail(open_.task, error)
            return None

    def _assignee(self, open_: Open) -> object:
        text = open_.element.camunda.get("assignee", "")
        return self.script.text_or_value(open_.task, text) if text else None

    def _due(self, open_: Open) -> datetime | None:
        text = open_.element.camunda.get("dueDate", "").strip()
        if not text:
            return None
        value = text if times.literal(text) else self.script.text_or_value(open_.task, text)
        return None if value is None else times.deadline(value, now=self.script.now)

    def _priority(self, open_: Open) -> int | None:
        text = open_.element.camunda.get("priority", "").strip()
        value = plain(self.script.text_or_value(open_.task, text)) if text else None
        return None if value is None else int(value)

    def _correlation(self, open_: Open) -> object:
        text = open_.element.properties.get("correlation", "")
        return self.script.text_or_value(open_.task, text) if text else None

    def groups(self, open_: Open, assignee: str | None) -> tuple[str, ...]:
        """Who may take it; a step that nobody can take is an incident, so that it is not lost."""
        keys = [f"@{assignee}"] if assignee else []
        camunda, words = open_.element.camunda, []
        try:
            keys += [f"@{one}" for one in self._listed(open_, camunda.get("candidateUsers", ""))]
            words = list(self._listed(open_, camunda.get("candidateGroups", "")))
            if not words and not keys:
                words = [open_.element.lane]
            data = self.script.data(open_.task)
            for text in words:
                keys += self.host.groups(self.session, text, data)
            if not keys:
                raise NobodyCan(name=open_.element.name or open_.element.id, words=", ".join(words))
        except Exception as error:  # whatever the designer wrote
            if FAULT not in open_.task.internal_data:
                fail(open_.task, error)
        return tuple(dict.fromkeys(keys))

    def _listed(self, open_: Open, text: str) -> Iterator[str]:
        for part in _parts(text.strip()):
            value = self.script.text_or_value(open_.task, part) if part else None
            for one in value if isinstance(value, (list, tuple)) else [value]:
                if one:
                    yield str(one)


def _parts(text: str) -> list[str]:
    """What commas separate, those inside an expression left alone."""
    if text.startswith("="):
        return [text]
    parts, depth = [""], 0
    for char in text:
        depth += (char == "{") - (char == "}")
        if char == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts]
