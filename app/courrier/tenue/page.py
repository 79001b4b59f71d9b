"""The register as a page to print: every number of a period, what was corrected under what was written, and how to check it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape

from app.courrier import delais
from app.courrier.tables import Arrete
from app.courrier.tenue.lignes import Ligne, empreinte

COLONNES = ("N°", "Reçu le", "Date et n° de la pièce", "Correspondant", "Objet", "Bureau", "Réponse ou échéance", "Observations")
_MENTIONS = {"objet": "objet", "date_courrier": "date", "correspondant_id": "correspondant", "nature_id": "nature",
             "bureau_id": "bureau", "mots": "mots-clés", "reponse_voulue": "réponse demandée"}  # fmt: skip
_RECALCUL = (
    "L’empreinte se recalcule sans notre logiciel, sur le fichier du registre remis avec cette page : "
    "« cut -f1 fichier | sha256sum » la donne. Dans ce fichier, chaque ligne porte l’empreinte d’une inscription, une tabulation "
    "puis son texte, dont cette empreinte est le sha256 (« printf %s 'texte' | sha256sum ») ; le texte de ce qui n’est pas "
    "communiqué n’y est pas, son empreinte y est."
)


@dataclass(frozen=True, kw_only=True)
class Titre:
    """What is printed: whose register, which, over what period, by whom and when; the head of the journal at that moment."""

    organisme: str
    registre: str
    debut: date
    fin: date
    par: str
    quand: datetime
    journal: tuple[int, str]


def nom(registre: str) -> str:
    """What a register is called, on paper."""
    noms = {"A": "Registre des arrivées", "D": "Registre des départs", "I": "Registre interne"}
    return noms[registre[-1]]


def html(titre: Titre, lignes: Sequence[Ligne], arrete: Arrete | None, *, noms: dict[str, str]) -> str:
    """The pages, for the typesetter; `noms`: those of agents by their identifiants, `arrete`: the closing of the day, if any."""
    periode = _periode(titre.debut, titre.fin)
    corps = "".join(_rangs(lignes, noms)) or f'<tr><td colspan="{len(COLONNES)}">Néant : aucune inscription.</td></tr>'
    return "".join((
        '<!doctype html><html lang="fr"><head><meta charset="utf-8"></head><body class="registre">',
        f'<p class="courant">{escape(titre.organisme)} · {escape(titre.registre)} · {periode}</p>',
        f"<h1>{escape(titre.registre)}</h1><p class='sous'>{escape(titre.organisme)}, {periode}</p>",
        f"<table><thead><tr>{''.join(f'<th>{mot}</th>' for mot in COLONNES)}</tr></thead><tbody>{corps}</tbody></table>",
        f'<section class="fin">{"".join(_fin(titre, lignes, arrete, noms))}</section></body></html>',
    ))


def _rangs(lignes: Sequence[Ligne], noms: dict[str, str]) -> Iterator[str]:
    avant = None
    for ligne in lignes:
        courrier = ligne.courrier
        if avant and avant[0] == courrier.annee:
            for numero in range(avant[1] + 1, courrier.numero):
                yield f'<tr><td class="n">{numero:05d}</td><td colspan="{len(COLONNES) - 1}">Numéro sans inscription.</td></tr>'
        avant = (courrier.annee, courrier.numero)
        yield _rang(ligne) if ligne.ouvert else (
            f'<tr><td class="n">{courrier.chrono}</td><td colspan="{len(COLONNES) - 1}"><em>Non communiqué.</em></td></tr>')
        if ligne.ouvert:
            yield from map(_suite, suites(ligne, noms))


def _rang(ligne: Ligne) -> str:
    mots, courrier = ligne.mots, ligne.courrier
    annule = "annulation" in ligne.dit
    arrive = courrier.recu_le if courrier.sens == "arrivee" else courrier.enregistre_le
    piece = " · ".join(mot for mot in (mots["date_courrier"], mots["reference"]) if mot)
    suite = ", ".join(ligne.reponses) or (f"avant le {courrier.echeance:%d/%m/%Y}" if courrier.echeance and not annule else "")
    notes = " · ".join(mot for mot in (
        mots["nature"], f"recommandé {mots['recommande']}" if mots["recommande"] else "", _CANAUX.get(courrier.canal, ""),
    ) if mot)  # fmt: skip
    numero = f"<s>{courrier.chrono}</s>" if annule else courrier.chrono
    jour = f"{arrive.astimezone(delais.PARIS):%d/%m/%Y}"
    cases = (jour, piece, mots["correspondant"], mots["objet"], mots["bureau"], suite, notes)
    return f'<tr><td class="n">{numero}</td>{"".join(f"<td>{escape(case)}</td>" for case in cases)}</tr>'


def suites(ligne: Ligne, noms: Mapping[str, str]) -> Iterator[str]:
    """What was done to the line since, each in a sentence."""
    rectifications = ligne.dit["rectifications"]
    for une in rectifications if isinstance(rectifications, list) else ():
        par, mention = noms.get(une["par"], une["par"]), _MENTIONS.get(une["champ"], une["champ"])
        yield (f"Rectifié le {_jour(une['le'])} par {par} ({mention}) : {une['ancien'] or '–'} → {une['nouveau'] or '–'}. "
               f"Motif : {une['motif']}")
    annulation = ligne.dit.get("annulation")
    if isinstance(annulation, dict):
        yield (f"Annulé le {_jour(annulation['le'])} par {noms.get(annulation['par'], annulation['par'])}. "
               f"Motif : {annulation['motif']}")


def _suite(phrase: str) -> str:
    return f'<tr class="suite"><td></td><td colspan="{len(COLONNES) - 1}">{escape(phrase)}</td></tr>'


def _fin(titre: Titre, lignes: Sequence[Ligne], arrete: Arrete | None, noms: dict[str, str]) -> Iterator[str]:
    annules = sum("annulation" in ligne.dit for ligne in lignes)
    caches = sum(not ligne.ouvert for ligne in lignes)
    if lignes:
        yield _p(f"{_nombre(len(lignes), 'inscription')}, de {lignes[0].courrier.chrono} à {lignes[-1].courrier.chrono}, "
                 f"dont {_nombre(annules, 'annulée')} et {_nombre(caches, 'non communiquée')} à la personne qui imprime.")
    if arrete:
        quand, par = _moment(arrete.arrete_le), noms.get(arrete.par, arrete.par)
        yield _p(f"Registre arrêté le {quand} par {par}, à {_nombre(arrete.nombre, 'inscription')}, de {arrete.premier} à "
                 f"{arrete.dernier} (arrêté n° {arrete.rang}).")
        yield _empreinte("Empreinte de l’arrêté", arrete.empreinte)
        yield _empreinte("Empreinte de ses lignes au moment de l’arrêté", arrete.contenu)
    yield _empreinte("Empreinte (sha256) de ce qui est imprimé", empreinte(lignes))
    yield _p(_RECALCUL)
    numero, tete = titre.journal
    yield _empreinte(f"Journal, ligne {numero}", tete)
    yield _p(f"Imprimé le {_moment(titre.quand)} par {titre.par}.")
    yield '<div class="place" id="signature"></div>'


def _empreinte(quoi: str, valeur: str) -> str:
    return f'<p>{escape(quoi)} : <span class="empreinte">{valeur}</span></p>'


def _nombre(n: int, mot: str) -> str:
    return f"{n} {mot}{'s' if n > 1 else ''}"


def _p(phrase: str) -> str:
    return f"<p>{escape(phrase)}</p>"


def _periode(debut: date, fin: date) -> str:
    return f"{debut:%d/%m/%Y}" if debut == fin else f"du {debut:%d/%m/%Y} au {fin:%d/%m/%Y}"


def _jour(iso: str) -> str:
    return f"{datetime.fromisoformat(iso).astimezone(delais.PARIS):%d/%m/%Y}"


def _moment(quand: datetime) -> str:
    return f"{quand.astimezone(delais.PARIS):%d/%m/%Y à %H:%M}"


_CANAUX = {"papier": "papier", "courriel": "courriel", "formulaire": "formulaire", "guichet": "guichet", "telephone": "téléphone",
           "api": "autre logiciel"}  # fmt: skip
