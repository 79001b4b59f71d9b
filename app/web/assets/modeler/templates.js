/** The acts and services a designer picks from: Camunda 7 element templates. */

const property = (name) => ({ type: "property", name });

const hidden = (name, value) => ({ type: "Hidden", value, binding: property(name) });

const milestone = {
  label: "Ce que lit l’usager", group: "usager", type: "String", optional: true,
  description: "Jalon montré à l’usager qui suit sa demande ; vide : rien.",
  binding: { type: "camunda:property", name: "titre_usager" },
};

/** An act of an agent: who, by when, and the form that performs it. */
function act(form, name, description, groups, days, key = form) {
  return {
    name, description, id: `vaguemestre.${key}`, version: 1,
    category: { id: "actes", name: "Actes des agents" },
    appliesTo: ["bpmn:UserTask"],
    entriesVisible: true,
    groups: [{ id: "usager", label: "Usager" }],
    properties: [
      milestone,
      hidden("name", name), hidden("camunda:candidateGroups", groups), hidden("camunda:dueDate", `\${jours_ouvres(${days})}`), hidden("camunda:formRef", form), hidden("camunda:formRefBinding", "latest"),
    ],
  };
}

/** A service of the application: its topic and what it is given. */
function service(topic, name, description, inputs = []) {
  return {
    name, description, id: `vaguemestre.service.${topic}`, version: 1,
    category: { id: "services", name: "Services automatiques" },
    appliesTo: ["bpmn:ServiceTask"],
    groups: [{ id: "donnees", label: "Réglages" }, { id: "usager", label: "Usager" }],
    properties: [
      ...inputs.map(({ key, label, value, choices, description: help }) => ({
        label, group: "donnees", description: help, value,
        ...(choices ? { type: "Dropdown", choices } : { type: "String" }),
        binding: { type: "camunda:inputParameter", name: key },
      })),
      milestone,
      hidden("name", name), hidden("camunda:type", "external"), hidden("camunda:topic", topic),
    ],
  };
}

const STEP = { key: "etape", label: "Étape visée", value: "", description: "Identifiant de l’étape que l’on relance." };
const REASON = { key: "motif", label: "Pourquoi", value: "", description: "Dit dans l’histoire du délai, par exemple « pièces demandées »." };
const LEVEL = { key: "niveau", label: "Qui alerter", value: "chef", choices: [{ name: "Le chef du bureau", value: "chef" }, { name: "La direction", value: "direction" }] };

export const TEMPLATES = [
  act("qualifier", "Qualifier", "Dire de quoi il s’agit et qui s’en charge", "${chef(bureau)}", 1),
  act("annoter", "Annoter", "Lire et annoter le courrier", "${bureau}", 3),
  act("rediger", "Rédiger la réponse", "Écrire le projet de réponse", "${bureau}", 5),
  act("annoter", "Donner un avis", "Dire ce qu’en pense un autre bureau", "${bureau_consulte}", 5, "avis"),
  act("viser", "Viser", "Apposer son visa sur la voie hiérarchique", "${chef(bureau)}", 2),
  act("valider", "Valider", "Approuver ou renvoyer avec un motif", "${chef(bureau)}", 2),
  act("signer", "Signer", "Signer la réponse", "elu", 2),
  act("expedier", "Expédier", "Envoyer la réponse signée", "bureau-ordre", 1),
  act("prendre_connaissance", "Prendre connaissance", "Lire pour information", "${bureau}", 5),
  act("prendre_en_charge", "Prendre en charge", "Traiter une demande interne", "${bureau}", 5),
  service("courrier.relancer", "Relancer", "Rappeler l’étape à qui la détient", [STEP]),
  service("courrier.escalader", "Alerter la hiérarchie", "Prévenir le chef ou la direction d’un retard", [STEP, LEVEL]),
  service("courrier.accuser_reception", "Accuser réception", "Envoyer l’accusé de réception à l’usager"),
  service("courrier.affecter", "Changer de bureau", "Confier le courrier au bureau choisi"),
  service("courrier.notifier", "Notifier", "Prévenir par courriel ceux que cela concerne"),
  service("courrier.preparer_reponse", "Préparer la lettre", "Numéroter la réponse et la mettre en page"),
  service("courrier.expedier", "Envoyer la réponse", "Mettre la réponse à l’envoi"),
  service("delai.suspendre", "Suspendre l’horloge légale", "Le délai légal s’arrête, par exemple en attendant une pièce", [REASON]),
  service("delai.reprendre", "Reprendre l’horloge légale", "Le délai légal repart", [REASON]),
  service("courrier.classer", "Classer", "Ranger le courrier dans son dossier"),
  service("courrier.clore", "Clore", "Le courrier est traité"),
];
