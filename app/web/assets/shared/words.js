/** Words that the scripts say, in the language of the page. */

const WORDS = {
  fr: {
    envoi: "Envoi en cours…",
    avance: "Envoi : {pour} %",
    lecture: "Reçu. Le serveur range les fichiers…",
    enleve: "Retirer {nom}",
    monte: "Monter {nom}",
    descend: "Descendre {nom}",
    coupe: "L’envoi a été interrompu : le serveur ne répond pas. Vérifiez le réseau puis recommencez ; rien n’a été enregistré.",
    refus: "Le serveur a répondu {statut}. Rechargez la page puis recommencez.",
    lourd: "L’envoi est trop lourd. Déposez moins de fichiers à la fois.",
    trop: "Vos fichiers pèsent {total} ensemble ; le plus permis est {permis}. Retirez-en.",
    session: "Votre session a expiré. Rechargez la page pour vous reconnecter.",
    copie: "Numéro copié",
    octets: ["o", "ko", "Mo", "Go"],
    choisis: { un: "1 élément choisi", plusieurs: "{n} éléments choisis", aucun: "Aucun élément choisi" },
  },
  en: {
    envoi: "Sending…",
    avance: "Sending: {pour}%",
    lecture: "Received. The server is filing them…",
    enleve: "Remove {nom}",
    monte: "Move {nom} up",
    descend: "Move {nom} down",
    coupe: "The upload was cut: the server does not answer. Check the network and try again; nothing was recorded.",
    refus: "The server answered {statut}. Reload the page and try again.",
    lourd: "The upload is too large. Send fewer files at a time.",
    trop: "Your files weigh {total} together; the most allowed is {permis}. Remove some.",
    session: "Your session has expired. Reload the page to sign in again.",
    copie: "Number copied",
    octets: ["B", "kB", "MB", "GB"],
    choisis: { un: "1 item selected", plusieurs: "{n} items selected", aucun: "Nothing selected" },
  },
};

export const language = () => (document.documentElement.lang.startsWith("en") ? "en" : "fr");

export const fill = (text, values = {}) => text.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");

export const word = (key, values, table = WORDS) => fill(table[language()][key], values);

export const plural = (key, n) => {
  const forms = WORDS[language()][key];
  return fill(n === 0 ? forms.aucun : n === 1 ? forms.un : forms.plusieurs, { n });
};

export const weight = (bytes) => {
  const units = WORDS[language()].octets;
  const rank = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** rank;
  return `${value.toLocaleString(language(), { maximumFractionDigits: rank ? 1 : 0 })} ${units[rank]}`;
};

export const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";
