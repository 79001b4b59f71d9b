"""The engine's one tree of errors; each class's docstring is the message a person reads."""

from collections.abc import Mapping


class EngineError(Exception):
    """Le moteur de circuits n’a pas pu faire ce qui lui était demandé."""

    def __init__(self, **values: object) -> None:
        """Keep the values that fill the docstring, so that the web can translate the sentence first."""
        self.template = " ".join((type(self).__doc__ or "").split())
        self.values: Mapping[str, object] = values
        super().__init__(self.template.format(**values))


class ExpressionError(EngineError):
    """L’expression « {source} » n’est pas valable : {reason}."""


class ExpressionLimit(ExpressionError):
    """L’expression « {source} » demande trop de calculs ou de mémoire : {reason}."""


class DecisionError(EngineError):
    """La table de décision « {decision} » ne peut pas répondre : {reason}."""


class DrawingRefused(EngineError):
    """Le diagramme ne peut pas être lu : {reason}."""


class UnknownCircuit(EngineError):
    """Aucun circuit « {key} » n'est déployé ; déployez-le ou choisissez-en un autre."""


class UnknownTask(EngineError):
    """La tâche n° {task} n’existe pas."""


class UnknownInstance(EngineError):
    """Le circuit en cours n° {instance} n’existe pas."""


class InstanceEnded(EngineError):
    """Ce circuit est terminé depuis le {when} ; rien n’a été changé."""


class TaskClosed(EngineError):
    """Cette tâche a déjà été faite par {by} le {when} ; rien n’a été changé."""


class TaskHeld(EngineError):
    """Cette tâche est tenue par {holder} ; demandez-lui de la rendre ou transférez-la."""


class FormRefused(EngineError):
    """Le formulaire contient {count} champ(s) à corriger."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        """`errors`: a French sentence by field name."""
        self.errors = errors
        super().__init__(count=len(errors))


class ServiceFailed(EngineError):
    """Le service « {topic} » a échoué : {reason}."""


class UnknownIncident(EngineError):
    """L’incident n° {incident} n’existe pas ou a déjà été réglé."""


class Unsound(EngineError):
    """Ce geste laisserait le circuit bloqué ; rien n’a été changé."""


class NeverDone(Unsound):
    """« {step} » n’a pas été faite sur le chemin qui mène à « {name} » ; choisissez une étape qui l’a été."""


class OneOfSeveral(Unsound):
    """« {name} » est demandée à plusieurs ou plusieurs fois ; elle ne peut être ni renvoyée ni reprise seule."""


class OthersAtWork(Unsound):
    """Des branches parties de « {step} » sont en cours : {names}. Attendez leur fin, ou choisissez une étape plus proche."""


class AlreadyJoined(Unsound):
    """Depuis « {step} », des branches se sont réunies ; choisissez une étape d’avant leur séparation ou d’après leur réunion."""


class OnABorder(Unsound):
    """« {name} » attend au bord d’une autre étape ; c’est cette étape qu’il faut renvoyer."""


class TooLate(Unsound):
    """« {name} » ne peut plus être reprise : {after} a déjà été fait depuis."""


class NothingAfter(Unsound):
    """« {name} » ne peut plus être reprise : ce qui l’a suivie est fini, repris ou renvoyé, ou a rejoint d’autres branches."""


class NotYours(Unsound):
    """« {name} » n’est pas votre dernier acte ; seul celui qui l’a fait peut le reprendre, tant que personne n’a agi depuis."""


class TakenSince(Unsound):
    """« {name} » ne peut plus être reprise : {who} s’occupe déjà de « {after} »."""


class AlreadyAsked(EngineError):
    """La même demande attend déjà une réponse ; rien n’a été changé."""


class AwaitsVisa(EngineError):
    """Cette étape attend un visa demandé ; elle pourra être faite quand il sera donné, ou sa demande retirée."""


class OnlyAsked(EngineError):
    """Ceci est une demande d’avis ou de visa, pas une étape du circuit : répondez-y, ou retirez-la."""


class CannotAsk(EngineError):
    """Un avis ou un visa se demande à quelqu’un, pendant une étape du circuit, avec une question."""
