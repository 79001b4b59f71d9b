/** What the drawn circuit says, in the language of the page. */
import { word } from "../shared/words.js";

const WORDS = {
  fr: {
    titre: "Schéma du circuit. Le tableau de la page dit la même chose.",
    touches: "Schéma : flèches pour se déplacer, + et − pour agrandir ou réduire, 0 pour tout voir",
    panne: "Le schéma n’a pas pu être affiché ({cause}). Le tableau de la page dit la même chose.",
    fait: "fait",
    active: "en cours",
    late: "en retard",
    prevu: "prévu",
    chemin: "chemin suivi",
    duree: "durée moyenne (plus le cadre est épais, plus l’attente est longue)",
    attente: "durée moyenne : {mots}",
    heures: "{n} h",
    jours: "{n} j",
    legende: "Légende",
    plus: "Agrandir",
    moins: "Réduire",
    tout: "Tout voir",
    ici: "Aller à l’étape en cours",
  },
  en: {
    titre: "Drawing of the circuit. The table on this page says the same.",
    touches: "Drawing: arrows to move, + and − to zoom, 0 to see it all",
    panne: "The drawing could not be shown ({cause}). The table on this page says the same.",
    fait: "done",
    active: "in progress",
    late: "overdue",
    prevu: "planned",
    chemin: "path taken",
    duree: "average time (the thicker the frame, the longer the wait)",
    attente: "average time: {mots}",
    heures: "{n} h",
    jours: "{n} d",
    legende: "Key",
    plus: "Zoom in",
    moins: "Zoom out",
    tout: "See it all",
    ici: "Go to the current step",
  },
};

export const say = (key, values) => word(key, values, WORDS);
