"""The gallery: base.html, the macros and the bundles with sample data, served under the real content policy."""

from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, render_template, request
from flask_babel import Babel
from flask_wtf import CSRFProtect

from app.web import assets_manifest

WEB = Path(assets_manifest.__file__).parent
POLICY = (
    "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; "
    "worker-src 'self' blob:; connect-src 'self'; object-src 'self'; frame-src 'self'; frame-ancestors 'self'; "
    "base-uri 'none'; form-action 'self'"
)


@dataclass(frozen=True, kw_only=True)
class Personne:
    """Somebody of the demonstration."""

    identifiant: str
    prenom: str
    nom: str
    titre: str
    roles: frozenset[str] = frozenset({"administrateur"})

    @property
    def initiales(self) -> str:
        return self.prenom[0] + self.nom[0]


@dataclass(frozen=True, kw_only=True)
class Ecart:
    """A date as sentences."""

    mots: str
    niveau: str
    exact: str


GENS = [
    Personne(identifiant="claire", prenom="Claire", nom="Morvan", titre="Bureau d’ordre"),
    Personne(identifiant="anne", prenom="Anne", nom="Martel", titre="Agent, Urbanisme"),
    Personne(identifiant="yann", prenom="Yann", nom="Le Goff", titre="Chef de l’urbanisme"),
    Personne(identifiant="paul", prenom="Paul", nom="Besnard", titre="Direction générale"),
    Personne(identifiant="elise", prenom="Élise", nom="Rouault", titre="Maire"),
    Personne(identifiant="nadia", prenom="Nadia", nom="Haddad", titre="Conceptrice des circuits"),
]
LIGNES = [
    ("en retard de 2 jours ouvrés", "retard", "mer. 18 nov.", "A-2026-01284",
     "Recours gracieux contre le refus de permis PC 035 1182", "Horloge légale : rejet implicite le 14 janv.",
     "Recours gracieux", "Annoter"),
    ("aujourd’hui", "bientot", "sam. 21 nov.", "A-2026-01301", "Demande de communication des avis du PLU",
     "Avis des archives reçu", "CADA", "Rédiger la réponse"),
    ("dans 2 jours ouvrés", "bientot", "mar. 24 nov.", "A-2026-01297", "Bruit répété du chantier rue des Tilleuls",
     "Relance envoyée hier", "Réclamation", "Valider"),
    ("dans 6 jours ouvrés", "ok", "lun. 30 nov.", "A-2026-01310", "Demande de subvention, Les Amis du kiosque",
     "3 pièces", "Subvention", "Annoter"),
    ("suspendu", "suspendu", "attend l’usager", "A-2026-01266", "Permis de construire incomplet, M. Lefèvre",
     "Reprend à réception", "Permis", "Attendre les pièces"),
]
BUREAUX = [
    ("Urbanisme", 31, 3, 19, 9, "6 j", "Avis des archives attendu"),
    ("Voirie", 18, 1, 14, 3, "4 j", "Absence de l’agent"),
    ("État civil", 9, 0, 9, 0, "1 j", "–"),
    ("Scolaire", 14, 0, 12, 2, "3 j", "–"),
]
ENDPOINTS = [
    "corbeille.mienne", "corbeille.bureau", "corbeille.parapheur", "depots.liste", "courriers.registre",
    "recherche.chercher", "pilotage.retards", "pilotage.tableau", "circuits.liste", "administration.journal",
    "administration.organisation", "auth.devenir", "auth.sortir", "auth.compte", "auth.langue", "usager.accessibilite",
]


def _ligne(valeurs: tuple[str, ...]) -> dict[str, object]:
    mots, niveau, exact, *reste = valeurs
    noms = ("chrono", "objet", "note", "nature", "etape")
    return {"echeance": Ecart(mots=mots, niveau=niveau, exact=exact), **dict(zip(noms, reste, strict=True))}


def creer() -> Flask:
    """A Flask application that shows the gallery; every page carries the product's content policy."""
    app = Flask(__name__, template_folder=str(WEB / "templates"), static_folder=str(WEB / "static"))
    app.config.update(SECRET_KEY="galerie", TESTING=True)
    app.jinja_loader.searchpath.append(str(Path(__file__).parent))  # type: ignore[union-attr]
    Babel(app, locale_selector=lambda: "fr")
    CSRFProtect(app)
    assets_manifest.install(app)

    @app.context_processor
    def communs() -> dict[str, object]:
        return {
            "moi": None if request.args.get("anonyme") else GENS[1], "demo_agents": GENS, "lang": "fr", "version": "0.1",
            "compteurs": {"corbeille": 12, "bureau": 31, "parapheur": 3, "depots": 7, "retards": 4},
            "organisme": "Mairie de Saint-Aubin-des-Prés",
        }

    @app.after_request
    def police(reponse: Response) -> Response:
        reponse.headers["Content-Security-Policy"] = POLICY
        return reponse

    for point in ENDPOINTS:
        app.add_url_rule(f"/{point.replace('.', '/')}", endpoint=point, view_func=_page(point), methods=["GET", "POST"])
    app.add_url_rule("/composants", view_func=_page("composants"), endpoint="composants", methods=["GET", "POST"])
    return app


def _page(point: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    modele = {"corbeille.mienne": "corbeille", "pilotage.retards": "retards"}.get(point, "composants")

    def montrer() -> str:
        return render_template(f"{modele}.html", lignes=[_ligne(ligne) for ligne in LIGNES], bureaux=BUREAUX)

    return montrer


if __name__ == "__main__":
    creer().run(port=5055)
