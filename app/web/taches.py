"""A task: the document on the left, what is to be done on the right; one button does the act."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app import signature, travaux
from app.courrier import annotations, circuits, consultation, corbeille, delais, journey, reponse
from app.courrier.errors import DejaFait, SaisieRefusee
from app.courrier.sceau import Scelle
from app.courrier.tables import Courrier, Piece, Reponse
from app.db import db, transaction
from app.web import document, fiche, gestes
from app.web.context import jobs, moi, now, parts
from app.web.errors import sentence
from app.web.mots import echeance
from app.web.saisies import contact_de
from engine import Form, Task
from engine.errors import AwaitsVisa, FormRefused, TaskClosed, TaskHeld

bp = Blueprint("taches", __name__)

DESTINATAIRE = "destinataire_"
"""What the names of the fields begin with that say whom to answer, beside the task's own form."""

BOUTONS = {
    "qualifier": _l("Qualifier"), "annoter": _l("Annoter et transmettre"), "rediger": _l("Transmettre pour validation"),
    "valider": _l("Rendre ma décision"), "viser": _l("Rendre ma décision"), "signer": _l("Rendre ma décision"),
    "expedier": _l("Expédier"), "prendre_connaissance": _l("J’ai pris connaissance"), "corriger": _l("Renvoyer au visa"),
    "prendre_en_charge": _l("C’est fait"), "recevoir": _l("Reçu"), "decider": _l("Décider"), "avis": _l("Donner mon avis"),
}  # fmt: skip


@bp.get("/taches/<int:task_id>")
def tache(task_id: int) -> str:
    trouvee, courrier = corbeille.tache(db.session(), moi(), task_id)
    return page(trouvee, courrier, {}, {})


def page(tache: Task, courrier: Courrier, saisie: dict[str, Any], erreurs: dict[str, str], conflit: str = "") -> str:
    """The task; `saisie` is what was typed, `conflit` what another did meanwhile."""
    session = db.session()
    peut = corbeille.peut_agir(session, moi(), tache)
    liste = consultation.pieces(session, courrier)
    piece = next((p for p in liste if p.id == request.args.get("piece", type=int)), document.principale(liste, tache.act))
    volet = fiche.volet(request.args.get("volet"))
    lettre = reponse.chercher(session, courrier) if tache.act in ("rediger", "valider", "signer", "expedier") else None
    lu = session.get(Piece, lettre.piece_id) if lettre and lettre.piece_id else None
    formulaire = _form(tache, courrier, lettre, saisie) if peut else None
    return render_template(
        "taches/tache.html", sha256_lu=lu.sha256 if lu else "", tache=tache,
        fiche=fiche.fiche(courrier), peut=peut, erreurs=erreurs, lettre=lettre, conflit=conflit,
        a_designer=_destinataire(saisie or tache.draft) if tache.act == "rediger" and courrier.correspondant_id is None else None,
        renvoi=annotations.renvoi(session, courrier) if tache.act in ("rediger", "corriger") else None,
        perdus=[] if peut else [texte for texte in saisie.values() if isinstance(texte, str) and texte.strip()],
        form=formulaire, libelles={champ.key: champ.label for champ in formulaire.walk()} if formulaire else {},
        document=document.document(piece, courrier=courrier) if piece else None,
        autres=[p for p in liste if p.pages and (piece is None or p.id != piece.id)],
        echeance=echeance(tache.due, now(), delais.fermes(session)), bouton=BOUTONS.get(tache.act, _("Fait")),
        modeles=reponse.modeles(session, "reponse") if tache.act == "rediger" else [],
        collegues=[a for a in journey.collegues_de(session, tache) if a.identifiant != moi().identifiant] if peut else [],
        **fiche.volets(courrier, volet, url_for("taches.tache", task_id=tache.id)),
        **gestes.vue(tache, courrier, peut=peut),
    )  # fmt: skip


def _destinataire(tape: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed of the person to answer, by field of the sheet."""
    return {cle.removeprefix(DESTINATAIRE): valeur for cle, valeur in tape.items() if cle.startswith(DESTINATAIRE)}


def _form(tache: Task, courrier: Courrier, lettre: Reponse | None, saisie: dict[str, Any]) -> Form:
    """The task's form, with what was typed, else the draft, else what the trade already knows."""
    return parts().engine.form(db.session(), tache, values=_valeurs(tache, courrier, lettre, saisie), now=now())


def _valeurs(tache: Task, courrier: Courrier, lettre: Reponse | None, saisie: dict[str, Any]) -> dict[str, Any]:
    brouillon = {} if request.args.get("modele") else tache.draft
    return saisie or brouillon or _connu(tache, courrier, lettre)


@bp.post("/taches/<int:task_id>/apercu")
def apercu(task_id: int) -> FlaskResponse:
    """The letter as a PDF, with what is typed now; nothing is kept."""
    _tache, courrier = journey.a_faire(db.session(), moi(), task_id)
    html = reponse.apercu(
        db.session(), courrier, objet=request.form.get("objet", ""), corps=request.form.get("corps", ""),
        par=moi().identifiant, organisme=parts().config.organisme, now=now(),
    )  # fmt: skip
    pdf = make_response(parts().compositeur.pdf(html, titre=_("Aperçu"), auteur=moi().identifiant))
    pdf.headers["Content-Type"] = "application/pdf"
    pdf.headers["Content-Disposition"] = 'inline; filename="apercu.pdf"'
    return pdf


@bp.post("/taches/<int:task_id>/mise-en-page")
def recomposer(task_id: int) -> Response:
    """Ask again for the PDF of a letter whose typesetting was given up."""
    _tache, courrier = journey.a_faire(db.session(), moi(), task_id)
    with transaction() as session:
        reponse.recomposer(session, courrier, par=moi().identifiant, now=now())
    travaux.balayer(jobs())
    flash(_("La mise en page est redemandée ; la lettre sera prête dans un instant."), "ok")
    return redirect(url_for("taches.tache", task_id=task_id))


def _connu(tache: Task, courrier: Courrier, lettre: Reponse | None) -> dict[str, str]:
    if tache.act == "rediger" and (cle := request.args.get("modele")):
        propose = reponse.proposer(db.session(), courrier, cle, par=moi().identifiant, now=now())
        return {"objet": propose.objet, "corps": propose.corps}
    if tache.act == "rediger":
        return reponse.a_rediger(db.session(), courrier, lettre, moi().identifiant, now=now())
    if tache.act == "expedier":
        return reponse.a_expedier(db.session(), courrier)
    return {}


@bp.post("/taches/<int:task_id>")
def faire(task_id: int) -> Response | tuple[str, int]:
    try:
        return _garder(task_id) if request.form.get("_geste") == "brouillon" else _agir(task_id)
    except (FormRefused, SaisieRefusee) as refus:
        erreurs = dict(refus.errors if isinstance(refus, FormRefused) else refus.erreurs)
        return page(*journey.a_faire(db.session(), moi(), task_id), _tape(), erreurs), 422
    except (TaskClosed, TaskHeld, AwaitsVisa, DejaFait) as conflit:
        return page(*journey.a_faire(db.session(), moi(), task_id), _tape(), {}, sentence(conflit)), 409


def _agir(task_id: int) -> Response:
    scelle = _sceller(task_id) if request.form.get("decision") == "signer" else None
    a_qui = _destinataire(request.form)
    poste = MultiDict([(cle, valeur) for cle, valeur in request.form.items(multi=True) if not cle.startswith(DESTINATAIRE)])
    with transaction() as session:
        etape = journey.faire(
            session, parts().engine, moi(), task_id, poste, now=now(), scelle=scelle,
            destinataire=contact_de(a_qui) if any(a_qui.values()) else None,
        )  # fmt: skip
        courrier = circuits.courrier_de(session, etape.instance.subject)
    if etape.served:
        # Services may have left due rows: they are ordered now rather than at the clock's next round.
        travaux.balayer(jobs())
    flash(_("« %(etape)s » : c’est fait pour %(chrono)s.", etape=etape.closed[0].name, chrono=courrier.chrono), "ok")
    suivante = corbeille.suivante(db.session(), moi())
    return redirect(url_for("taches.tache", task_id=suivante.id) if suivante else url_for("corbeille.mienne"))


def _sceller(task_id: int) -> Scelle | None:
    """The signature is made before the transaction: it is slow, and the file it gives is harmless when it is not used."""
    trouvee, courrier = journey.a_faire(db.session(), moi(), task_id)
    lue = request.form.get("_lettre", "")
    return signature.sceller(parts(), db.session(), moi(), trouvee, courrier, request.form, now=now(), lue=lue)


def _tape() -> dict[str, Any]:
    """What was typed, to be shown again: nothing is lost."""
    champs = {cle: valeurs for cle, valeurs in request.form.lists() if not cle.startswith("_") and cle != "csrf_token"}
    return {cle: valeurs if len(valeurs) > 1 else valeurs[0] for cle, valeurs in champs.items()}


def _garder(task_id: int) -> Response:
    journey.a_faire(db.session(), moi(), task_id)
    with transaction() as session:
        parts().engine.save_draft(session, task_id, _tape(), by=moi().identifiant)
    flash(_("Votre brouillon est gardé ; vous le retrouverez en rouvrant cette tâche."), "ok")
    return redirect(url_for("taches.tache", task_id=task_id))
