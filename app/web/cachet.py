"""A copy of what came in with the stamp of arrival on it, made when it is asked for; the original is not touched."""

from flask import Blueprint, make_response, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.courrier import cachet, etiquettes, registre, texte
from app.db import db
from app.web import document
from app.web.context import parts

bp = Blueprint("cachet", __name__)


@bp.get("/courriers/<int:courrier_id>/cachet.pdf")
def tamponner(courrier_id: int) -> Response:
    trouve, session = document.voir(courrier_id), db.session()
    voulu = cachet.a_tamponner(session, trouve)
    organisme = parts().config.organisme.nom
    html = render_template(
        "etiquettes/cachet.html", organisme=registre.nom_organisme(session, trouve.registre, organisme), courrier=trouve,
        qr=parts().codes.qr(etiquettes.ecrire(trouve)),
    )  # fmt: skip
    marque = parts().compositeur.pdf(html, titre=_("Cachet"), auteur=organisme)
    pages = texte.comme_lues(voulu.pages, tourne=voulu.tourne)
    pdf = parts().lecteur.stamp(parts().coffre.get(voulu.piece.sha256), pages, cachet=marque, boite=voulu.boite)
    reponse = make_response(pdf)
    reponse.headers["Content-Type"] = "application/pdf"
    reponse.headers["Content-Disposition"] = f'attachment; filename="{trouve.chrono}-cachet.pdf"'
    return reponse
