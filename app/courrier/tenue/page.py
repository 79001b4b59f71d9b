"""The register as a page to print: every number of a period, what was corrected under what was written, and how to check it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from itertools import chain

from app.courrier import delais
from app.courrier.tables import Arrete
from app.courrier.tenue.cahiers import Cahier, etapes
from app.courrier.tenue.lignes import Ligne

COLONNES = ("N°", "Reçu le", "Date et n° de la pièce", "Correspondant", "Objet", "Bureau", "Réponse ou échéance", "Observations")
_MENTIONS = {"objet": "objet", "date_courrier": "date", "correspondant_id": "correspondant", "nature_id": "nature",
             "bureau_id": "bureau", "mots": "mots-clés", "reponse_voulue": "réponse demandée"}  # fmt: skip
_RECALCUL = (
    "L’empreinte se recalcule sans notre logiciel, sur le fichier du registre remis avec cette page : "
    "« {debut} | sha256sum » la donne. Dans ce fichier, chaque ligne porte l’empreinte d’une inscription, une tabulation "
    "puis son texte, dont cette empreinte est le sha256 (« printf %s 'texte' | sha256sum ») ; le texte de ce qui n’est pas "
    "communiqué n’y est pas, son empreinte y est."
)

_PAR_CAHIERS = (
    "Ce jour a trop d’inscriptions pour une seule page : elles se lisent dans les cahiers du registre. L’empreinte d’un cahier "
    "est celle de toutes les lignes du jour jusqu’à sa fin ; la dernière est celle de l’arrêté. Elles se recalculent sur le "
    "fichier de l’arrêté : « head -n N fichier | cut -f1 | sha256sum », N étant le nombre des inscriptions jusque-là."
)
_SOMMAIRE = ("Cahier", "Inscriptions", "Du numéro", "Au numéro", "Empreinte (sha256) du jour jusqu’à la fin de ce cahier")
_COLONNES = {"lignes": COLONNES, "sommaire": _SOMMAIRE}


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


def html(titre: Titre, cahier: Cahier, arrete: Arrete | None, *, noms: dict[str, str]) -> str:
    """The pages, for the typesetter; `noms`: those of agents by their identifiants, `arrete`: the closing of the day, if any."""
    corps = "".join(_rangs(cahier.lignes, noms)) or f'<tr><td colspan="{len(COLONNES)}">Néant : aucune inscription.</td></tr>'
    partie = f"cahier {cahier.rang} sur {cahier.sur}" if cahier.sur > 1 else ""
    return _document(titre, partie, "lignes", corps, _fin(titre, cahier, arrete, noms))


def sommaire(titre: Titre, arrete: Arrete, *, noms: dict[str, str]) -> str:
    """The page of a closing that holds in several booklets: the digest at the end of each, by which each is checked."""
    corps = "".join(
        f'<tr><td class="n">{un.rang}</td><td>{un.nombre}</td><td>{un.premier}</td><td>{un.dernier}</td>'
        f'<td><span class="empreinte">{un.empreinte}</span></td></tr>' for un in etapes(arrete)
    )  # fmt: skip
    return _document(titre, "arrêté", "sommaire", corps, chain([_p(_PAR_CAHIERS)], _arrete(arrete, noms), _signe(titre)))


def _document(titre: Titre, partie: str, genre: str, corps: str, fin: Iterable[str]) -> str:
    periode = ", ".join(filter(None, (_periode(titre.debut, titre.fin), partie)))
    return "".join((
        '<!doctype html><html lang="fr"><head><meta charset="utf-8"></head><body class="registre">',
        f'<p class="courant">{escape(titre.organisme)} · {escape(titre.registre)} · {periode}</p>',
        f"<h1>{escape(titre.registre)}</h1><p class='sous'>{escape(titre.organisme)}, {periode}</p>",
        f'<table class="{genre}"><thead><tr>{"".join(f"<th>{mot}</th>" for mot in _COLONNES[genre])}</tr></thead>',
        f'<tbody>{corps}</tbody></table><section class="fin">{"".join(fin)}</section></body></html>',
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


def _fin(titre: Titre, cahier: Cahier, arrete: Arrete | None, noms: dict[str, str]) -> Iterator[str]:
    lignes = cahier.lignes
    annules = sum("annulation" in ligne.dit for ligne in lignes)
    caches = sum(not ligne.ouvert for ligne in lignes)
    if lignes:
        yield _p(f"{_nombre(len(lignes), 'inscription')}, de {lignes[0].courrier.chrono} à {lignes[-1].courrier.chrono}, "
                 f"dont {_nombre(annules, 'annulée')} et {_nombre(caches, 'non communiquée')} à la personne qui imprime.")
    if arrete:
        yield from _arrete(arrete, noms)
    jusque = cahier.avant + len(lignes)
    if cahier.sur > 1:
        yield _empreinte(f"Empreinte (sha256) des {jusque} premières inscriptions de la période, jusqu’à la fin de ce cahier",
                         cahier.empreinte)  # fmt: skip
    else:
        yield _empreinte("Empreinte (sha256) de ce qui est imprimé", cahier.empreinte)
    yield _p(_RECALCUL.format(debut=f"head -n {jusque} fichier | cut -f1" if cahier.rang < cahier.sur else "cut -f1 fichier"))
    yield from _signe(titre)


def _arrete(arrete: Arrete, noms: dict[str, str]) -> Iterator[str]:
    quand, par = _moment(arrete.arrete_le), noms.get(arrete.par, arrete.par)
    yield _p(f"Registre arrêté le {quand} par {par}, à {_nombre(arrete.nombre, 'inscription')}, de {arrete.premier} à "
             f"{arrete.dernier} (arrêté n° {arrete.rang}).")
    yield _empreinte("Empreinte de l’arrêté", arrete.empreinte)
    yield _empreinte("Empreinte de ses lignes au moment de l’arrêté", arrete.contenu)


def _signe(titre: Titre) -> Iterator[str]:
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
