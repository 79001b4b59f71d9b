"""What the checker can say: one row a rule, its level, its sentence and the mend it proposes."""

from typing import Protocol

from engine.findings import Finding, Level


class Named(Protocol):
    """What a finding is about."""

    @property
    def saved(self) -> str:
        """Its id in the designer's file."""

    @property
    def name(self) -> str:
        """Its label."""


_ROWS: dict[str, tuple[Level, str, str]] = {
    "groupe-inconnu": (
        "avertissement",
        "Le bureau ou rôle «{group}» n’existe pas ici ; personne ne recevrait ces étapes.",
        "Choisir un bureau de l’organisation ou le créer.",
    ),
    "formulaire-inconnu": ("erreur", "Le formulaire «{form}» n’existe pas.", "Choisir un formulaire de la bibliothèque."),
    "decision-inconnue": ("erreur", "La table de décision «{decision}» n’existe pas.", "Déployer la table ou corriger son nom."),
    "circuit-inconnu": ("erreur", "Le circuit appelé «{circuit}» n’existe pas.", "Déployer ce circuit ou corriger son nom."),
    "service-inconnu": (
        "erreur",
        "Le service «{topic}» n’existe pas ici.",
        "Choisir l’un des services de la mairie (topic) ou changer le type en «User Task».",
    ),
    "expression-fausse": ("erreur", "{reason}", "Corriger l’expression."),
    "fonction-inconnue": ("erreur", "La fonction «{function}» n’existe pas.", "Choisir une fonction de la liste."),
    "methode-java": (
        "erreur",
        "L’expression appelle «{method}», du code d’un moteur Java qui n’existe pas ici.",
        "Choisir une fonction de la liste, ou une donnée du courrier.",
    ),
    "nom-inconnu": (
        "avertissement",
        "Le nom «{unknown}» n’est donné par aucun formulaire ni aucune étape ; il sera vide.",
        "Corriger le nom, ou ajouter le champ à un formulaire.",
    ),
    "etape-sans-acteur": (
        "avertissement",
        "Rien ne dit qui fait cette étape.",
        "La placer dans le couloir d’un bureau ou indiquer camunda:candidateGroups.",
    ),
    "echeance-illisible": (
        "erreur",
        "L’échéance «{text}» n’est ni une durée, ni une date.",
        "Écrire par exemple P5D, 2026-12-04 ou ${jours_ouvres(5)}.",
    ),
    "delai-trop-long": (
        "avertissement",
        "Le délai de {days} jours dépasse le délai légal de {legal} jours.",
        "Raccourcir le délai.",
    ),
    "exploration-bornee": (
        "information",
        "Le circuit a trop de situations pour être vérifié en entier ({positions} examinées).",
        "Découper le circuit en sous-processus.",
    ),
    "attente-sans-fin": (
        "erreur",
        "{way}, la jonction {join} attend pour toujours : rien ne vient de {missing}.",
        "Remplacer la jonction parallèle par une jonction exclusive ou inclusive.",
    ),
    "attente-toujours": (
        "erreur",
        "La jonction {join} attend pour toujours : rien ne vient de {missing}.",
        "Remplacer la jonction parallèle par une jonction exclusive ou inclusive.",
    ),
    "sans-issue": (
        "erreur",
        "Une fois arrivé à l’étape {step}, le circuit ne peut plus se terminer.",
        "Ajouter une sortie de la boucle vers une fin.",
    ),
    "etape-jamais-atteinte": (
        "avertissement",
        "Cette étape ne peut jamais être atteinte.",
        "Revoir les passerelles qui y mènent.",
    ),
    "etape-en-double": (
        "avertissement",
        "L’étape {step} peut se faire deux fois en même temps : des branches parallèles s’y rejoignent sans jonction.",
        "Ajouter une jonction parallèle avant cette étape.",
    ),
    "boucle-sans-fin": (
        "erreur",
        "La boucle qui passe par {step} tourne sans fin : personne n’y est attendu.",
        "Ajouter une étape d’agent ou une minuterie dans la boucle.",
    ),
    "boucle-automatique": (
        "avertissement",
        "La boucle qui passe par {step} est tout automatique ; si sa condition ne change pas, elle tourne sans fin.",
        "Ajouter une minuterie dans la boucle.",
    ),
}


def finding(rule: str, about: Named | None, *, path: tuple[str, ...] = (), **values: object) -> Finding:
    """The finding of `rule` on `about`, None for the whole circuit."""
    level, template, mend = _ROWS[rule]
    return Finding(
        level=level,
        element=about.saved if about else "",
        name=about.name if about else "",
        rule=rule,
        template=template,
        values=values,
        mend=mend,
        path=path,
    )
