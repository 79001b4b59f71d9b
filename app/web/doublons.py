"""A depot beside what it may be the double of, before it is given a number; and the courriers of the same affair to link."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.courrier import depot, doublons, habilitations, liens, registre
from app.courrier.doublons import Jumeau
from app.courrier.errors import GesteRefuse
from app.courrier.tables import Correspondant, Courrier, Depot, Nature
from app.db import db, transaction
from app.web import document, mots
from app.web.context import moi, now
from app.web.filters import CANAUX, jour
from app.web.saisies import contact_de
from app.web.urls import numero

bp = Blueprint("doublons", __name__, url_prefix="/depots")

RAISONS = {
    "octets": _l("le même fichier"), "message": _l("le même courriel"),
    "image": _l("la même lettre, reconnue à ses pages"), "texte": _l("la même lettre, reconnue à son texte"),
}  # fmt: skip
"""Why two depots may be one letter."""

MONTRES = 5
"""Possible doubles told at once, the surest."""

ATTENDUS = frozenset({"recu_le", "canal", "fichier"})
"""What two receptions of one letter have of their own: no reason to doubt."""

LIENS = {
    "cité dans la lettre": _l("cité dans la lettre"), "même échange de courriels": _l("même échange de courriels"),
    "cite aussi %(quoi)s": _l("cite aussi %(quoi)s"), "même référence, %(quoi)s": _l("même référence, %(quoi)s"),
    "même expéditeur, texte semblable": _l("même expéditeur, texte semblable"),
    "même expéditeur, objet semblable": _l("même expéditeur, objet semblable"), "même lettre type": _l("même lettre type"),
}  # fmt: skip
"""Why two courriers may be of one affair, as `liens` says it."""


@bp.before_request
def reserve() -> None:
    """The bureau d'ordre's pages."""
    habilitations.exiger(moi(), "deposer")


def autour(attend: Depot) -> dict[str, Any]:
    """What the registration page tells and asks of the depots and courriers round this one."""
    session = db.session()
    proches = doublons.rapprocher(session, moi(), attend)
    proposes = liens.proposer(session, moi(), attend, proches, now=now())
    if request.method == "POST":
        coches = set(request.form.getlist("lies", type=numero))
    else:
        coches = {propose.courrier.id for propose in proposes if propose.coche}
    return {
        "proches": proches, "jumeaux": [_dit(jumeau) for jumeau in proches.jumeaux[:MONTRES]],
        "affaire": [(p.courrier, str(LIENS[p.raison]) % {"quoi": p.quoi}, p.courrier.id in coches) for p in proposes],
    }  # fmt: skip


def _dit(jumeau: Jumeau) -> dict[str, Any]:
    part = "" if jumeau.mesure == 1 else _("à %(n)d %%", n=int(jumeau.mesure * 100))
    return {"jumeau": jumeau, "raison": " ".join(filter(None, (str(RAISONS[jumeau.raison]), part)))}


@bp.get("/<int:depot_id>/comparer/<int:autre_id>")
def comparer(depot_id: int, autre_id: int) -> str | Response:
    session = db.session()
    attend = depot.depot(session, depot_id)
    autre, courrier = doublons.autre(session, moi(), autre_id)
    if depot_id == autre_id:
        abort(404)
    if attend.etat not in ("a_enregistrer", "a_verifier"):
        flash(_("Le tri de ce dépôt est terminé."), "attention")
        return redirect(url_for("depots.liste"))
    depot.disponible(session, attend, par=moi().identifiant, now=now())
    proches = doublons.rapprocher(session, moi(), attend).jumeaux
    vu = next((jumeau for jumeau in proches if jumeau.depot.id == autre_id), None)
    return render_template(
        "depots/comparer.html", depot=attend, autre=autre, courrier=courrier, dit=_dit(vu) if vu else None,
        ici=_document(attend), la=_document(autre), lignes=_lignes(attend, autre, courrier),
    )  # fmt: skip


@bp.post("/<int:depot_id>/comparer/<int:autre_id>")
def decider(depot_id: int, autre_id: int) -> Response:
    verdict = request.form.get("verdict", "")
    try:
        with transaction() as session:
            if verdict == "ecarter":
                doublons.ecarter(session, moi(), depot_id, autre_id, now=now())
                dit = _("Le dépôt est écarté comme doublon ; il est gardé, et peut être repris.")
            elif verdict == "joindre":
                rejoint = doublons.joindre(session, moi(), depot_id, autre_id, now=now())
                dit = _("Les pièces sont jointes à %(chrono)s.", chrono=rejoint.chrono)
            elif verdict == "distinguer":
                doublons.distinguer(session, moi(), depot_id, autre_id, now=now())
                dit = _("Ces deux lettres ne seront plus rapprochées.")
            else:
                abort(400)
    except GesteRefuse as refus:
        flash(mots.remplie(refus.template, refus.values), "attention")
        return redirect(url_for("doublons.comparer", depot_id=depot_id, autre_id=autre_id))
    flash(dit, "ok")
    return redirect(url_for("depots.saisir", depot_id=depot_id) if verdict == "distinguer" else url_for("depots.liste"))


def _document(un: Depot) -> dict[str, Any] | None:
    """The pages to look at: those of the depot itself, an e-mail set as pages."""
    pieces = [piece for piece in depot.pieces(db.session(), un.id) if piece.pages]
    montree = next((p for genre in ("vue", "original", "annexe") for p in pieces if p.genre == genre), None)
    return document.document(montree) if montree else None


def _lignes(attend: Depot, autre: Depot, courrier: Courrier | None) -> list[dict[str, Any]]:
    """The fields of both, one beside the other, and whether they say the same."""
    ici, la = _champs(attend, None), _champs(autre, courrier)
    noms: Mapping[str, str] = {
        "recu_le": _("Reçu le"), "canal": _("Canal"), "expediteur": _("Expéditeur"), "date_courrier": _("Date du courrier"),
        "objet": _("Objet"), "reference": _("Leur référence"), "nature": _("Nature"), "fichier": _("Fichier"),
        "pages": _("Pages"),
    }  # fmt: skip
    faces = [(champ, ici.get(champ, ""), la.get(champ, "")) for champ in noms]
    return [
        {"nom": noms[champ], "ici": un, "la": deux, "differe": champ not in ATTENDUS and _differe(*_nus(champ, un, deux))}
        for champ, un, deux in faces if un or deux
    ]  # fmt: skip


def _nus(champ: str, *valeurs: str) -> Sequence[str]:
    """What is compared: of a sender the name, without «M.» or «Mme», which one letter may give and the other not."""
    if champ != "expediteur":
        return valeurs
    return [registre.nom_complet(replace(contact_de({"nom": valeur}), civilite="")) for valeur in valeurs]


def _differe(un: str, autre: str) -> bool:
    """Two values that are there and are not the same; what is known on one side only is no difference."""
    return bool(un and autre) and un.casefold() != autre.casefold()


def _champs(un: Depot, courrier: Courrier | None) -> dict[str, str]:
    session = db.session()
    original = depot.original(session, un.id)
    lues = {lue["champ"]: str(lue["valeur"]) for lue in un.propositions}
    champs = {
        **{champ: lues.get(champ, "") for champ in ("expediteur", "objet", "reference")},
        "date_courrier": jour(date.fromisoformat(lues["date_courrier"])) if lues.get("date_courrier") else "",
        "recu_le": jour(un.recu_le), "canal": str(CANAUX.get(un.canal, un.canal)),
        "fichier": un.origine, "pages": str(original.pages) if original and original.pages else "",
    }  # fmt: skip
    if courrier is None:
        return champs
    fiche = session.get(Correspondant, courrier.correspondant_id) if courrier.correspondant_id else None
    return champs | {
        "expediteur": registre.nom_complet(fiche), "objet": courrier.objet, "reference": courrier.reference,
        "date_courrier": jour(courrier.date_courrier) if courrier.date_courrier else "",
        "nature": session.get_one(Nature, courrier.nature_id).nom,
    }  # fmt: skip
