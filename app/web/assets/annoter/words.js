/** What the reader says, in the language of the page. */
import { word } from "../shared/words.js";

const WORDS = {
  fr: {
    consigne: "Tracez un cadre sur la page, ou cliquez un mot. Échap pour renoncer.",
    clavier: "Flèches pour déplacer le cadre, Maj + flèches pour changer sa taille, Entrée pour écrire, Échap pour renoncer.",
    cadre: "Cadre de l’annotation, page {page}",
    place: "Page {page} : cadre à {x} % de la gauche et {y} % du haut, large de {l} %, haut de {h} %.",
    pose: "Annotation posée.",
    retiree: "Annotation retirée.",
    refus: "L’annotation n’a pas été enregistrée : {cause}",
    reseau: "le serveur ne répond pas. Votre texte est gardé ici, recommencez.",
    session: "votre session a expiré. Copiez votre texte, puis rechargez la page.",
    inconnu: "le serveur a répondu {statut}.",
    champ: "Lu ici : {mots}",
  },
  en: {
    consigne: "Draw a frame on the page, or click a word. Escape to give up.",
    clavier: "Arrows to move the frame, Shift + arrows to resize it, Enter to write, Escape to give up.",
    cadre: "Frame of the note, page {page}",
    place: "Page {page}: frame at {x}% from the left and {y}% from the top, {l}% wide, {h}% high.",
    pose: "Note added.",
    retiree: "Note removed.",
    refus: "The note was not recorded: {cause}",
    reseau: "the server does not answer. Your text is kept here, try again.",
    session: "your session has expired. Copy your text, then reload the page.",
    inconnu: "the server answered {statut}.",
    champ: "Read here: {mots}",
  },
};

export const say = (key, values) => word(key, values, WORDS);
