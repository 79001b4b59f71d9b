"""Checks what a circuit names outside itself, and that every expression in it can be understood."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic

from lxml import etree

from engine.checking.rules import finding
from engine.drawing import Drawing
from engine.drawing.elements import Element, children, local, words
from engine.drawing.extensions import CAMUNDA
from engine.drawing.words import fold, wrapped
from engine.errors import ExpressionError, ExpressionLimit
from engine.expressions import Expression, evaluate, parse
from engine.findings import Finding
from engine.instance import times
from engine.instance.multiple import MAX_TIMES, TooMany

MAX_SECONDS = 0.5  # for working out, before deployment, the expressions that depend on nothing


def _nobody(words: str) -> bool:  # noqa: ARG001
    return False


@dataclass(frozen=True, kw_only=True)
class Known:
    """What exists where the circuit will run; None for what is not known, which is then not checked.

    `means` tells whether words that are none of the `groups` name people all the same («le chef du bureau»).
    `names`: what expressions may use, data and fields of forms; those that steps give are found in the drawing.
    `legal_days`: calendar days of the law's délai.
    """

    groups: frozenset[str] | None = None
    forms: frozenset[str] | None = None
    decisions: frozenset[str] | None = None
    circuits: frozenset[str] | None = None
    topics: frozenset[str] | None = None
    functions: frozenset[str] | None = None
    names: frozenset[str] | None = None
    legal_days: int | None = None
    means: Callable[[str], bool] = _nobody


@dataclass(frozen=True, kw_only=True)
class _Place:
    saved: str
    name: str


def references(drawing: Drawing, known: Known) -> Iterator[Finding]:
    """Unknown groups, forms, tables, circuits and services, expressions that cannot be read, steps that nobody does."""
    root = etree.fromstring(drawing.runnable, etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True))
    lanes = lanes_of(root)
    for element in root.iter():
        if element.get("id") and local(element) not in ("lane", "laneSet", "process"):
            yield from _element(element, lanes.get(element.get("id", ""), ""), drawing, known)
    yield from _expressions(drawing, root, known)
    yield from _delays(root, drawing, known)


def _place(element: Element, drawing: Drawing) -> _Place:
    identifier = element.get("id", "")
    return _Place(saved=drawing.origins.get(identifier, identifier), name=words(element.get("name")))


def _element(element: Element, lane: str, drawing: Drawing, known: Known) -> Iterator[Finding]:
    tag, about = local(element), _place(element, drawing)
    form = element.get(f"{{{CAMUNDA}}}formRef", "")
    if tag == "userTask":
        yield from _actors(element, lane, about, drawing, known)
        if _unknown(form, known.forms):
            yield finding("formulaire-inconnu", about, form=form)
        due = element.get(f"{{{CAMUNDA}}}dueDate", "").strip()
        if due and not wrapped(due) and not _readable(due):
            yield finding("echeance-illisible", about, text=due)
    elif tag == "businessRuleTask":
        decision = element.get(f"{{{CAMUNDA}}}decisionRef", "")
        if _unknown(decision, known.decisions):
            yield finding("decision-inconnue", about, decision=decision)
    elif tag == "callActivity" and _unknown(element.get("calledElement", ""), known.circuits):
        yield finding("circuit-inconnu", about, circuit=element.get("calledElement", ""))
    elif tag == "serviceTask":
        topic = element.get(f"{{{CAMUNDA}}}topic", "")
        if _unknown(topic, known.topics):
            yield finding("service-inconnu", about, topic=topic)


def _readable(text: str) -> bool:
    try:
        times.deadline(text, now=datetime(2026, 1, 1, tzinfo=UTC))
    except (times.NotATime, ValueError, OverflowError):
        return False
    return True


def _unknown(name: str, listed: frozenset[str] | None) -> bool:
    return bool(name) and listed is not None and not wrapped(name) and name not in listed


def _actors(element: Element, lane: str, about: _Place, drawing: Drawing, known: Known) -> Iterator[Finding]:
    named = [element.get(f"{{{CAMUNDA}}}{one}", "") for one in ("assignee", "candidateGroups", "candidateUsers")]
    if not any(named) and not lane:
        if element.get("id") not in drawing.added:
            yield finding("etape-sans-acteur", about)
        return
    if known.groups is None:
        return
    ours = {fold(group) for group in known.groups}
    listed = [] if wrapped(named[1]) else [one.strip() for one in named[1].split(",")]
    for group in [*listed, "" if any(named) else lane]:
        if group and fold(group) not in ours and not known.means(group):
            yield finding("groupe-inconnu", about, group=group)


def lanes_of(root: Element) -> dict[str, str]:
    """Lane by the id of the steps that stand in it."""
    return {
        one.text or "": words(lane.get("name"))
        for lane in root.iter()
        if local(lane) == "lane"
        for one in children(lane, "flowNodeRef")
    }


def _expressions(drawing: Drawing, root: Element, known: Known) -> Iterator[Finding]:
    names = {_place(one, drawing).saved: words(one.get("name")) for one in root.iter() if one.get("id")}
    given = _given(root)
    until = monotonic() + MAX_SECONDS
    for saved, kind, source in dict.fromkeys(drawing.expressions):
        about = _Place(saved=saved, name=names.get(saved, ""))
        try:
            parsed = parse(source)
        except ExpressionError as error:
            yield finding("expression-fausse", about, reason=str(error))
            continue
        fault = _worked_out(parsed, kind) if monotonic() < until else ""
        if fault:
            yield finding("expression-fausse", about, reason=fault)
        for method in sorted(parsed.methods):
            yield finding("methode-java", about, method=method)
        for function in sorted(parsed.calls) if known.functions is not None else ():
            if function not in (known.functions or ()):
                yield finding("fonction-inconnue", about, function=function)
        # What a decision answers is not known here; its outputs are names like any other.
        for name in sorted(parsed.names) if known.names is not None and not drawing.decisions else ():
            if name not in (known.names or ()) and name not in given:
                yield finding("nom-inconnu", about, unknown=name)


def _worked_out(parsed: Expression, kind: str) -> str:
    """Why an expression that depends on nothing cannot be worked out, or cannot be the length of a list; "" when it can."""
    if parsed.names or parsed.calls:
        return ""
    try:
        value = evaluate(parsed, {})
    except ExpressionLimit as error:
        return str(error)
    if kind == "liste" and isinstance(value, int) and value > MAX_TIMES:
        return str(TooMany(source=parsed.source, count=value, limit=MAX_TIMES))
    return ""


def _given(root: Element) -> set[str]:
    """Names that the steps themselves give to the data."""
    given = {"courrier", "nrOfInstances", "nrOfCompletedInstances", "nrOfActiveInstances", "loopCounter"}
    for one in root.iter():
        identifier = one.get("id", "")
        given |= {f"choix_{identifier}", f"{identifier}_resultat", f"{identifier}_resultats"} if identifier else set()
        given |= {one.get(f"{{{CAMUNDA}}}{name}", "") for name in ("resultVariable", "elementVariable")}
        if local(one) in ("outputParameter", "inputParameter"):
            given.add(one.get("name", ""))
        if local(one) == "out":
            given.add(one.get("target", ""))
    return given


def _delays(root: Element, drawing: Drawing, known: Known) -> Iterator[Finding]:
    for one in root.iter():
        holder = one.getparent()
        if local(one) != "timeDuration" or holder is None or known.legal_days is None:
            continue
        event, days = holder.getparent(), _days(one.text or "")
        if event is not None and days > known.legal_days:
            yield finding("delai-trop-long", _place(event, drawing), days=days, legal=known.legal_days)


def _days(text: str) -> int:
    """Calendar days of a duration; five working days make a week; 0 for what only the engine can tell."""
    working = re.fullmatch(r"[$#]\{\s*jours_ouvres\((\d+)\)\s*\}", text.strip())
    if working:
        return int(working[1]) * 7 // 5
    found = re.match(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?", text.strip())
    years, months, weeks, days = (int(part or 0) for part in found.groups()) if found else (0, 0, 0, 0)
    return years * 365 + months * 30 + weeks * 7 + days
