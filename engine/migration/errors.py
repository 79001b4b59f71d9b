"""What keeps a running instance on its version."""

from collections.abc import Sequence

from engine.errors import EngineError
from engine.migration.obstacles import Obstacle


class AlreadyThere(EngineError):
    """Ce circuit en cours suit déjà la version {version}, ou ne suit pas ce circuit ; rien n’a été changé."""


class NotUndoable(EngineError):
    """Ce circuit en cours a avancé depuis son passage à une autre version ; il y reste."""


class CannotMove(EngineError):
    """Ce circuit en cours ne peut pas passer à la version {version}. {reasons}"""

    def __init__(self, *, version: int, reasons: Sequence[Obstacle]) -> None:
        """`reasons`: all of them."""
        self.reasons = tuple(reasons)
        super().__init__(version=version, reasons=" ".join(dict.fromkeys(reason.message for reason in reasons)))
