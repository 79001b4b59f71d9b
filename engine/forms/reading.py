"""Reads a form file, and tells its designer all that is wrong in it at once."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from engine.errors import ExpressionError
from engine.expressions import parse
from engine.findings import Finding, Level
from engine.forms.model import ANSWERS, Component, FormSpec

MAX_BYTES = 512 * 1024
MAX_COMPONENTS = 500
MAX_DEPTH = 8
LATEST = 19

INPUTS = ANSWERS - {"date", "time"} | {"expression"}
SHOWN = frozenset(["text", "image", "button", "spacer", "separator", "table", "group", "dynamiclist", "default"])
REFUSED = {
    "iframe": "Une page d’un autre site ne peut pas être montrée dans un formulaire.",
    "html": "Du HTML ne peut pas être mis dans un formulaire.",
    "documentPreview": "Le document est déjà montré à côté du formulaire.",
    "filepicker": "Les fichiers se joignent au courrier, pas au formulaire.",
    "script": "Aucun programme ne peut être mis dans un formulaire.",
}
_KEY = re.compile(r"\w+(\.\w+)*")
_RUNAWAY = re.compile(r"\([^)]*[+*}][^)]*\)[+*{]")
_RULES: dict[str, tuple[Level, str, str]] = {
    "illisible": ("erreur", "Ce fichier n’est pas un formulaire lisible : {reason}.", "L’enregistrer de nouveau."),
    "trop-grand": ("erreur", "Ce formulaire est trop grand : {reason}.", "Le découper en plusieurs étapes."),
    "interdit": ("erreur", "Le champ «{label}» est d’un type refusé ({type}). {reason}", "Retirer ce champ."),
    "type-inconnu": ("erreur", "Le champ «{label}» est d’un type inconnu : {type}.", "Le remplacer par un type connu."),
    "sans-cle": ("erreur", "Le champ «{label}» n’a pas de clé ; sa valeur serait perdue.", "Lui donner une clé."),
    "cle-invalide": ("erreur", "La clé «{key}» n’est pas valable.", "N’employer que lettres, chiffres, _ et points."),
    "cle-double": ("erreur", "La clé «{key}» sert à plusieurs champs toujours visibles.", "Donner une clé à chacun."),
    "cle-reservee": ("erreur", "La clé «{key}» est réservée.", "En choisir une autre."),
    "sans-choix": ("avertissement", "Le champ «{label}» n’offre aucun choix.", "Lister ses valeurs."),
    "expression": ("erreur", "L’expression de «{label}» ({where}) est fautive : {reason}", "La corriger."),
    "motif": ("erreur", "Le motif de «{label}» n’est pas utilisable : {reason}.", "Écrire une expression régulière simple."),
    "version": ("avertissement", "Ce formulaire est d’un schéma plus récent ({version}) que le nôtre ({latest}).", ""),
}
RESERVED = frozenset(("choix", "csrf_token"))


def read(source: bytes) -> FormSpec:
    """The form in `source`; it never fails: what cannot be read is a finding that blocks the deployment."""
    if len(source) > MAX_BYTES:
        return FormSpec(id="", findings=(_found("trop-grand", reason=f"{len(source) // 1024} Ko"),))
    try:
        raw = json.loads(source.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        return FormSpec(id="", findings=(_found("illisible", reason=str(error)[:200]),))
    if not isinstance(raw, dict) or not isinstance(raw.get("components"), list):
        return FormSpec(id="", findings=(_found("illisible", reason="il ne contient pas de liste «components»"),))
    try:
        components = _components(raw["components"], 1)
    except OverflowError as error:
        return FormSpec(id=str(raw.get("id", "")), findings=(_found("trop-grand", reason=str(error)),))
    spec = FormSpec(id=str(raw.get("id", "")), components=components)
    return FormSpec(id=spec.id, components=components, findings=tuple(_findings(spec, raw)))


def _components(listed: object, depth: int) -> tuple[Component, ...]:
    if depth > MAX_DEPTH:
        raise OverflowError(f"plus de {MAX_DEPTH} niveaux de groupes")
    made = []
    for raw in listed if isinstance(listed, list) else []:
        if isinstance(raw, dict):
            made.append(
                Component(
                    type=str(raw.get("type", "")),
                    id=str(raw.get("id") or raw.get("key") or ""),
                    key=str(raw.get("key") or raw.get("path") or ""),
                    raw=raw,
                    components=_components(raw.get("components"), depth + 1),
                )
            )
    return tuple(made)


def _found(rule: str, component: Component | None = None, **values: object) -> Finding:
    level, template, mend = _RULES[rule]
    label = component.text("label") or component.text("dateLabel") or component.key if component else ""
    return Finding(
        level=level, element=component.id if component else "", name=label, rule=f"formulaire-{rule}", template=template,
        values={"label": label, **values}, mend=mend,
    )  # fmt: skip


def _findings(spec: FormSpec, raw: Mapping[str, object]) -> Iterator[Finding]:
    version = raw.get("schemaVersion", LATEST)
    if isinstance(version, int) and version > LATEST:
        yield _found("version", version=version, latest=LATEST)
    components = list(spec.walk())
    if len(components) > MAX_COMPONENTS:
        yield _found("trop-grand", reason=f"plus de {MAX_COMPONENTS} champs")
        return
    for component in components:
        yield from _of_component(component)
    yield from _doubles(spec.components)


def _of_component(component: Component) -> Iterator[Finding]:
    kind = component.type
    if kind in REFUSED:
        yield _found("interdit", component, type=kind, reason=REFUSED[kind])
        return
    if kind not in INPUTS and kind not in SHOWN:
        yield _found("type-inconnu", component, type=kind)
        return
    if kind in INPUTS or kind == "dynamiclist":
        yield from _key(component)
    if kind in ("radio", "select", "checklist", "taglist"):
        listed = component.raw.get("values") or component.raw.get("valuesKey") or component.raw.get("valuesExpression")
        if not listed:
            yield _found("sans-choix", component)
    yield from _expressions(component)
    pattern = component.part("validate").get("pattern")
    if isinstance(pattern, str) and pattern:
        yield from _pattern(component, pattern)


def _key(component: Component) -> Iterator[Finding]:
    if not component.key:
        yield _found("sans-cle", component)
    elif not _KEY.fullmatch(component.key):
        yield _found("cle-invalide", component, key=component.key)
    elif component.key in RESERVED or component.key.startswith("_"):
        yield _found("cle-reservee", component, key=component.key)


def _expressions(component: Component) -> Iterator[Finding]:
    hide = component.part("conditional").get("hide")
    sources = [("condition", hide), ("valeurs", component.raw.get("valuesExpression"))]
    sources += [(name, value) for name, value in component.raw.items() if _is_expression(value)]
    sources += [(name, value) for name, value in component.part("validate").items() if _is_expression(value)]
    if component.type == "expression":
        sources.append(("expression", component.raw.get("expression")))
    told = {source: where for where, source in reversed(sources) if isinstance(source, str) and source.strip()}
    for source, where in told.items():
        try:
            parse(source)
        except ExpressionError as error:
            yield _found("expression", component, where=where, reason=str(error))


def _is_expression(value: object) -> bool:
    return isinstance(value, str) and value.startswith("=")


def _pattern(component: Component, pattern: str) -> Iterator[Finding]:
    try:
        re.compile(pattern)
    except re.error as error:
        yield _found("motif", component, reason=str(error))
        return
    if len(pattern) > 200 or _RUNAWAY.search(pattern):
        yield _found("motif", component, reason="il peut demander un temps démesuré")


def _doubles(components: Iterable[Component]) -> Iterator[Finding]:
    """Two fields of one key are allowed when a condition shows one or the other."""
    seen: set[str] = set()
    for component in components:
        yield from _doubles(component.components)
        if component.type not in INPUTS or not component.key or component.part("conditional").get("hide"):
            continue
        if component.key in seen:
            yield _found("cle-double", component, key=component.key)
        seen.add(component.key)
