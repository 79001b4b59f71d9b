"""The values of this package: a form as drawn, and the same filled for one task."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.findings import Finding


@dataclass(frozen=True, kw_only=True)
class Option:
    """One answer of a list; `value` is what is posted."""

    value: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Component:
    """One component of the file: `raw` keeps its JSON, where texts may hold `{{…}}` and values `=…`."""

    type: str
    id: str
    key: str = ""
    raw: Mapping[str, object] = field(default_factory=dict)
    components: tuple["Component", ...] = ()

    def text(self, name: str) -> str:
        """A property as text, "" when there is none."""
        value = self.raw.get(name)
        return value if isinstance(value, str) else ""

    def part(self, name: str) -> Mapping[str, object]:
        """A property that is an object, empty when there is none."""
        value = self.raw.get(name)
        return value if isinstance(value, dict) else {}


@dataclass(frozen=True, kw_only=True)
class FormSpec:
    """A form as its designer drew it; `findings` tell what was wrong in the file."""

    id: str
    components: tuple[Component, ...] = ()
    findings: tuple[Finding, ...] = ()

    def check(self) -> tuple[Finding, ...]:
        """Everything to tell the designer."""
        return self.findings

    def walk(self) -> Iterator[Component]:
        """Every component, containers before what they hold."""
        todo = list(self.components)
        while todo:
            component = todo.pop(0)
            yield component
            todo = [*component.components, *todo]


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing to show; `key` is the name posted, dotted in groups and lists.

    `type`: textfield textarea number date time datetime checkbox radio select checklist taglist (answers), text image
    separator spacer button table expression (shown only), group (its `fields`), dynamiclist (its `rows` of fields,
    `template` for one more). `validate`: minLength maxLength min max pattern patternErrorMessage validationType step.
    `hide`: the expression that hides it, for pages that can follow it at once; `hidden` as it is now.
    """

    type: str
    key: str = ""
    label: str = ""
    description: str = ""
    options: tuple[Option, ...] = ()
    required: bool = False
    readonly: bool = False
    validate: Mapping[str, object] = field(default_factory=dict)
    value: object = None
    columns: tuple[Option, ...] = ()
    text: str = ""
    prefix: str = ""
    suffix: str = ""
    width: int | None = None  # in sixteenths of the row
    hide: str = ""
    hidden: bool = False
    fields: tuple["Field", ...] = ()
    rows: tuple[tuple["Field", ...], ...] = ()
    template: tuple["Field", ...] = ()
    growing: bool = True
    raw: Mapping[str, object] = field(default_factory=dict)

    @property
    def answers(self) -> bool:
        """Whether a value is posted for it."""
        return self.type in ANSWERS


ANSWERS = frozenset(
    ["textfield", "textarea", "number", "date", "time", "datetime", "checkbox", "radio", "select", "checklist", "taglist"]
)
LISTED = frozenset(("checklist", "taglist"))
CHOSEN = frozenset(("radio", "select", "checklist", "taglist"))


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form filled for one task; `choices` are the buttons drawn as flows, one of which ends the task.

    `multiple`: several choices may be made at once. `spec` and `names` are what `clean` needs to look again.
    """

    id: str
    fields: tuple[Field, ...] = ()
    choices: tuple[Option, ...] = ()
    multiple: bool = False
    spec: FormSpec | None = None

    def walk(self) -> Iterator[Field]:
        """Every field, those of groups included, those of lists not."""
        todo = list(self.fields)
        while todo:
            one = todo.pop(0)
            yield one
            todo = [*one.fields, *todo]
