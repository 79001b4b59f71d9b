"""What one person asks of us about themselves: found over all sheets and courriers, handed over, made anonymous."""

import tempfile

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from app.courrier import correspondants, delais, habilitations, personne, recherche
from app.db import db, transaction
from app.web.context import moi, now, parts

bp = Blueprint("personnes", __name__, url_prefix="/personnes")


@bp.before_request
def reserve() -> None:
    """Whoever answers for personal data."""
    habilitations.exiger(moi(), "personnes")


@bp.get("")
def chercher() -> str:
    mots = request.args.get("q", "").strip()
    session = db.session()
    courriers = recherche.chercher(session, moi(), parts().index, recherche.question(mots)) if mots else None
    return render_template(
        "correspondants/personnes.html", mots=mots, trouvees=personne.chercher(session, moi(), mots), courriers=courriers,
        nom_complet=correspondants.nom_complet,
    )


@bp.post("/<int:fiche_id>/releve")
def relever(fiche_id: int) -> Response:
    releve = personne.relever(db.session(), moi(), fiche_id, now=now())
    archive = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the answer that it is
    personne.ecrire(releve, parts().coffre, archive)
    archive.seek(0)
    # Read and written first, slow as it is; noted before it leaves, in a transaction that is short.
    with transaction() as session:
        personne.noter(session, moi(), releve)
    nom = f"donnees-personnelles-{releve.nom}-{delais.jour(now()).isoformat()}.zip"
    return send_file(archive, mimetype="application/zip", as_attachment=True, download_name=nom)


@bp.post("/<int:fiche_id>/anonymat")
def anonymiser(fiche_id: int) -> Answer:
    with transaction() as session:
        personne.anonymiser(session, moi(), fiche_id, now=now())
    flash(_("La fiche est anonyme : plus rien n’y dit de qui elle était."), "ok")
    return redirect(url_for("personnes.chercher"))
