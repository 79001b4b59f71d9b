"""Checks a file that a designer saved, and deploys it: a new version, byte for byte, with what it names pinned to it."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import checking, decisions, drawing, forms
from engine.definitions import deciding, latest
from engine.drawing.safe import read_xml
from engine.errors import DrawingRefused, EngineError
from engine.findings import Finding
from engine.host import Host
from engine.parsing import parse
from engine.tables import Definition

KINDS = ("bpmn", "dmn", "form")


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """What became of a file: `definition` is None when a finding blocked it; `unchanged` when it was there already."""

    definition: Definition | None
    findings: tuple[Finding, ...]
    unchanged: bool = False


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A file that was read: `pins` are the (kind, key) of what it names."""

    key: str
    name: str
    findings: tuple[Finding, ...]
    runnable: bytes | None = None
    pins: tuple[tuple[str, str], ...] = ()

    @property
    def blocked(self) -> bool:
        """Whether it may not be deployed."""
        return any(finding.level == "erreur" for finding in self.findings)


def check(session: Session, host: Host, source: bytes, *, kind: str) -> Checked:
    """Read `source` and find all its faults; it never fails on a faulty file."""
    try:
        return {"bpmn": _circuit, "dmn": _decisions, "form": _form}[kind](session, host, source)
    except DrawingRefused as error:
        refused = Finding(level="erreur", rule="illisible", template="{reason}", values={"reason": str(error)})
        return Checked(key="", name="", findings=(refused,))


def deploy(
    session: Session, host: Host, source: bytes, *, by: str, now: datetime, kind: str, key: str | None
) -> Deployment:
    """Store a new version of `source`, unless it is blocked or is the newest already."""
    checked = check(session, host, source, kind=kind)
    key = key or checked.key
    if checked.blocked or not key:
        return Deployment(definition=None, findings=checked.findings)
    before = latest(session, kind, key)
    sha256 = hashlib.sha256(source).hexdigest()
    pins = _pins(session, checked, kind, key)
    if before is not None and before.sha256 == sha256 and before.pins == pins:
        return Deployment(definition=before, findings=checked.findings, unchanged=True)
    definition = Definition(
        kind=kind, key=key[:100], version=before.version + 1 if before else 1, name=(checked.name or key)[:200],
        sha256=sha256, source=source, runnable=checked.runnable, pins=pins, deployed_at=now, deployed_by=by,
    )  # fmt: skip
    session.add(definition)
    session.flush()
    return Deployment(definition=definition, findings=checked.findings)


def _pins(session: Session, checked: Checked, kind: str, key: str) -> dict[str, int]:
    """The version now of everything named, and of what the circuits it calls name in turn."""
    pins: dict[str, int] = {}
    for other, name in checked.pins:
        definition = deciding(session, name) if other == "dmn" else latest(session, other, name)
        if definition is None or (other, name) == (kind, key):
            continue
        pins[f"{other}:{name}"] = definition.id
        if other == "bpmn":
            pins = {**definition.pins, **pins}
    return pins


def _keys(session: Session, kind: str) -> frozenset[str]:
    return frozenset(session.scalars(select(Definition.key).where(Definition.kind == kind).distinct()))


def _known_decisions(session: Session) -> frozenset[str]:
    found: set[str] = set()
    for key in _keys(session, "dmn"):
        definition = latest(session, "dmn", key)
        found |= {key, *(decisions.read(definition.source).ids if definition else ())}
    return frozenset(found)


def _known(session: Session, host: Host) -> checking.Known:
    """What the program knows of its people and names, with what is deployed here."""
    theirs = host.known(session)
    form_keys = _keys(session, "form")
    deployed = (latest(session, "form", key) for key in form_keys if theirs.names is not None)
    specs = [forms.read(form.source) for form in deployed if form is not None]
    fields = {one.partition(".")[0] for spec in specs for part in spec.walk() for one in (part.key, part.text("path")) if one}
    return replace(
        theirs,
        forms=form_keys,
        decisions=_known_decisions(session),
        circuits=_keys(session, "bpmn"),
        topics=frozenset(host.services),
        functions=frozenset(host.calls(session, datetime(2000, 1, 1, tzinfo=UTC))),  # for their names only
        names=None if theirs.names is None else theirs.names | fields,
    )


def _circuit(session: Session, host: Host, source: bytes) -> Checked:
    delay = f"P{max(host.default_delay.days, 1)}D"
    drawn, findings = checking.examine(source, known=_known(session, host), default_delay=delay)
    pins = [("form", key) for key in drawn.forms] + [("dmn", key) for key in drawn.decisions]
    pins += [("bpmn", key) for key in drawn.called]
    if not any(finding.level == "erreur" for finding in findings):
        findings += _runs(session, drawn)
    return Checked(
        key=drawn.process, name=drawn.name, findings=tuple(findings), runnable=drawn.runnable, pins=tuple(pins)
    )


def _runs(session: Session, drawn: drawing.Drawing) -> list[Finding]:
    """A last net: what the engine itself cannot read is refused now, not at the first courrier."""
    called = {}
    for key in drawn.called:
        definition = latest(session, "bpmn", key)
        called[key] = definition.runnable or b"" if definition else b""
    try:
        parse(drawn.runnable, called={key: runnable for key, runnable in called.items() if runnable})
    except (EngineError, ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        template = "Le moteur ne sait pas exécuter ce circuit : {reason}."
        return [Finding(level="erreur", rule="inexecutable", template=template, values={"reason": str(error)})]
    return []


def _decisions(session: Session, host: Host, source: bytes) -> Checked:  # noqa: ARG001
    read = decisions.read(source)
    ids = read.ids
    return Checked(key=ids[-1] if ids else "", name=read_xml(source).get("name") or "", findings=tuple(read.check()))


def _form(session: Session, host: Host, source: bytes) -> Checked:  # noqa: ARG001
    spec = forms.read(source)
    try:
        raw = json.loads(source)
    except (ValueError, RecursionError):
        raw = {}
    name = raw.get("name") if isinstance(raw, dict) else None
    return Checked(key=spec.id, name=str(name or spec.id), findings=spec.check())
