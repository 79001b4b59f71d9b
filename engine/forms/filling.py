"""Fills a form with a task's data: values, choices, texts, and what is hidden or required now."""

import re
from collections import ChainMap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.errors import ExpressionError
from engine.expressions import evaluate
from engine.forms.model import ANSWERS, CHOSEN, Component, Field, Form, FormSpec, Option

Names = Mapping[str, object]
_TEMPLATE = re.compile(r"\{\{\s*=?\s*([^{}#/]+?)\s*\}\}")
DECIDED = frozenset(("radio", "checkbox", "checklist"))
_RULES = ("minLength", "maxLength", "min", "max", "pattern", "patternErrorMessage", "validationType")


@dataclass(frozen=True, kw_only=True)
class Filler:
    """What expressions in the form may read and call."""

    names: Names
    known: Names = field(default_factory=dict)
    entered: Names = field(default_factory=dict)
    functions: Mapping[str, Callable[..., object]] = field(default_factory=dict)

    def value(self, source: object, local: Names | None = None) -> object:
        """`source` itself, or what its `=…` gives; an expression that fails gives nothing."""
        if not isinstance(source, str) or not source.startswith("="):
            return source
        try:
            return evaluate(source, over(self.names, local), self.functions)
        except ExpressionError:
            return None

    def text(self, source: str, local: Names | None = None) -> str:
        """`source` with each `{{…}}` replaced by what it gives."""
        if source.startswith("="):
            return _shown(self.value(source, local))
        return _TEMPLATE.sub(lambda match: _shown(self.value("=" + match[1], local)), source)

    def hidden(self, component: Component, local: Names | None = None) -> bool:
        """Whether its condition hides it."""
        source = component.part("conditional").get("hide")
        if not isinstance(source, str) or not source.strip():
            return False
        return self.value(source if source.startswith("=") else "=" + source, local) is True


def over(names: Names, nearer: Names | None) -> Names:
    """`nearer` names over the others, which are asked for only when they are looked up."""
    return ChainMap(dict(nearer), names) if nearer else names  # type: ignore[arg-type]  # only read


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    return ", ".join(map(_shown, value)) if isinstance(value, list) else str(value)


def fill(
    spec: FormSpec, data: Names, *, entered: Names | None = None, functions: Mapping[str, Callable[..., object]] | None = None
) -> Form:
    """The form to show: `entered` is what was typed in it already, `data` what the circuit knows.

    A known value is put in the field of its key, but in radio buttons and boxes, which are decided anew each time:
    an approval given once must not be given again without being looked at.
    """
    typed = nested(entered or {})
    anew = {one.key for one in spec.walk() if one.type in DECIDED and not _shown_only(one)}
    known = over(data, dict.fromkeys(anew))
    names = over(known, {key: merged({key: known.get(key)}, {key: value})[key] for key, value in typed.items()})
    filler = Filler(names=names, known=known, entered=typed, functions=functions or {})
    return Form(id=spec.id, fields=tuple(_field(one, filler, "", {}) for one in spec.components), spec=spec)


def _shown_only(component: Component) -> bool:
    return bool(component.raw.get("readonly") or component.raw.get("disabled"))


def nested(values: Names) -> dict[str, object]:
    """Values by dotted names as objects within objects."""
    made: dict[str, object] = {}
    for key, value in values.items():
        put(made, key, value)
    return made


def put(values: dict[str, object], path: str, value: object) -> None:
    """Set `value` at a dotted path."""
    *way, last = path.split(".")
    for part in way:
        inside = values.setdefault(part, {})
        if not isinstance(inside, dict):
            return
        values = inside
    values[last] = value


def merged(values: Names, more: Names) -> dict[str, object]:
    """Both, `more` winning, object by object."""
    made = dict(values)
    for key, value in more.items():
        here = made.get(key)
        made[key] = merged(here, value) if isinstance(here, Mapping) and isinstance(value, Mapping) else value
    return made


def at(data: object, path: str) -> object:
    """The value at a dotted path, None where it leads nowhere."""
    for part in path.split("."):
        if isinstance(data, Mapping):
            data = data.get(part)
        elif isinstance(data, list) and part.isdigit() and int(part) < len(data):
            data = data[int(part)]
        else:
            return None
    return data


def type_of(component: Component) -> str:
    """What kind of answer it takes: a `datetime` is told by its subtype."""
    return str(component.raw.get("subtype") or "date") if component.type == "datetime" else component.type


def options_of(component: Component, filler: Filler, local: Names) -> tuple[Option, ...]:
    """The answers it offers now."""
    listed: object = component.raw.get("values")
    if component.raw.get("valuesKey"):
        listed = at(over(filler.names, local), str(component.raw["valuesKey"]))
    elif component.raw.get("valuesExpression"):
        source = str(component.raw["valuesExpression"])
        listed = filler.value(source if source.startswith("=") else "=" + source, local)
    options = []
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, Mapping):
            value = one.get("value")
            options.append(Option(value=str(value), label=filler.text(str(one.get("label") or value), local)))
        else:
            options.append(Option(value=str(one), label=str(one)))
    return tuple(options)


def required(component: Component, filler: Filler, local: Names) -> bool:
    """Whether an answer must be given."""
    return filler.value(component.part("validate").get("required"), local) is True


def readonly(component: Component, filler: Filler, local: Names) -> bool:
    """Whether its value is shown but never read back."""
    return any(filler.value(component.raw.get(name), local) is True for name in ("readonly", "disabled"))


def _field(component: Component, filler: Filler, prefix: str, local: Names) -> Field:
    kind, path = type_of(component), f"{prefix}{component.key}" if component.key else ""
    made = Field(
        type=kind,
        key=path,
        label=filler.text(component.text("label") or component.text("dateLabel") or component.text("timeLabel"), local),
        description=filler.text(component.text("description"), local),
        hide=str(component.part("conditional").get("hide") or ""),
        hidden=filler.hidden(component, local),
        text=_text(component, filler, local),
        width=_width(component),
        raw=component.raw,
    )
    if kind in ANSWERS:
        return _answer(made, component, filler, local)
    if kind == "group":
        inner = f"{path}." if component.raw.get("path") else prefix
        return _with(made, fields=tuple(_field(one, filler, inner, local) for one in component.components))
    if kind == "dynamiclist":
        return _list(made, component, filler, local)
    if kind == "table":
        return _table(made, component, filler, local)
    if kind == "expression":
        return _with(made, value=filler.value(_as_expression(component.text("expression")), local))
    return made


def _answer(made: Field, component: Component, filler: Filler, local: Names) -> Field:
    closed = readonly(component, filler, local)
    value = at(filler.entered, made.key)
    if value is None:
        value = at(filler.known, made.key)
    rules = {name: filler.value(component.part("validate").get(name), local) for name in _RULES}
    appearance = component.part("appearance")
    return _with(
        made,
        value=filler.value(component.raw.get("defaultValue"), local) if value is None else value,
        options=options_of(component, filler, local) if made.type in CHOSEN else (),
        required=required(component, filler, local),
        readonly=closed,
        validate={name: rule for name, rule in rules.items() if rule is not None}
        | {name: component.raw[name] for name in ("decimalDigits", "increment", "disallowPassedDates") if name in component.raw},
        prefix=filler.text(str(appearance.get("prefixAdorner") or ""), local),
        suffix=filler.text(str(appearance.get("suffixAdorner") or ""), local),
    )


def _list(made: Field, component: Component, filler: Filler, local: Names) -> Field:
    values = at(filler.entered, made.key) or at(filler.known, made.key)
    if isinstance(values, Mapping):
        values = [values[rank] for rank in sorted(values, key=str)]
    repeated = component.raw.get("defaultRepetitions")
    lines = values if isinstance(values, list) else [{}] * (repeated if isinstance(repeated, int) else 1)

    def row(rank: int | str, line: object) -> tuple[Field, ...]:
        names = {**local, **(line if isinstance(line, Mapping) else {})}
        return tuple(_field(one, filler, f"{made.key}.{rank}.", names) for one in component.components)

    return _with(
        made,
        rows=tuple(row(rank, line) for rank, line in enumerate(lines)),
        template=row("N", {}),
        growing=component.raw.get("allowAddRemove") is not False,
    )


def _table(made: Field, component: Component, filler: Filler, local: Names) -> Field:
    source = component.text("dataSource")
    listed = filler.value(source, local) if source.startswith("=") else at(over(filler.names, local), source)
    columns = filler.value(component.raw.get("columnsExpression"), local) or component.raw.get("columns") or []
    shown = tuple(
        Option(value=str(one.get("key")), label=str(one.get("label") or one.get("key")))
        for one in (columns if isinstance(columns, list) else [])
        if isinstance(one, Mapping)
    )
    return _with(made, columns=shown, value=listed if isinstance(listed, list) else [])


def _text(component: Component, filler: Filler, local: Names) -> str:
    name = {"text": "text", "image": "alt"}.get(component.type)
    return filler.text(component.text(name), local) if name else ""


def _width(component: Component) -> int | None:
    columns = component.part("layout").get("columns")
    return columns if isinstance(columns, int) else None


def _as_expression(source: str) -> str:
    return source if source.startswith("=") else f"={source}"


def _with(made: Field, **changes: object) -> Field:
    return Field(**{**made.__dict__, **changes})
