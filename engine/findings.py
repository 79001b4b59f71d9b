"""A fault or a completion in a diagram, a decision table or a form, as a value shown to its designer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["erreur", "avertissement", "information"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing to tell the designer; an `erreur` blocks the deployment.

    `element` is the XML id in the file as saved ("" for the whole file), `name` its label.
    `template` and `mend` are French sentences with `{}` fields filled from `values`, so that they can be translated.
    `path` is a shortest way, in words, that shows the fault.
    """

    level: Level
    element: str = ""
    name: str = ""
    rule: str
    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    mend: str = ""
    path: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """The French sentence, filled."""
        return self.template.format(**self.values)
