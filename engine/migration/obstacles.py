"""Why an instance cannot go on in another version: one sentence a reason, which its designer can do something about."""

from dataclasses import dataclass
from functools import partial


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """One reason; `step` is the element concerned, id as saved, `template` a French sentence with `{name}` for its name.

    `replaceable`: a step of the new version may be named in its place.
    """

    step: str
    template: str
    name: str
    replaceable: bool = False

    @property
    def message(self) -> str:
        """The French sentence, filled."""
        return self.template.format(name=self.name)


gone = partial(
    Obstacle, template="L’étape « {name} » n’existe plus dans cette version ; dites laquelle la remplace.", replaceable=True
)
elsewhere = partial(Obstacle, template="L’étape « {name} » a été déplacée dans un sous-processus, ou hors du sien.")
changed = partial(
    Obstacle, template="« {name} » a changé de nature : ce qui y attend ne peut pas y rester.", replaceable=True
)
repeated = partial(
    Obstacle, template="« {name} » n’est plus répétée de la même façon ; attendez que chacun y ait répondu."
)
event = partial(Obstacle, template="« {name} » n’attend plus la même chose (un délai, un message…).")
choice = partial(Obstacle, template="« {name} » n’est plus attendu en concurrence avec les mêmes événements.")
calls = partial(
    Obstacle, template="« {name} » n’appelle plus le même circuit ; attendez que le circuit appelé soit terminé."
)
junction = partial(
    Obstacle, template="Une branche déjà faite n’arrive plus à la jonction « {name} » par un chemin que l’on reconnaisse."
)
stuck = partial(
    Obstacle, template="Plus loin, la jonction {name} attendrait pour toujours une branche qui n’a jamais été commencée."
)
unreadable = partial(
    Obstacle, template="L’état de ce circuit en cours ne peut pas être relu ({name}) ; prévenez votre administrateur."
)
