"""What the reader of drawings can say: one row a rule, its level, its sentence and the mend it proposes."""

from dataclasses import dataclass

from engine.findings import Level


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Level and French sentences of one rule; `{}` fields are filled from the finding's values."""

    level: Level
    template: str
    mend: str = ""


def _said(level: Level, template: str, mend: str = "") -> Rule:
    return Rule(level=level, template=template, mend=mend)


def _info(template: str, mend: str = "") -> Rule:
    return _said("information", template, mend)


def _warn(template: str, mend: str = "") -> Rule:
    return _said("avertissement", template, mend)


def _fault(template: str, mend: str = "") -> Rule:
    return _said("erreur", template, mend)


RULES: dict[str, Rule] = {
    # the file
    "processus-vide": _fault(
        "Le diagramme ne contient aucune étape à exécuter.", "Dessinez au moins une étape entre un début et une fin."
    ),
    "sans-etape": _warn(
        "Le circuit ne contient aucune étape : il se termine dès qu’il est lancé.",
        "Dessiner une étape entre le début et la fin, si quelqu’un doit agir.",
    ),
    "non-executable": _info(
        "Le processus n’est pas marqué comme exécutable ; il est exécuté quand même.",
        "Cocher «Executable» dans les propriétés du processus.",
    ),
    "autre-bassin": _info(
        "Seul «{run}» est exécuté ; les étapes de «{other}» restent un dessin, ses messages se confirment à la main.",
    ),
    "sans-identifiant": _info("Un élément n’a pas d’identifiant ; il en reçoit un.", "Écrire cet identifiant."),
    "identifiant-double": _warn(
        "L’identifiant «{id}» est porté par plusieurs éléments ; le second est renommé.",
        "Donner à chaque élément son propre identifiant.",
    ),
    "element-inconnu": _warn(
        "L’élément «{tag}» n’est pas un élément de circuit connu ; il est laissé de côté.", "Le remplacer par une étape."
    ),
    # flows
    "fleche-perdue": _warn(
        "Une flèche ne relie pas deux éléments ; elle est laissée de côté.", "Relier la flèche ou la supprimer."
    ),
    "fleche-recollee": _warn(
        "Une flèche s’arrête à côté d’un élément sans le toucher ; elle y est reliée.", "Relier la flèche à l’élément."
    ),
    "fleche-sur-fleche": _warn(
        "Une flèche part d’une autre flèche ou y aboutit ; elle est reliée à l’élément qui est au bout.",
        "Relier la flèche aux deux éléments.",
    ),
    "fleche-sans-arrivee": _warn(
        "Une flèche ne mène nulle part ; le circuit se termine par là.", "Relier la flèche à une étape ou à une fin."
    ),
    "fleche-hors-cadre": _warn(
        "Une flèche traverse le bord d’un sous-processus ; elle est rattachée au sous-processus lui-même.",
        "Relier la flèche au bord du sous-processus.",
    ),
    "fleche-vers-debut": _warn(
        "Une flèche revient sur un événement de début ; elle mène à l’étape qui le suit.",
        "Relier la flèche à la première étape.",
    ),
    "fleche-vers-bord": _warn("Une flèche arrive sur un événement de bord ; elle est laissée de côté.", "Supprimer la flèche."),
    "fin-suivie": _warn(
        "Un événement de fin a une suite ; il est lu comme un jalon et le circuit continue.",
        "Remplacer la fin par un événement intermédiaire.",
    ),
    "sans-debut": _info("Aucun événement de début ; le circuit commence à «{first}».", "Ajouter un événement de début."),
    "debut-en-parallele": _info(
        "Aucun événement de début et plusieurs étapes sans flèche entrante ; elles commencent ensemble : {steps}.",
        "Ajouter un début suivi d’une passerelle parallèle.",
    ),
    "plusieurs-debuts": _info(
        "Plusieurs événements de début : {starts}. Le circuit demande lequel s’applique.",
        "Garder un seul début suivi d’un choix.",
    ),
    "debuts-ensemble": _info(
        "Plusieurs événements de début se rejoignent à une jonction qui les attend tous ; ils partent ensemble : {starts}.",
        "Garder un seul début suivi d’une passerelle parallèle.",
    ),
    "debut-declenche": _info(
        "Le début attend un événement ({kind}) ; le circuit part quand on le lance.", "Utiliser un début simple."
    ),
    "jamais-atteint": _warn(
        "Aucune flèche ne mène à cet élément ; il n’est jamais atteint et reste hors du circuit.",
        "Relier cet élément au circuit ou le supprimer.",
    ),
    "sans-fin": _info("Rien ne suit cet élément ; le circuit se termine là.", "Ajouter un événement de fin."),
    "fourche-implicite": _info(
        "Plusieurs flèches partent de cet élément ; elles sont suivies en même temps.", "Ajouter une passerelle parallèle."
    ),
    "choix-implicite": _info(
        "Plusieurs flèches partent de cet élément, avec des mots ou un retour ; une seule est suivie, au choix de l’agent.",
        "Ajouter une passerelle exclusive.",
    ),
    "fleche-double": _warn(
        "Deux flèches relient les mêmes éléments ; une seule est suivie.", "Supprimer l’une des deux flèches."
    ),
    "lien-sans-cible": _warn(
        "Le lien «{link}» n’a pas de point d’arrivée ; le circuit se termine là.", "Dessiner le lien d’arrivée."
    ),
    "lien-sans-source": _warn("Aucun lien ne mène à «{link}».", "Dessiner le lien de départ."),
    # steps
    "tache-a-la-main": _info("Une tâche sans type devient une tâche d’agent.", "Changer le type en «User Task»."),
    "automate-a-la-main": _warn(
        "Cette étape automatique n’a pas de service ; un agent la fait et la confirme.",
        "Indiquer un service (type External, topic) ou changer le type en «User Task».",
    ),
    "acte-devine": _info("L’acte «{act}» est reconnu dans le nom de l’étape.", 'Écrire camunda:formRef="{act}".'),
    "formulaire-ailleurs": _warn(
        "Le formulaire «{form}» est d’un autre logiciel ; l’étape se confirme par «Fait» et un commentaire.",
        "Choisir un formulaire de la bibliothèque (camunda:formRef).",
    ),
    "script": _fault(
        "Les tâches de script ne sont pas admises.",
        "Remplacer le script par un service, une table de décision ou une étape d’agent.",
    ),
    "code-java": _fault(
        "Cette étape demande du code qui n’existe pas ici : {code}.",
        "Indiquer un service (type External, topic) ou changer le type en «User Task».",
    ),
    "appel-variable": _fault(
        "Le circuit appelé est une expression ({called}) ; il doit être nommé.", "Écrire le nom du circuit appelé."
    ),
    "appel-dans-le-fichier": _info("L’appel de «{called}», dessiné dans le même fichier, est suivi comme un sous-processus."),
    "appel-sans-circuit": _warn(
        "L’appel ne nomme aucun circuit ; un agent fait l’étape et la confirme.", "Choisir le circuit appelé."
    ),
    "sous-processus-vide": _warn("Ce sous-processus est vide ; un agent fait l’étape et la confirme.", "Dessiner son contenu."),
    "libre-en-menu": _info(
        "Les étapes de ce sous-processus libre (ad hoc) se font dans l’ordre voulu : l’agent choisit, jusqu’à «{done}».",
    ),
    "boucle-au-choix": _info(
        "La boucle n’a pas de condition ; l’agent choisit de recommencer ou de continuer.",
        "Écrire la condition de la boucle ou dessiner le retour.",
    ),
    "multiple-au-choix": _warn(
        "L’étape est répétée mais rien ne dit pour qui ; l’agent la refait autant de fois qu’il faut.",
        "Indiquer la liste (camunda:collection).",
    ),
    "transaction-simple": _info("La transaction est exécutée comme un sous-processus."),
    "compensation-a-la-main": _warn(
        "La compensation est faite à la main : une étape demande d’annuler ce qui doit l’être ({steps}).",
        "Dessiner l’annulation comme un chemin du circuit.",
    ),
    # events
    "a-confirmer": _info(
        "L’attente «{label}» est confirmée à la main par «Reçu».", "Nommer le message pour qu’il puisse être reçu sans agent."
    ),
    "condition-ou-main": _info(
        "L’attente se termine quand sa condition devient vraie ({condition}), ou quand un agent la confirme par «Reçu».",
    ),
    "a-envoyer": _info(
        "L’envoi «{label}» est fait par un agent, qui le confirme.", "Utiliser un service d’envoi (type External, topic)."
    ),
    "jalon": _info("L’événement «{label}» n’a pas de récepteur dans ce circuit ; il est lu comme un jalon."),
    "bord-au-choix": _info(
        "L’événement «{label}» posé sur l’étape devient un bouton de cette étape.",
    ),
    "bord-a-la-main": _info("L’événement «{label}» peut être signalé à la main tant que l’étape est ouverte."),
    "bord-sans-hote": _warn(
        "Cet événement de bord n’est posé sur aucune étape ; il est lu comme une attente.", "Le poser sur une étape."
    ),
    "bord-rattache": _warn(
        "L’événement est posé sur une étape de «{around}» et mène au dehors ; il est posé sur «{around}» lui-même.",
        "Poser l’événement sur le bord du sous-processus.",
    ),
    "bord-recolle": _warn(
        "L’événement est posé sur le bord de «{around}» sans y être attaché ; il y est attaché.",
        "Attacher l’événement à l’étape.",
    ),
    "bord-ignore": _warn("L’événement «{label}» ne peut pas se produire ici ; son chemin n’est jamais pris.", "Le supprimer."),
    "delai-lu": _info("Le délai «{label}» est lu comme {text}.", "Écrire {text} dans la minuterie."),
    "delai-de-l-etape": _info(
        "La minuterie ne mène nulle part ; elle est lue comme le délai de l’étape «{step}» ({text}).",
        "Écrire camunda:dueDate, ou dessiner ce qui se passe à l’échéance.",
    ),
    "delai-par-defaut": _warn(
        "La minuterie n’a pas de durée lisible ; le délai par défaut s’applique ({text}).", "Indiquer la durée, par exemple P5D."
    ),
    "cron": _fault(
        "La répétition «{text}» est écrite pour cron, que le moteur ne lit pas.",
        "Écrire une répétition ISO 8601, par exemple R/P1D (chaque jour) ou R3/PT1H.",
    ),
    "evenements-au-choix": _info(
        "Les événements attendus deviennent les boutons d’une seule étape : le premier arrivé l’emporte.",
    ),
    "evenement-double": _warn(
        "Plusieurs déclencheurs sont dessinés sur le même événement ; le premier est retenu.", "En garder un seul."
    ),
    # gateways
    "choix-sur-etape": _info(
        "La passerelle n’a pas de conditions ; l’agent choisit en terminant «{step}» : {options}.",
        "Écrire les conditions, ou garder ce choix.",
    ),
    "choix-ajoute": _info(
        "La passerelle n’a pas de conditions ; une étape «{step}» demande le choix : {options}.",
        "Ajouter cette étape avant la passerelle.",
    ),
    "defaut-deduit": _info(
        "Une seule sortie n’a pas de condition ; elle est suivie quand aucune autre ne convient.",
        "En faire la sortie par défaut.",
    ),
    "sans-defaut": _warn(
        "Aucune sortie n’est suivie si toutes les conditions sont fausses ; l’agent choisit alors : {options}.",
        "Désigner une sortie par défaut.",
    ),
    "conditions-melees": _warn(
        "Certaines sorties ont une condition et d’autres non ; si aucune n’est vraie, l’agent choisit entre les autres.",
        "Écrire une condition sur chaque sortie.",
    ),
    "condition-en-mots": _info(
        "La condition «{text}» est en langage courant ; elle devient un choix de l’agent.", "Écrire la condition en FEEL."
    ),
    "condition-inutile": _warn(
        "La condition d’une sortie de passerelle parallèle n’est pas lue : toutes les sorties sont suivies.",
        "Utiliser une passerelle inclusive.",
    ),
    "passerelle-complexe": _warn(
        "La passerelle complexe est lue comme une passerelle inclusive.", "Utiliser une passerelle inclusive."
    ),
    "jonction-assouplie": _warn(
        "Toutes les branches que cette jonction attend n’arrivent pas toujours ; elle n’attend que celles qui peuvent venir.",
        "Remplacer la jonction parallèle par une jonction inclusive.",
    ),
    "jonction-ouverte": _warn(
        "Cette jonction attend ce qui l’attend elle-même ; chaque branche qui y arrive continue.",
        "Remplacer la jonction par une jonction exclusive.",
    ),
    "boucle-ouverte": _warn(
        "La boucle qui passe par cette étape n’a pas de sortie ; l’agent peut y mettre fin par «{label}».",
        "Dessiner la sortie de la boucle vers une fin.",
    ),
    "appel-inconnu": _warn(
        "Le circuit appelé «{called}» n’existe pas ici ; un agent fait l’étape et la confirme.",
        "Déployer ce circuit, ou changer le type en «User Task».",
    ),
    "passerelle-seule": _info("La passerelle n’a qu’une sortie et une entrée ; elle est traversée."),
}
