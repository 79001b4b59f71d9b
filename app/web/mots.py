"""What pages say in the reader's language: échéances, moments, the journal's lines."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import format_date, format_datetime, gettext
from flask_babel import lazy_gettext as _l

from app.courrier import delais
from app.courrier.delais import Ecart

ACTES = {
    "deposer": _l("a déposé le document"),
    "enregistrer": _l("a enregistré le courrier"),
    "qualifier": _l("a qualifié"),
    "annoter": _l("a annoté"),
    "annoter-page": _l("a marqué une page"),
    "retirer-annotation": _l("a retiré une annotation"),
    "rediger": _l("a rédigé la réponse"),
    "valider": _l("a donné sa décision sur le projet"),
    "viser": _l("a donné sa décision sur la note"),
    "signer": _l("a rendu le parapheur"),
    "sceller": _l("a signé la lettre"),
    "expedier": _l("a préparé l’envoi"),
    "prendre": _l("a pris la tâche"),
    "rendre": _l("a rendu la tâche"),
    "transferer": _l("a transféré la tâche"),
    "relance": _l("relance envoyée"),
    "escalade": _l("alerte envoyée"),
    "information": _l("bureaux prévenus"),
    "attribution": _l("agents prévenus"),
    "demarrer": _l("circuit démarré"),
    "clore": _l("courrier clos"),
    "reorienter": _l("courrier confié à un autre bureau"),
    "envoi-demande": _l("envoi demandé"),
    "envoi-parti": _l("envoi parti"),
    "envoi-echoue": _l("l’envoi a échoué"),
    "accuse-refuse": _l("accusé de réception non envoyé"),
    "numeroter-depart": _l("numéro de départ donné"),
    "composer": _l("lettre mise en page"),
    "commenter": _l("a laissé une remarque"),
    "incident": _l("incident du circuit"),
    "reprendre-incident": _l("a relancé l’étape en incident"),
    "passer-incident": _l("a passé l’étape en incident"),
    "deployer": _l("a déployé le circuit"),
    "dessiner": _l("a commencé un circuit"),
    "suspendre": _l("délai suspendu"),
    "reprendre": _l("délai repris"),
    "ecarter": _l("a écarté le dépôt"),
    "relire": _l("a fait relire le dépôt"),
    "signaler-illisible": _l("document illisible"),
    "prendre_connaissance": _l("a pris connaissance"),
    "prendre_en_charge": _l("a pris en charge"),
    "corriger": _l("a corrigé"),
    "faire": _l("a fait l’étape"),
    "decider": _l("a décidé"),
    "recevoir": _l("a confirmé la réception"),
}
"""What each act of the journal says, after its actor's name."""


@dataclass(frozen=True, kw_only=True)
class Echeance:
    """An échéance as the macro `echeance` shows it: level, sentence, exact date."""

    niveau: str
    mots: str
    exact: str


def dire(ecart: Ecart) -> Echeance:
    """An `Ecart` in the reader's language."""
    valeurs = {
        cle: format_date(valeur, "EEE d MMM") if isinstance(valeur, date) else valeur for cle, valeur in ecart.values.items()
    }
    return Echeance(
        niveau=ecart.niveau,
        mots=str(gettext(ecart.template)).format(**valeurs),
        exact=format_date(ecart.echeance, "full") if ecart.echeance else "",
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
    return str(format_datetime(quand, "d MMM HH:mm"))


def acte(cle: str) -> str:
    """What an act of the journal says after its actor's name."""
    return str(ACTES.get(cle, cle))
