"""Sample data of the gallery."""

from dataclasses import dataclass

from tests.web.galerie import lettre


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
]  # fmt: skip
BUREAUX = [
    ("Urbanisme", 31, 3, 19, 9, "6 j", "Avis des archives attendu"),
    ("Voirie", 18, 1, 14, 3, "4 j", "Absence de l’agent"),
    ("État civil", 9, 0, 9, 0, "1 j", "–"),
    ("Scolaire", 14, 0, 12, 2, "3 j", "–"),
]
ETAT = {
    "done": ["recu", "accuser", "qualifier", "suite", "annoter", "reponse_utile"],
    "flows": ["vers_annoter_de_suite", "vers_rediger_de_reponse_utile"],
    "active": ["rediger"],
    "late": ["rediger"],
    "planned": [{"id": "valider", "mots": "vers le 24 nov."}, {"id": "signer", "mots": "vers le 26 nov."}, "expedier"],
}
DUREES = {"qualifier": 6, "annoter": 52, "rediger": 121, "valider": 40, "signer": 74, "expedier": 9}
CONSTATS = [
    {"level": "erreur", "element": "suite", "name": "Quelle suite ?", "rule": "condition",
     "message": "La condition «natur =» ne se lit pas.", "mend": "Écrivez par exemple : nature = \"recours\".",
     "path": ["recu", "qualifier", "suite"]},
    {"level": "avertissement", "element": "annoter", "name": "Annoter", "rule": "delai",
     "message": "Le délai dépasse le délai légal.", "mend": "Ramenez-le à 5 jours ouvrés.", "path": []},
    *({"level": "information", "element": element, "name": "Relancer", "rule": "fin", "message": "Rien ne suit cet élément.",
       "mend": "", "path": []} for element in ("relancer_annoter", "relancer_valider")),
]  # fmt: skip


def lignes() -> list[dict[str, object]]:
    """The rows of the corbeille."""
    noms = ("chrono", "objet", "note", "nature", "etape")
    return [
        {"echeance": Ecart(mots=mots, niveau=niveau, exact=exact), **dict(zip(noms, reste, strict=True))}
        for mots, niveau, exact, *reste in LIGNES
    ]


def document(marques: list[dict[str, object]]) -> dict[str, object]:
    """The letter as `macros/lecteur.html` wants it."""
    pages = [
        {"numero": n, "image": f"/page/{n}.png", "largeur": lettre.LARGEUR, "hauteur": lettre.HAUTEUR, "mots": f"/mots/{n}"}
        for n in range(1, len(lettre.PAGES) + 1)
    ]
    boites = [
        {"champ": "expediteur", "page": 1, "boite": lettre.boite(1, "Mme", "Caradec")},
        {"champ": "date", "page": 1, "boite": lettre.boite(1, "13", "2026")},
        {"champ": "objet", "page": 1, "boite": lettre.boite(1, "recours", "1182")},
    ]
    return {
        "nom": "recours.pdf", "piece_id": 1, "pages": pages, "telecharger": "/page/1.png", "poser": "/annoter",
        "marques": marques, "boites": boites,
    }  # fmt: skip
