"""Checks what was posted against the form: typed values by key, or every error at once, each at its field."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from engine.errors import FormRefused
from engine.forms.answers import Wrong, answer, missing
from engine.forms.filling import fill, merged, nested, put
from engine.forms.model import Field, Form
from engine.phrases import Phrase

MAX_ROWS = 200
MAX_POSTED = 5_000
_CONTROLS = frozenset(("csrf_token", "choix", "action", "submit"))
Posted = Mapping[str, object]


def clean(
    form: Form,
    posted: Posted,
    data: Mapping[str, object],
    *,
    functions: Mapping[str, Callable[..., object]] | None = None,
    today: date | None = None,
    controls: Iterable[str] = (),
) -> dict[str, object]:
    """The values of the fields that are shown and not read-only; FormRefused with a French sentence by field.

    `posted` is a mapping, or a multi-dict with `getlist`. What a condition hides is neither checked nor kept: conditions
    are looked at again with the answers until nothing changes. A posted name that is no field of the form is an error,
    unless it begins with `_` or is one of `controls`.
    """
    answers = _Posted(posted)
    raw = answers.nested()
    fields = form.fields
    values, errors = _read(fields, answers, today)
    for _ in range(6):
        if form.spec is None:
            break
        fields = fill(form.spec, data, entered=merged(raw, values), functions=functions).fields
        again, errors = _read(fields, answers, today)
        if again == values:
            break
        values = again
    errors |= _choice(form, answers, values)
    errors |= answers.unknown(fields, {*_CONTROLS, *controls}, form)
    if errors:
        raise FormRefused(errors)
    return values


class _Posted:
    """One way to read plain mappings, multi-dicts and values that are typed already."""

    def __init__(self, posted: Posted) -> None:
        getlist = getattr(posted, "getlist", None)
        self.lists: dict[str, list[object]] = {}
        for key in list(posted.keys())[:MAX_POSTED]:
            value = getlist(key) if getlist else posted[key]
            self._add(str(key), value, split=not getlist)

    def _add(self, key: str, value: object, *, split: bool) -> None:
        if split and isinstance(value, Mapping):
            for name, one in value.items():
                self._add(f"{key}.{name}", one, split=True)
        elif split and isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
            for rank, one in enumerate(value):
                self._add(f"{key}.{rank}", one, split=True)
        else:
            self.lists[key] = list(value) if isinstance(value, (list, tuple)) else [value]

    def of(self, key: str) -> Sequence[object]:
        """What was posted under `key`."""
        return self.lists.get(key, [])

    def rows(self, key: str) -> list[str]:
        """The ranks posted of a list, in order."""
        found = {match[1] for name in self.lists if (match := re.match(re.escape(key) + r"\.(\d+)\.", name))}
        return sorted(found, key=int)[:MAX_ROWS]

    def nested(self) -> dict[str, object]:
        """Everything posted, as text: what conditions may look at before all is typed."""
        return nested({key: posted[-1] for key, posted in self.lists.items() if posted})

    def unknown(self, fields: Iterable[Field], controls: set[str], form: Form) -> dict[str, str]:
        """An error for each name that is no field of the form, shown or not."""
        known = set(_keys(fields)) | set(_keys(form.fields))
        errors: dict[str, str] = {}
        for key in self.lists:
            name = re.sub(r"\.\d+(?=\.)", ".N", key)
            if name not in known and key not in known and key not in controls and not key.startswith("_"):
                errors[key] = Phrase("Le champ «{nom}» n’existe pas dans ce formulaire.", nom=key)
        return errors


def _keys(fields: Iterable[Field]) -> Iterable[str]:
    for field in fields:
        if field.key:
            yield field.key
        yield from _keys(field.fields)
        yield from _keys(field.template)


def _read(fields: Iterable[Field], answers: _Posted, today: date | None) -> tuple[dict[str, object], dict[str, str]]:
    values: dict[str, object] = {}
    errors: dict[str, str] = {}
    for field in fields:
        if field.hidden:
            continue
        if field.type == "group":
            inside, wrong = _read(field.fields, answers, today)
            values = merged(values, inside)
            errors |= wrong
        elif field.type == "dynamiclist":
            rows, wrong = _rows(field, answers, today)
            put(values, field.key, rows)
            errors |= wrong
        elif field.type == "expression" and field.key:
            put(values, field.key, field.value)
        elif field.answers and not field.readonly:
            _one(field, answers, today, values, errors)
    return values, errors


def _one(field: Field, answers: _Posted, today: date | None, values: dict[str, object], errors: dict[str, str]) -> None:
    try:
        value = answer(field, answers.of(field.key), today=today)
    except Wrong as error:
        errors[field.key] = error.args[0]  # a sentence may carry values
        return
    if field.required and missing(field, value):
        errors[field.key] = "Cochez cette case." if field.type == "checkbox" else "Ce champ est à remplir."
    put(values, field.key, value)


def _rows(field: Field, answers: _Posted, today: date | None) -> tuple[list[object], dict[str, str]]:
    rows: list[object] = []
    errors: dict[str, str] = {}
    for rank in answers.rows(field.key):
        filled = field.rows[int(rank)] if int(rank) < len(field.rows) else _ranked(field.template, field.key, rank)
        values, wrong = _read(filled, answers, today)
        line = _at(values, f"{field.key}.{rank}")
        if line and any(one not in (None, "", [], False) for one in line.values()):
            rows.append(line)
            errors |= wrong
    return rows, errors


def _ranked(template: Iterable[Field], key: str, rank: str) -> tuple[Field, ...]:
    return tuple(
        Field(
            **{
                **one.__dict__,
                "key": one.key.replace(f"{key}.N.", f"{key}.{rank}.", 1),
                "fields": _ranked(one.fields, key, rank),
            }
        )
        for one in template
    )


def _at(values: Mapping[str, object], path: str) -> dict[str, object]:
    here: object = values
    for part in path.split("."):
        here = here.get(part) if isinstance(here, Mapping) else None
    return dict(here) if isinstance(here, Mapping) else {}


def _choice(form: Form, answers: _Posted, values: dict[str, object]) -> dict[str, str]:
    """The button that ends the task, when its circuit has drawn several ways out."""
    errors: dict[str, str] = {}
    if not form.choices:
        return errors
    known = {option.value for option in form.choices}
    chosen = list(dict.fromkeys(str(one) for one in answers.of("choix") if one not in (None, "")))
    if not chosen or any(one not in known for one in chosen) or (len(chosen) > 1 and not form.multiple):
        errors["choix"] = "Choisissez la suite à donner." if not chosen else "Cette suite n’est pas proposée."
    else:
        values["choix"] = chosen if form.multiple else chosen[0]
    return errors
