/** What the modeller's own buttons and messages say. */
import { word } from "../shared/words.js";

const WORDS = {
  fr: {
    enregistrer: "Enregistrer", verifier: "Vérifier", deployer: "Déployer", telecharger: "Télécharger le fichier",
    defaire: "Annuler la dernière modification", refaire: "Refaire", simuler: "Simuler", plan: "Plan", tout: "Tout voir",
    outils: "Outils du modeleur", schema: "Schéma du circuit. A : ajouter à la suite ; N : créer ; Ctrl+F : chercher.",
    proprietes: "Propriétés", constats: "Constats", aucun: "Aucune faute trouvée : ce circuit peut être déployé.",
    attente: "Vérifiez le circuit pour voir ce qui manque avant de le déployer.",
    erreur: "faute", avertissement: "avertissement", information: "information",
    remede: "À faire : {mots}", chemin: "Chemin : {mots}", montrer: "Montrer {nom} sur le schéma", fichier: "Tout le fichier",
    encours: "{quoi} en cours…", charge: "Circuit ouvert.", change: "Modifications non enregistrées.", garde: "Enregistré à {heure}.",
    verifie: "Constats : {n} ; fautes : {fautes}.", deploye: "Version {version} déployée.", refuse: "Le circuit n’est pas déployé : corrigez les fautes signalées.",
    conflit: "Quelqu’un d’autre a enregistré ce circuit entre-temps. Téléchargez votre dessin pour ne pas le perdre, puis rechargez la page.",
    coupe: "Le serveur ne répond pas. Votre dessin est toujours là : recommencez dans un instant.",
    session: "Votre session a expiré. Téléchargez votre dessin, puis rechargez la page.",
    echec: "Le serveur a répondu {statut}. Votre dessin est toujours là.",
    illisible: "Ce schéma ne peut pas être ouvert : {cause}", question: "Déployer cette version ? Les courriers en cours gardent la leur.", deployerOui: "Déployer",
    averti: "1 avertissement : déployer quand même ? Les courriers en cours gardent leur version.",
    avertis: "{n} avertissements : déployer quand même ? Les courriers en cours gardent leur version.",
  },
  en: {
    enregistrer: "Save", verifier: "Check", deployer: "Deploy", telecharger: "Download the file",
    defaire: "Undo", refaire: "Redo", simuler: "Simulate", plan: "Map", tout: "See it all",
    outils: "Modeller tools", schema: "Drawing of the circuit. A: append; N: create; Ctrl+F: search.",
    proprietes: "Properties", constats: "Findings", aucun: "No fault found: this circuit can be deployed.",
    attente: "Check the circuit to see what is missing before it is deployed.",
    erreur: "fault", avertissement: "warning", information: "information",
    remede: "To do: {mots}", chemin: "Path: {mots}", montrer: "Show {nom} on the drawing", fichier: "The whole file",
    encours: "{quoi}…", charge: "Circuit opened.", change: "Unsaved changes.", garde: "Saved at {heure}.",
    verifie: "Findings: {n}; faults: {fautes}.", deploye: "Version {version} deployed.", refuse: "The circuit is not deployed: mend the faults shown.",
    conflit: "Somebody else saved this circuit meanwhile. Download your drawing so as not to lose it, then reload the page.",
    coupe: "The server does not answer. Your drawing is still here: try again in a moment.",
    session: "Your session has expired. Download your drawing, then reload the page.",
    echec: "The server answered {statut}. Your drawing is still here.",
    illisible: "This drawing cannot be opened: {cause}", question: "Deploy this version? Mail under way keeps its own.", deployerOui: "Deploy",
    averti: "1 warning: deploy all the same? Mail under way keeps its version.",
    avertis: "{n} warnings: deploy all the same? Mail under way keeps its version.",
  },
};

export const say = (key, values) => word(key, values, WORDS);
