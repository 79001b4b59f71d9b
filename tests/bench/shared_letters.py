"""The sample letters published with another product: what a clerk would type for each, written by reading them."""

from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "letters"
THEIRS = ("Mairie de Maarch-Les-Bains", "Place de l’Hôtel de Ville", "Ville de Maarch-Les-Bains")
_PASCONTENT = {"expediteur": "Bernard PASCONTENT", "adresse": "25, route de Pampelone", "code_postal": "99000",
               "ville": "Maarch-Les-Bains", "telephone": "06 08 09 07 55"}  # fmt: skip
TRUTH: Mapping[str, Mapping[str, str]] = {
    "mp_demande_place_creche": {**_PASCONTENT, "date_courrier": "2019-02-19", "priorite": "urgente"},
    "mp_svr_route_chien_bruyant": {**_PASCONTENT, "date_courrier": "2019-02-15"},
    "mp_demande_subvention": {
        "expediteur": "Jokkolabs Nanterre", "adresse": "11 Boulevard du Sud-Est", "code_postal": "92000", "ville": "Nanterre",
        "telephone": "01 47 24 51 59", "date_courrier": "2018-11-23", "objet": "demande de subvention",
        "destinataire": "Madame Le Maire",
    },
    "mp_etat_civil": {
        "expediteur": "PELLE Martin Donald", "adresse": "17 rue de la Demande", "telephone": "01 23 24 21 22",
        "date_courrier": "2019-03-13",
    },
    "mp_facture": {
        "expediteur": "MAARCH", "adresse": "11 Bd du Sud-Est", "code_postal": "92000", "ville": "Nanterre",
        "telephone": "01 47 24 51 59", "siret": "45239273100025", "date_courrier": "2017-03-02", "objet": "Facture n°15719",
        "reference": "15719", "destinataire": "Service des finances",
    },
    "mp_invitation": {
        "expediteur": "Ville de Maarch-les-Bains", "adresse": "Place de la Liberté", "code_postal": "99000",
        "ville": "Maarch-les-Bains", "telephone": "04 47 24 51 59", "date_courrier": "2019-02-20",
        "objet": "INVITATION pour échanges journée des sports", "reference": "PJS/2019D/1234",
    },
    "mp_petition_square_carre": {
        "expediteur": "DUPONT Jacques", "adresse": "1 rue du Peuplier", "code_postal": "92000", "ville": "NANTERRE",
        "date_courrier": "2017-06-04", "objet": "Pétition pour la survie du square Carré",
    },
}  # fmt: skip
"""The eighth, a filled form scanned askew, has no field that a rule could be held to."""
