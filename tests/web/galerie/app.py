"""The gallery: base.html, the macros and the bundles with sample data, served under the real content policy."""

from pathlib import Path

from flask import Flask, Response, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader

from app.web import assets_manifest, filters
from tests.web.galerie import donnees, lettre

WEB = Path(assets_manifest.__file__).parent
RACINE = WEB.parent.parent
POLICY = (
    "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; "
    "worker-src 'self' blob:; connect-src 'self'; object-src 'self'; frame-src 'self'; frame-ancestors 'self'; "
    "base-uri 'none'; form-action 'self'"
)
MODELES = {
    "corbeille.mienne": "corbeille", "pilotage.retards": "retards", "corbeille.tache": "tache", "circuits.modeler": "modeleur",
    "courriers.suivi": "ou_en_est_il", "depots.enregistrer": "enregistrer",
}  # fmt: skip
ENDPOINTS = [
    *MODELES, "corbeille.bureau", "corbeille.parapheur", "depots.liste", "courriers.registre", "recherche.chercher",
    "pilotage.tableau", "circuits.liste", "administration.journal", "administration.organisation", "auth.devenir",
    "auth.sortir", "auth.compte", "auth.langue", "usager.accessibilite",
]  # fmt: skip


class Galerie:
    """The pages and what visitors wrote on them since the start."""

    def __init__(self) -> None:
        self.circuit = (RACINE / "processes" / "arrivee.bpmn").read_bytes()
        self.neuve()

    def neuve(self) -> None:
        """As on the first day."""
        x0, y0, x1, y1 = lettre.boite(1, "motif", "erroné")
        self.marques: list[dict[str, object]] = [
            {"id": 1, "page": 1, "x": x0, "y": y0, "largeur": x1 - x0, "hauteur": y1 - y0, "auteur": "Yann Le Goff",
             "texte": "Vérifier la cote sur le plan déposé.", "quand": "17 nov. 09:40", "retirer": ""},
        ]  # fmt: skip
        self.recus: list[dict[str, object]] = []

    def montrer(self, point: str) -> str:
        return render_template(
            f"{MODELES.get(point, 'composants')}.html", lignes=donnees.lignes(), bureaux=donnees.BUREAUX,
            document=donnees.document(self.marques), etat=donnees.ETAT, durees=donnees.DUREES,
        )  # fmt: skip

    def annoter(self) -> ResponseReturnValue:
        if not request.form["texte"].strip():
            return "<p class='erreur-champ'>Le texte manque : écrivez votre annotation.</p>", 422
        place = {nom: float(request.form[nom]) for nom in ("x", "y", "largeur", "hauteur")}
        numero = len(self.marques) + 1
        self.marques.append({
            "id": numero, "page": int(request.form["page"]), **place, "texte": request.form["texte"],
            "auteur": "Anne Martel", "quand": "aujourd’hui", "retirer": f"/retirer/{numero}",
        })  # fmt: skip
        return redirect("/corbeille/tache", 303)

    def retirer(self, numero: int) -> ResponseReturnValue:
        self.marques = [marque for marque in self.marques if marque["id"] != numero]
        return redirect("/corbeille/tache", 303)

    def enregistrer(self) -> ResponseReturnValue:
        corps = request.get_json()
        self.recus.append({"chemin": request.path, **corps})
        if "conflit" in str(corps["xml"]):
            return jsonify(message="Nadia Haddad a enregistré ce circuit il y a 2 minutes."), 409
        constats = donnees.CONSTATS if request.path.endswith(("verifier", "deployer")) else []
        return jsonify(findings=constats, version=3)


def creer() -> tuple[Flask, Galerie]:
    """A Flask application that shows the gallery; every page carries the product's content policy."""
    app = Flask(__name__, static_folder=str(WEB / "static"))
    app.config.update(SECRET_KEY="galerie", TESTING=True)
    app.jinja_loader = ChoiceLoader([FileSystemLoader(Path(__file__).parent), FileSystemLoader(WEB / "templates")])
    Babel(app, locale_selector=lambda: "fr")
    CSRFProtect(app)
    assets_manifest.install(app)
    filters.install(app)
    galerie = Galerie()

    @app.context_processor
    def communs() -> dict[str, object]:
        return {
            "moi": None if request.args.get("anonyme") else donnees.GENS[1], "demo_agents": donnees.GENS, "lang": "fr",
            "compteurs": {"corbeille": 12, "bureau": 31, "parapheur": 3, "depots": 7, "retards": 4},
            "ouvertes": {"bureau", "parapheur", "deposer", "rapports", "circuits", "journal", "agents"},
            "organisme": "Mairie de Saint-Aubin-des-Prés", "version": "0.1",
        }  # fmt: skip

    @app.after_request
    def police(reponse: Response) -> Response:
        reponse.headers["Content-Security-Policy"] = POLICY
        return reponse

    for point in [*ENDPOINTS, "composants"]:
        adresse = f"/{point.replace('.', '/')}"
        app.add_url_rule(adresse, point, lambda point=point: galerie.montrer(point), methods=["GET", "POST"])
    app.add_url_rule("/page/<int:n>.png", "page", lambda n: Response(lettre.image(n), mimetype="image/png"))
    app.add_url_rule("/mots/<int:n>", "mots", lambda n: jsonify(lettre.mots(n)))
    app.add_url_rule("/circuit.bpmn", "circuit", lambda: Response(galerie.circuit, mimetype="application/xml"))
    app.add_url_rule("/annoter", "annoter", galerie.annoter, methods=["POST"])
    app.add_url_rule("/retirer/<int:numero>", "retirer", galerie.retirer, methods=["POST"])
    for verbe in ("enregistrer", "verifier", "deployer"):
        app.add_url_rule(f"/circuit/{verbe}", verbe, galerie.enregistrer, methods=["POST"])
    return app, galerie


if __name__ == "__main__":
    creer()[0].run(port=5055)
