"""What pages say in the reader's language: échéances, moments, the journal's lines."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import format_date, format_datetime, get_locale, gettext
from flask_babel import lazy_gettext as _l

from app.courrier import delais
from app.courrier.delais import Ecart
from engine import Phrase

ACTES = {
    "designer-correspondant": _l("a dit à qui répondre"),
    "deposer": _l("a déposé le document"),
    "enregistrer": _l("a enregistré le courrier"),
    "qualifier": _l("a qualifié"),
    "annoter": _l("a annoté"),
    "annoter-page": _l("a marqué une page"),
    "retirer-annotation": _l("a retiré une annotation"),
    "rediger": _l("a transmis la réponse pour validation"),
    "version-reponse": _l("a écrit une version de la lettre"),
    "creer-correspondant": _l("a créé la fiche du correspondant"),
    "modifier-correspondant": _l("a modifié la fiche du correspondant"),
    "fusionner-correspondants": _l("a fusionné deux fiches de correspondant"),
    "defaire-fusion": _l("a défait la fusion de deux fiches"),
    "distinguer-correspondants": _l("a noté que deux fiches ne sont pas de la même personne"),
    "importer-correspondants": _l("a importé des fiches de correspondants"),
    "defaire-import": _l("a défait un import de fiches"),
    "relever-personne": _l("a relevé les données d’une personne"),
    "anonymiser-correspondant": _l("a rendu une fiche anonyme"),
    "placer-correspondant": _l("a changé les groupes du correspondant"),
    "creer-groupe": _l("a créé un groupe de correspondants"),
    "renommer-groupe": _l("a renommé un groupe de correspondants"),
    "supprimer-groupe": _l("a supprimé un groupe de correspondants"),
    "changer-mot-de-passe": _l("a changé de mot de passe"),
    "retirer-role": _l("a retiré un rôle"),
    "partir": _l("a noté le départ de l’agent"),
    "valider": _l("a relu le projet"),
    "viser": _l("a relu la note"),
    "signer": _l("a rendu le parapheur"),
    "sceller": _l("a signé la lettre"),
    "expedier": _l("a préparé l’envoi"),
    "prendre": _l("a pris l’étape"),
    "rendre": _l("a rendu l’étape"),
    "transferer": _l("a confié l’étape"),
    "clore": _l("a clos le courrier"),
    "reorienter": _l("a confié le courrier à un autre bureau"),
    "envoi-demande": _l("a demandé l’envoi"),
    "envoi-parti": _l("a noté le départ du pli"),
    "numeroter-depart": _l("a donné son numéro à la lettre"),
    "attribution": _l("a prévenu"),
    "commenter": _l("a laissé une remarque"),
    "reprendre-incident": _l("a relancé l’étape en incident"),
    "passer-incident": _l("a passé l’étape en incident"),
    "deployer": _l("a déployé le circuit"),
    "dessiner": _l("a commencé un circuit"),
    "changer-version": _l("a fait passer le courrier à une autre version de son circuit"),
    "revenir-version": _l("a fait revenir le courrier à la version d’avant de son circuit"),
    "suspendre": _l("a suspendu le délai"),
    "reprendre": _l("a repris le délai"),
    "ecarter": _l("a écarté le dépôt"),
    "recevoir-double": _l("a écarté une autre réception de ce courrier, comme doublon"),
    "joindre-double": _l("a joint les pièces d’une autre réception de ce courrier"),
    "detacher-double": _l("a détaché les pièces d’une autre réception"),
    "distinguer": _l("a dit que ce dépôt n’est pas un doublon"),
    "lier": _l("a lié ce courrier à un autre"),
    "delier": _l("a délié ce courrier d’un autre"),
    "relire": _l("a fait relire le dépôt"),
    "devancer": _l("a fait lire le dépôt sans attendre"),
    "pages-couper": _l("a coupé le dépôt en deux"),
    "pages-joindre": _l("a joint les pages à un autre dépôt"),
    "pages-tourner": _l("a tourné des pages"),
    "pages-ordonner": _l("a changé l’ordre des pages"),
    "pages-oter": _l("a ôté des pages de la lettre"),
    "pages-defaire": _l("a annulé le dernier geste sur les pages"),
    "creer-boite": _l("a ajouté une boîte"),
    "modifier-boite": _l("a modifié une boîte"),
    "suspendre-boite": _l("a mis une boîte en pause"),
    "reactiver-boite": _l("a fait reprendre la relève d’une boîte"),
    "prendre_connaissance": _l("a pris connaissance"),
    "prendre_en_charge": _l("a pris en charge"),
    "corriger": _l("a corrigé"),
    "faire": _l("a fait l’étape"),
    "demonstration": _l("a préparé la démonstration"),
    "decider": _l("a décidé"),
    "recevoir": _l("a confirmé la réception"),
    "avis": _l("a donné son avis"),
    "demander-avis": _l("a demandé un avis"),
    "demander-visa": _l("a demandé un visa"),
    "retirer-demande": _l("a retiré sa demande"),
    "renvoyer-etape": _l("a renvoyé l’étape"),
    "passer-etape": _l("a passé l’étape"),
    "reprendre-acte": _l("a repris son acte"),
    "apprendre": _l("a appris des choix confirmés"),
    "changer-modele": _l("a mis en service une version du modèle"),
    "recomposer": _l("a redemandé la mise en page de la lettre"),
    "annuler": _l("a annulé ce courrier, enregistré par erreur"),
    "choisir-circuit": _l("a choisi un autre circuit que celui qui était proposé"),
    "corriger-registre": _l("a corrigé l’inscription au registre"),
    "rouvrir-depot": _l("a remis le document aux dépôts"),
    "annuler-depart": _l("a annulé le départ de la lettre"),
    "arreter": _l("a arrêté le registre d’un jour"),
    "ouvrir-organisme": _l("a ouvert les registres d’un organisme"),
    "renommer-organisme": _l("a changé le nom d’un organisme"),
    "rattacher-bureaux": _l("a dit quels bureaux travaillent pour un organisme"),
    "fermer-organisme": _l("a fermé un organisme"),
    "rouvrir-organisme": _l("a rouvert un organisme"),
    "supprimer-organisme": _l("a supprimé un organisme qui n’avait aucun numéro"),
    "joindre-exemplaire": _l("a joint un exemplaire numérisé qui porte son étiquette"),
    "fermer-jour": _l("a ajouté un jour de fermeture"),
    "rouvrir-jour": _l("a retiré un jour de fermeture"),
    "creer-acces": _l("a donné un accès à l’API"),
    "revoquer-acces": _l("a révoqué un accès à l’API"),
    "corriger-donnee": _l("a corrigé une donnée du circuit"),
}
"""What somebody did, after their name."""

FAITS = {
    "relance": _l("Relance"),
    "escalade": _l("Alerte de retard"),
    "information": _l("Bureaux prévenus"),
    "avis_rendu": _l("Demandeur prévenu de la réponse"),
    "attribution": _l("Agents prévenus"),
    "clore": _l("Courrier clos"),
    "envoi-demande": _l("Envoi demandé"),
    "envoi-parti": _l("Envoi parti"),
    "envoi-echoue": _l("L’envoi a échoué"),
    "envoi-refuse": _l("L’envoi n’a pas pu être demandé"),
    "accuse-refuse": _l("Accusé de réception non envoyé"),
    "numeroter-depart": _l("Numéro de départ donné"),
    "annuler-depart": _l("Départ de la lettre annulé"),
    "composer": _l("Lettre mise en page"),
    "avertissement-echoue": _l("Un avertissement n’est pas parti par courriel"),
    "composition-echouee": _l("La mise en page a échoué"),
    "incident": _l("Incident du circuit"),
    "relever": _l("Boîte relevée"),
    "releve-echouee": _l("La relève d’une boîte a échoué"),
    "signaler-illisible": _l("Document illisible"),
    "decouper": _l("Lot découpé à ses feuilles de séparation"),
    "suspendre": _l("Délai suspendu"),
    "reprendre": _l("Délai repris"),
    "deployer": _l("Circuit déployé"),
    "creer-bureau": _l("Bureau créé"),
    "creer-agent": _l("Agent créé"),
    "mot-de-passe": _l("Mot de passe changé"),
    "bloquer": _l("Compte fermé un moment, après trop d’essais"),
    "placer": _l("Agent placé dans un bureau"),
    "donner-role": _l("Rôle donné"),
    "deposer": _l("Envoi de l’usager reçu"),
    "accuse-enregistrement": _l("Accusé d’enregistrement envoyé"),
}
"""What the clock or the system did."""


GESTES = {
    "debut": _l("le délai commence, à l’arrivée du courrier"),
    "suspension": _l("le délai s’arrête"),
    "reprise": _l("le délai repart"),
    "fin": _l("le délai prend fin, le courrier est clos"),
}
"""What happens to the statutory clock."""


@dataclass(frozen=True, kw_only=True)
class Echeance:
    """An échéance as the macro `echeance` shows it: level, sentence, exact date."""

    niveau: str
    mots: str
    exact: str


DITES = frozenset({"quoi", "action", "motif", "cause", "mention"})
"""The values of sentences that are words of ours, to be translated too; the others were typed by people."""


def traduite(texte: str) -> str:
    """A French sentence in the reader's language; one that carries values keeps them."""
    return remplie(texte.template, texte.values) if isinstance(texte, Phrase) else str(gettext(texte)) if texte else ""


def regle(dite: str) -> str:
    """The words of the rules of a decision table: those that are shipped are translated, a house's own stay as written."""
    return (" ; " if str(get_locale()) == "fr" else "; ").join(traduite(une) for une in dite.split(" ; "))


def remplie(gabarit: str, valeurs: Mapping[str, object]) -> str:
    """A sentence translated, then filled with its values, sentences among them translated too."""
    return str(gettext(gabarit)).format(**{
        cle: traduite(valeur) if isinstance(valeur, str) and (cle in DITES or isinstance(valeur, Phrase)) else valeur
        for cle, valeur in valeurs.items()
    })


def premier(date_dite: str) -> str:
    """A date in words as French says it: «mar. 1er déc.»; other languages as they are."""
    return re.sub(r"(^|\s)1(?=\s)", r"\g<1>1er", date_dite) if str(get_locale()) == "fr" else date_dite


def dire(ecart: Ecart) -> Echeance:
    """An `Ecart` in the reader's language."""
    valeurs = {
        cle: premier(format_date(valeur, "EEE d MMM")) if isinstance(valeur, date) else valeur
        for cle, valeur in ecart.values.items()
    }
    return Echeance(
        niveau=ecart.niveau,
        mots=str(gettext(ecart.template)).format(**valeurs),
        exact=premier(format_date(ecart.echeance, "EEEE d MMMM yyyy")) if ecart.echeance else "",
    )


def echeance(quand: datetime | date | None, now: datetime, fermes: delais.Fermes = ()) -> Echeance | None:
    """How far a moment or a day is, in jours ouvrés, in the reader's words."""
    if quand is None:
        return None
    jour = delais.jour(quand) if isinstance(quand, datetime) else quand
    ecart = dire(delais.ecart(jour, delais.jour(now), fermes))
    if isinstance(quand, datetime) and quand < now and ecart.niveau != "retard":
        depuis = gettext("en retard depuis %(heure)s", heure=format_datetime(quand, "HH:mm"))
        return Echeance(niveau="retard", mots=depuis, exact=ecart.exact)
    return ecart


def moment(quand: datetime) -> str:
    """A moment in a list: «17 nov. 09:12»."""
    return premier(format_datetime(quand, "d MMM HH:mm"))


def acte(cle: str) -> str:
    """What an act of the journal says after its actor's name."""
    return str(ACTES.get(cle) or FAITS.get(cle) or cle)


def geste(cle: str) -> str:
    """What a line of the statutory clock says."""
    return str(GESTES[cle])


def fait(cle: str) -> str:
    """What an act of the journal says when no person did it."""
    return str(FAITS.get(cle) or ACTES.get(cle) or cle)


REMARQUES = {
    "basse": _l("résolution trop faible pour être bien lue ; numérisez-la à 200 dpi ou plus"),
    "sombre": _l("trop sombre pour être bien lue ; éclaircissez-la au scanner et numérisez-la de nouveau"),
    "floue": _l("trop floue pour être bien lue ; numérisez-la de nouveau, à 200 dpi ou plus"),
    "lente": _l("trop chargée pour être lue à temps ; son image est gardée"),
    "separation": _l("ressemble à une feuille de séparation illisible ; coupez le lot ici si une autre lettre commence"),
    "feuille": _l("feuille de séparation"),
    "vide": _l("blanche"),
    "image": _l("sans texte reconnu"),
}
"""What is said of a page's scan, by its fault or its source."""


def remarque(cle: str) -> str:
    """What is said under a page; nothing when nothing is to be said."""
    return str(REMARQUES.get(cle, ""))


def avis_de_numerisation(remarques: Mapping[int, str]) -> list[str]:
    """What to tell who scanned, page by page; blank pages are no fault."""
    fautes = {page: cle for page, cle in remarques.items() if cle not in ("vide", "image")}
    return [gettext("Page %(page)d : %(remarque)s.", page=page, remarque=REMARQUES[cle]) for page, cle in fautes.items()]


def nom_du_registre(sens: str) -> str:
    """What the register of this direction is called."""
    noms = {"arrivee": gettext("Registre des arrivées"), "depart": gettext("Registre des départs")}
    return str(noms.get(sens) or gettext("Registre interne"))
