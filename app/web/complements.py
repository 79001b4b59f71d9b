"""What a letter is registered with beside its own mentions: keywords, the answer that it asks for, who it is for, its circuit."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from app.courrier import circuits, depot, habilitations, organisation, propositions, registre
from app.courrier.circuits import Orientation
from app.courrier.errors import SaisieRefusee
from app.courrier.propositions import Offre
from app.courrier.tables import Courrier, Depot, Nature
from app.db import db
from app.web.context import moi, now, parts
from app.web.saisies import nombre_de

bp = Blueprint("complements", __name__, url_prefix="/depots")


@bp.before_request
def reserve() -> None:
    """The bureau d'ordre's pages."""
    habilitations.exiger(moi(), "deposer")


@bp.get("/<int:depot_id>/circuit")
def circuit(depot_id: int) -> str:
    """The circuit and the bureau that the form as it stands leads to, asked again when its nature changes."""
    attend = depot.depot(db.session(), depot_id)
    suite = trajet(attend, request.args)
    return render_template("depots/_circuit.html", depot=attend, valeurs=request.args, trajet=suite, redemande=True)


def trajet(attend: Depot, valeurs: Mapping[str, Any]) -> dict[str, Any]:
    """The circuit proposed for what the form holds, why, those to choose from by who has the right, the nature's bureau."""
    session = db.session()
    nature = session.get(Nature, nombre_de(valeurs, "nature_id") or 0)
    sens = _proposee(attend, nature, str(valeurs.get("objet") or ""))
    return {
        "cle": sens.circuit if nature else "", "nom": circuits.titres(session).get(sens.circuit, sens.circuit),
        "pourquoi": sens.pourquoi,
        "bureau": next((un.nom for un in organisation.arbre(session).values() if nature and un.id == nature.bureau_id), ""),
        "offerts": circuits.pour_l_arrivee(session) if habilitations.peut(moi(), "orienter") else [],
    }  # fmt: skip


def _proposee(attend: Depot, nature: Nature | None, objet: str) -> Orientation:
    return propositions.orientation(db.session(), parts().engine, attend, nature, objet, now=now())


def retenue(attend: Depot, nature: Nature | None, valeurs: Mapping[str, str]) -> Orientation:
    """The circuit that the courrier will take."""
    proposee = _proposee(attend, nature, valeurs.get("objet", ""))
    return propositions.retenue(db.session(), moi(), proposee, valeurs.get("circuit", ""))


def noter(courrier: Courrier, attend: Depot, valeurs: Mapping[str, str]) -> None:
    """What the journal keeps of a circuit that was chosen."""
    if valeurs.get("circuit"):
        proposee = _proposee(attend, db.session().get(Nature, courrier.nature_id), valeurs.get("objet", ""))
        propositions.noter(db.session(), courrier, proposee, par=moi().identifiant, now=now())


def saisis(valeurs: Mapping[str, str], offres: Mapping[str, Offre]) -> dict[str, Any]:
    """The keywords, the answer asked for and the agent named, as `registre.Saisie` takes them."""
    voulue = _jour(valeurs.get("reponse_voulue", ""))
    lue = offres.get("reponse_voulue")
    mots = lue.premier.mots[0] if lue and voulue and lue.premier.valeur == voulue.isoformat() else ""
    qui = valeurs.get("personne", "")
    return {
        "mots": registre.separer(valeurs.get("mots", "")), "reponse_voulue": voulue, "reponse_mots": mots,
        "destinataires": (qui,) if qui else (),
    }


def _jour(mot: str) -> date | None:
    if not mot:
        return None
    try:
        return date.fromisoformat(mot)
    except ValueError:
        raise SaisieRefusee({"reponse_voulue": _("Cette date n’existe pas.")}) from None
