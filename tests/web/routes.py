"""Every route of the application with whom it is open to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from app.courrier import delais

PEOPLE = {
    "": "nobody", "claire": "agent of the bureau", "yanis": "agent of another bureau", "marc": "chef", "odile": "bureau d’ordre",
    "helene": "élue", "remi": "manager", "irene": "direction", "paul": "concepteur", "ines": "administratrice",
}
"""`remi` and `irene` come besides the people of the demo, so that each has one role."""

SEES = {
    "interne": {"claire", "marc", "odile", "remi", "irene"},
    "restreint": {"claire", "marc", "odile", "irene"},
    "personnel": {"marc", "odile"},
}
"""Who sees a courrier of the urbanisme that Odile registered and that awaits its chef."""

RIGHTS = {
    "all": set(PEOPLE) - {""}, "deposer": {"odile"}, "journal": {"ines", "irene"}, "circuits": {"paul"},
    "rapports": {"remi", "irene", "marc", "odile"}, "incidents": {"remi", "ines"}, "agents": {"ines"}, "boites": {"ines"},
    "calendrier": {"ines"}, "personnes": {"irene"},
    "propositions": {"ines"},
    "api": {"ines"},
    "nobody": set(),
}  # fmt: skip
"""Odile leads the bureau d’ordre: she reads its figures."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A route: its address, what is posted, who may: a right, `open`, `token`, or what one is to a courrier (`sees`, `acts`…)."""

    path: str
    who: str
    data: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] | None = None


CLOSED = delais.jours_ouvres(datetime.now(UTC).date(), 20).isoformat()
DRAWING = {"xml": "<a/>", "revision": 9}

TABLE: Mapping[tuple[str, str], Row] = {
    ("GET", "static"): Row(path="/static/favicon.svg", who="open"),
    ("GET", "auth.entrer"): Row(path="/connexion", who="open"),
    ("POST", "auth.ouvrir"): Row(path="/connexion", who="open", data={"identifiant": "x", "mot_de_passe": "x"}),
    ("POST", "auth.langue"): Row(path="/langue", who="open", data={"lang": "fr"}),
    ("POST", "auth.devenir"): Row(path="/devenir", who="demo", data={"identifiant": "helene"}),
    ("POST", "auth.sortir"): Row(path="/deconnexion", who="all"),
    ("GET", "auth.compte"): Row(path="/compte", who="all"),
    ("POST", "auth.changer"): Row(path="/compte", who="all"),
    ("GET", "corbeille.mienne"): Row(path="/corbeille", who="all"),
    ("GET", "corbeille.bureau"): Row(path="/bureau", who="all"),
    ("GET", "corbeille.parapheur"): Row(path="/parapheur", who="all"),
    ("POST", "corbeille.lire_avertissements"): Row(path="/avertissements/lus", who="all"),
    ("POST", "corbeille.prendre"): Row(path="/taches/{task}/prise", who="acts"),
    ("POST", "corbeille.rendre"): Row(path="/taches/{task}/rendu", who="acts"),
    ("POST", "corbeille.transferer"): Row(path="/taches/{task}/transfert", who="acts", data={"agent": "nobody"}),
    ("GET", "taches.tache"): Row(path="/taches/{task}", who="sees"),
    ("POST", "taches.apercu"): Row(path="/taches/{task}/apercu", who="acts", data={"objet": "a", "corps": "b"}),
    ("POST", "taches.recomposer"): Row(path="/taches/{task}/mise-en-page", who="acts"),
    ("POST", "taches.faire"): Row(path="/taches/{task}", who="acts", data={"decision": "?"}),
    ("POST", "deviations.demander"): Row(path="/taches/{task}/demandes", who="acts", data={"genre": "avis", "groupe": "nobody"}),
    ("POST", "deviations.retirer"): Row(path="/taches/{task}/retrait", who="overrides", data={"motif": "essai"}),
    ("POST", "deviations.renvoyer"): Row(path="/taches/{task}/renvoi", who="overrides", data={"etape": "?", "motif": "essai"}),
    ("POST", "deviations.passer"): Row(path="/taches/{task}/passage", who="overrides", data={"decision": "?", "motif": "essai"}),
    ("POST", "deviations.reprendre"): Row(path="/taches/{task}/reprise", who="sees"),
    ("POST", "deviations.corriger"): Row(path="/pilotage/incidents/{incident}/correction", who="incidents", data={"cle": "_"}),
    ("GET", "courriers.courrier"): Row(path="/courriers/{courrier}", who="sees"),
    ("GET", "courriers.suivi"): Row(path="/courriers/{courrier}/suivi", who="sees"),
    ("GET", "courriers.diagramme"): Row(path="/courriers/{courrier}/circuit.bpmn", who="sees"),
    ("POST", "courriers.annoter"): Row(path="/courriers/{courrier}/annotations", who="sees", data={"piece_id": "{piece}"}),
    ("POST", "courriers.retirer"): Row(path="/courriers/{courrier}/annotations/{mark}/retrait", who="author"),
    ("POST", "courriers.commenter"): Row(path="/courriers/{courrier}/commentaires", who="sees"),
    ("POST", "registres.annuler"): Row(path="/courriers/{courrier}/annulation", who="deposer", data={"motif": "?"}),
    ("POST", "registres.corriger"): Row(path="/courriers/{courrier}/inscription", who="deposer", data={"raison": "?"}),
    ("POST", "registres.rendre"): Row(path="/courriers/{courrier}/depot", who="deposer"),
    ("GET", "courriers.registre"): Row(path="/registre", who="all"),
    ("GET", "depots.liste"): Row(path="/depots", who="deposer"),
    ("GET", "depots.etat"): Row(path="/depots/etat", who="deposer"),
    ("GET", "depots.saisir"): Row(path="/depots/{depot}", who="deposer"),
    ("POST", "depots.deposer"): Row(path="/depots", who="deposer"),
    ("POST", "depots.prendre"): Row(path="/depots/{depot}/prise", who="deposer"),
    ("POST", "depots.enregistrer"): Row(path="/depots/{depot}", who="deposer"),
    ("POST", "depots.accepter"): Row(path="/depots/{depot}/propositions", who="deposer", data={"accepter": "*"}),
    ("POST", "depots.suivant"): Row(path="/depots/suivant", who="deposer"),
    ("POST", "depots.passer"): Row(path="/depots/{depot}/suite", who="deposer", data={"sens": "precedent"}),
    ("POST", "depots.avancer"): Row(path="/depots/{depot}/avance", who="deposer"),
    ("POST", "depots.rendre"): Row(path="/depots/{depot}/rendu", who="deposer"),
    ("POST", "depots.ecarter"): Row(path="/depots/{depot}/ecart", who="deposer"),
    ("POST", "depots.relire"): Row(path="/depots/{depot}/relecture", who="deposer"),
    ("GET", "complements.circuit"): Row(path="/depots/{depot}/circuit?nature_id=1", who="deposer"),
    ("GET", "doublons.comparer"): Row(path="/depots/{depot}/comparer/{twin}", who="deposer"),
    ("POST", "doublons.decider"): Row(path="/depots/{depot}/comparer/{twin}", who="deposer", data={"verdict": "distinguer"}),
    ("POST", "liens.lier"): Row(path="/courriers/{courrier}/liens", who="links", data={"chrono": "?"}),
    ("POST", "liens.delier"): Row(path="/courriers/{courrier}/liens/{courrier}/retrait", who="links"),
    ("POST", "liens.detacher"): Row(path="/courriers/{courrier}/receptions/{depot}/retrait", who="deposer"),
    ("GET", "lots.pages"): Row(path="/depots/{depot}/pages", who="deposer"),
    ("GET", "lots.image"): Row(path="/depots/{depot}/pages/1/image", who="deposer"),
    ("POST", "lots.agir"): Row(path="/depots/{depot}/pages", who="deposer", data={"geste": "defaire", "rang": "0"}),
    ("GET", "separations.choisir"): Row(path="/depots/separations", who="deposer"),
    ("GET", "separations.imprimer"): Row(path="/depots/separations/feuilles.pdf?bureau=urbanisme", who="deposer"),
    ("GET", "envois.liste"): Row(path="/envois", who="deposer"),
    ("POST", "envois.confirmer"): Row(path="/envois/{dispatch}/depart", who="deposer"),
    ("POST", "envois.reprendre"): Row(path="/envois/{dispatch}/reprise", who="deposer"),
    ("POST", "envois.refaire"): Row(path="/envois/{dispatch}/accuse", who="deposer"),
    ("GET", "correspondants.liste"): Row(path="/correspondants?q=canarinom", who="deposer"),
    ("GET", "correspondants.tableur"): Row(path="/correspondants/export.csv", who="deposer"),
    ("GET", "correspondants.cartes"): Row(path="/correspondants/export.vcf", who="deposer"),
    ("GET", "groupes.liste"): Row(path="/correspondants/groupes", who="deposer"),
    ("POST", "groupes.creer"): Row(path="/correspondants/groupes", who="deposer", data={"nom": "Associations"}),
    ("POST", "groupes.renommer"): Row(path="/correspondants/groupes/1", who="deposer", data={"nom": "Élus"}),
    ("POST", "groupes.supprimer"): Row(path="/correspondants/groupes/1/retrait", who="deposer"),
    ("GET", "fusions.liste"): Row(path="/correspondants/doublons", who="deposer"),
    ("GET", "fusions.comparer"): Row(path="/correspondants/doublons/1/2", who="deposer"),
    ("POST", "fusions.distinguer"): Row(path="/correspondants/doublons/1/2/distincts", who="deposer"),
    ("POST", "fusions.fusionner"): Row(path="/correspondants/doublons/1/2", who="deposer", data={"nom": "otee"}),
    ("GET", "imports.liste"): Row(path="/correspondants/imports", who="deposer"),
    ("POST", "imports.deposer"): Row(path="/correspondants/imports", who="deposer"),
    ("GET", "imports.relire"): Row(path="/correspondants/imports/{import}", who="deposer"),
    ("POST", "imports.regler"): Row(path="/correspondants/imports/{import}/reglages", who="deposer"),
    ("POST", "imports.choisir"): Row(path="/correspondants/imports/{import}/choix", who="deposer"),
    ("POST", "imports.importer"): Row(path="/correspondants/imports/{import}", who="deposer", data={"empreinte": "?"}),
    ("POST", "imports.defaire"): Row(path="/correspondants/imports/{import}/retour", who="deposer"),
    ("POST", "imports.abandonner"): Row(path="/correspondants/imports/{import}/abandon", who="deposer"),
    ("GET", "personnes.chercher"): Row(path="/personnes?q=canarinom", who="personnes"),
    ("POST", "personnes.relever"): Row(path="/personnes/1/releve", who="personnes"),
    ("POST", "personnes.anonymiser"): Row(path="/personnes/1/anonymat", who="personnes"),
    ("GET", "fusions.faites"): Row(path="/correspondants/fusions", who="deposer"),
    ("POST", "fusions.defaire"): Row(path="/correspondants/fusions/1/retour", who="deposer"),
    ("GET", "correspondants.nouveau"): Row(path="/correspondants/nouveau", who="deposer"),
    ("POST", "correspondants.creer"): Row(path="/correspondants", who="deposer"),
    ("GET", "correspondants.fiche"): Row(path="/correspondants/1", who="deposer"),
    ("POST", "correspondants.modifier"): Row(path="/correspondants/1", who="deposer"),
    ("GET", "nouveau.saisir"): Row(path="/nouveau/depart", who="all"),
    ("POST", "nouveau.creer"): Row(path="/nouveau/interne", who="all"),
    ("GET", "pieces.page"): Row(path="/pieces/{piece}/pages/1?l=200", who="sees"),
    ("GET", "pieces.telecharger"): Row(path="/pieces/{piece}", who="sees"),
    ("GET", "pieces.mots"): Row(path="/pieces/{piece}/pages/1/mots", who="sees"),
    ("GET", "recherche.chercher"): Row(path="/recherche?q=permis", who="all"),
    ("GET", "pilotage.retards"): Row(path="/pilotage/retards", who="rapports"),
    ("GET", "pilotage.tableur"): Row(path="/pilotage/retards.csv", who="rapports"),
    ("GET", "pilotage.tableau"): Row(path="/pilotage/tableau", who="rapports"),
    ("GET", "pilotage.incidents"): Row(path="/pilotage/incidents", who="incidents"),
    ("POST", "pilotage.traiter"): Row(path="/pilotage/incidents/{incident}", who="incidents"),
    ("GET", "circuits.liste"): Row(path="/circuits", who="circuits"),
    ("GET", "circuits.modeleur"): Row(path="/circuits/arrivee", who="circuits"),
    ("GET", "circuits.diagramme"): Row(path="/circuits/arrivee/diagramme", who="circuits"),
    ("GET", "circuits.version"): Row(path="/circuits/arrivee/versions/1.bpmn", who="circuits"),
    ("GET", "migrations.plan"): Row(path="/circuits/arrivee/versions/1/passage", who="circuits"),
    ("POST", "migrations.passer"): Row(path="/circuits/arrivee/versions/1/passage", who="circuits"),
    ("POST", "migrations.revenir"): Row(path="/circuits/arrivee/passages/1/retour", who="circuits"),
    ("POST", "circuits.commencer"): Row(path="/circuits", who="circuits"),
    ("POST", "circuits.enregistrer"): Row(path="/circuits/arrivee/brouillon", who="circuits", json=DRAWING),
    ("POST", "circuits.verifier"): Row(path="/circuits/arrivee/verification", who="circuits", json=DRAWING),
    ("POST", "circuits.deployer"): Row(path="/circuits/arrivee/deploiement", who="circuits", json=DRAWING),
    ("GET", "boites.liste"): Row(path="/administration/boites", who="boites"),
    ("GET", "boites.nouvelle"): Row(path="/administration/boites/nouvelle", who="boites"),
    ("POST", "boites.ajouter"): Row(path="/administration/boites", who="boites"),
    ("GET", "boites.fiche"): Row(path="/administration/boites/{box}", who="boites"),
    ("POST", "boites.modifier"): Row(path="/administration/boites/{box}", who="boites"),
    ("POST", "boites.essayer"): Row(path="/administration/boites/{box}/essai", who="boites"),
    ("POST", "boites.changer_etat"): Row(path="/administration/boites/{box}/etat", who="boites"),
    ("POST", "boites.relever"): Row(path="/administration/boites/{box}/releve", who="boites"),
    ("GET", "administration.journal"): Row(path="/administration/journal?sujet=courrier:{courrier}", who="journal"),
    ("POST", "administration.verifier"): Row(path="/administration/journal/verification", who="journal"),
    ("GET", "calendrier.annee"): Row(path="/administration/calendrier/", who="calendrier"),
    ("POST", "calendrier.fermer"): Row(
        path="/administration/calendrier/", who="calendrier", data={"jour": CLOSED, "motif": "Pont"}
    ),
    ("POST", "calendrier.rouvrir"): Row(path=f"/administration/calendrier/{CLOSED}/retrait", who="calendrier"),
    ("GET", "justesse.page"): Row(path="/administration/propositions", who="propositions"),
    ("POST", "justesse.servir"): Row(path="/administration/propositions/versions/1", who="propositions"),
    ("GET", "administration.organisation"): Row(path="/administration/organisation", who="agents"),
    ("GET", "usager.ecrire"): Row(path="/ecrire", who="open"),
    ("POST", "usager.envoyer"): Row(path="/ecrire", who="open", data={"nom": "x"}),
    ("GET", "usager.recu"): Row(path="/ecrire/recu", who="open"),
    ("GET", "usager.suivre"): Row(path="/suivre", who="open"),
    ("POST", "usager.chercher"): Row(path="/suivre", who="open", data={"numero": "A-2026-00001", "code": "?"}),
    ("GET", "usager.demande"): Row(path="/suivre/demande", who="open"),
    ("POST", "usager.completer"): Row(path="/suivre/demande", who="open", data={"texte": "x"}),
    ("POST", "usager.quitter"): Row(path="/suivre/fin", who="open"),
    ("POST", "api.deposer"): Row(path="/api/v1/depots", who="token"),
    ("GET", "api.etat"): Row(path="/api/v1/depots/E-2026-00001", who="token"),
    ("GET", "api.document"): Row(path="/api/v1/openapi.json", who="open"),
    ("GET", "acces.liste"): Row(path="/administration/acces", who="api"),
    ("POST", "acces.creer"): Row(path="/administration/acces", who="api", data={"nom": "x"}),
    ("POST", "acces.revoquer"): Row(path="/administration/acces/{access}/revocation", who="api"),
    ("GET", "accueil.saisir"): Row(path="/accueil", who="deposer"),
    ("POST", "accueil.enregistrer"): Row(path="/accueil", who="deposer"),
    ("GET", "usager.donnees"): Row(path="/donnees-personnelles", who="open"),
}
