"""What templates call to say dates, people, kinds in the reader's words."""

from datetime import date, datetime
from typing import cast

from babel.support import NullTranslations
from flask import Flask, g
from flask_babel import format_date, format_datetime, format_decimal, get_translations, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from app.courrier import delais
from app.courrier.organisation import MACHINES
from app.courrier.tables import LigneJournal
from app.web import mots, mots_fiches
from app.web.gens import nom_agent

RECONNU = {
    "même SIRET": _l("même SIRET"), "même courriel": _l("même courriel"), "même téléphone": _l("même téléphone"),
    "mêmes nom et code postal": _l("mêmes nom et code postal"), "même nom": _l("même nom"), "même adresse": _l("même adresse"),
}
"""Why a sheet may be the sender's."""

RAISONS = (
    _l("première ligne du bloc d’adresse"), _l("voie du bloc d’adresse"), _l("code postal du bloc d’adresse"),
    _l("commune du bloc d’adresse"), _l("nom de la signature"), _l("adresse électronique du texte"),
    _l("numéro de téléphone du texte"), _l("numéro SIRET dont la clé est juste"), _l("numéro SIRET dont un chiffre est à relire"),
    _l("mention de recommandé"),
    _l("mention de recommandé et numéro d’envoi"), _l("date écrite en tête"), _l("date sans année : la plus récente possible"),
    _l("texte après « Objet »"), _l("pas d’objet : numéro de la pièce"),
    _l("pas d’objet : première phrase qui demande"), _l("texte après la mention de référence"),
    _l("numéro de la pièce"), _l("numéro de dossier"), _l("délai écrit dans la lettre"), _l("date limite écrite dans la lettre"),
    _l("en-tête du courriel"), _l("nommé après «à l’attention de»"), _l("service nommé dans l’adresse"),
    _l("cite un numéro de notre registre"), _l("mise en demeure, danger ou délai d’heures"), _l("la lettre se dit urgente"),
    _l("nommé dans l’adresse"), _l("ligne seule avant la formule d’appel"),
    _l("nommé dans la lettre"),
    _l("nature de ce bureau"),
    _l("mots-clés déjà employés dans la maison, puis ce qui distingue cette lettre des autres"),
    _l("ce qui distingue cette lettre des autres"),
)
"""Why a value was proposed, as the trade says it: what the catalogue must hold for the filter `traduite`."""

VISITEURS = (
    _l("enregistre le courrier"), _l("agent, urbanisme"), _l("chef, urbanisme"), _l("maire, signe"),
    _l("directrice, suit les retards"), _l("dessine les circuits"), _l("agent, voirie"), _l("cheffe, voirie"), _l("administre"),
)
"""What those do whom a visitor of the demonstration may become, for the same filter."""

CANAUX = {
    "papier": _l("papier"), "courriel": _l("courriel"), "formulaire": _l("formulaire"), "guichet": _l("guichet"),
    "telephone": _l("téléphone"), "api": _l("échange automatique"), "postal": _l("lettre simple"),
    "recommande": _l("lettre recommandée"), "remise": _l("remise en mains propres"),
}  # fmt: skip
GENRES = {
    "original": _l("original reçu"), "annexe": _l("pièce jointe"), "projet": _l("projet de réponse"),
    "reponse": _l("lettre signée"), "preuve": _l("preuve d’envoi"), "accuse": _l("accusé de réception"),
    "vue": _l("courriel mis en pages"),
    "pdfa": _l("copie PDF/A avec texte sélectionnable"),
    "cherchable": _l("copie avec texte sélectionnable (pas PDF/A : l’original n’est pas fait que d’images)"),
}  # fmt: skip
ENVOIS = {"reponse": _l("lettre signée"), "accuse": _l("accusé de réception")}
ISSUES = {
    "done": _l("fait"), "taken-away": _l("retirée par un délai"), "skipped": _l("passée"), "sent-back": _l("renvoyée"),
    "cancelled": _l("annulée"), "recalled": _l("reprise par son auteur"),
}  # fmt: skip
REPONSES = {
    "favorable": _l("Avis favorable"), "defavorable": _l("Avis défavorable"), "sans_objet": _l("Sans objet"),
    "viser": _l("Visa donné"), "renvoyer": _l("Visa refusé"),
}  # fmt: skip


ROLES = {
    "bureau-ordre": _l("Bureau d’ordre"), "direction": _l("Direction"), "elu": _l("Élu signataire"), "manager": _l("Manager"),
    "concepteur": _l("Concepteur de circuits"), "administrateur": _l("Administrateur"),
}  # fmt: skip


def install(app: Flask) -> None:
    """Give the templates their words."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of its extension
        gettext=lambda texte: _catalogue().ugettext(texte),
        ngettext=lambda un, plusieurs, n: _catalogue().ungettext(un, plusieurs, n),
        newstyle=True,
    )
    app.add_template_filter(jour, "jour")
    app.add_template_filter(heure, "heure")
    app.add_template_filter(sans_coupure, "sans_coupure")
    app.add_template_filter(jour_entier, "jour_entier")
    app.add_template_filter(mots.moment, "moment")
    app.add_template_filter(geste, "geste")
    # Not `_()`: a template fills that one and takes it for safe, and these sentences quote what was typed.
    app.add_template_filter(mots.traduite, "traduite")
    app.add_template_filter(mots.regle, "regle")
    app.add_template_filter(lambda mots: mots[:1].upper() + mots[1:], "capitale")
    app.add_template_filter(lambda cle: RECONNU.get(cle, cle), "reconnu")
    app.add_template_filter(lambda cle: CANAUX.get(cle, cle), "canal")
    app.add_template_filter(lambda cle: GENRES.get(cle, cle), "genre")
    app.add_template_filter(lambda cle: ENVOIS.get(cle, cle), "envoi")
    app.add_template_filter(taille, "taille")
    app.add_template_filter(mots_fiches.champ, "champ_fiche")
    app.add_template_filter(mots_fiches.valeur, "valeur_fiche")
    app.add_template_filter(mots_fiches.acte, "acte_fiche")
    app.add_template_filter(format_decimal, "nombre")
    app.add_template_filter(semaine, "semaine")
    app.add_template_filter(lambda cle: ROLES.get(cle, cle), "role")
    app.add_template_filter(lambda cle: ISSUES.get(cle, cle), "issue")
    app.add_template_filter(lambda cle: REPONSES.get(cle, cle), "reponse_demandee")
    app.add_template_filter(lambda voies: [(voie.step, voie.name) for voie in voies], "voies")
    app.add_template_filter(lambda champ: [(option.value, option.label) for option in champ.options], "paires")
    app.add_template_filter(lambda form: [(option.value, option.label) for option in form.choices], "choix_paires")
    app.add_template_global(nom_agent)
    app.add_template_global(lambda: g.moi.identifiant if g.get("moi") else "", "moi_identifiant")


def _catalogue() -> NullTranslations:
    """The words of this page's language, looked up once a page: it says a hundred of them."""
    if "catalogue" not in g:
        g.catalogue = get_translations()
    return cast(NullTranslations, g.catalogue)


def jour(quand: datetime | date) -> str:
    """«16 nov. 2026»."""
    return mots.premier(format_date(delais.jour(quand) if isinstance(quand, datetime) else quand, "d MMM yyyy"))


def jour_entier(quand: date) -> str:
    """«vendredi 1er mai», without the year."""
    return mots.premier(format_date(quand, "EEEE d MMMM"))


def heure(quand: datetime) -> str:
    """«10:42»."""
    return str(format_datetime(quand, "HH:mm"))


def geste(ligne: LigneJournal) -> str:
    """What a line of the journal says beside its actor's name."""
    return mots.fait(ligne.acte) if ligne.acteur in MACHINES else mots.acte(ligne.acte)


def semaine(iso: str) -> str:
    """«semaine du 16 nov.» for `2026-W47`."""
    lundi = datetime.strptime(f"{iso}-1", "%G-W%V-%u").date()  # noqa: DTZ007  # a day, not a moment
    return str(_("semaine du %(jour)s", jour=mots.premier(format_date(lundi, "d MMM"))))


def taille(octets: int) -> str:
    """«709 octets», «42,8 ko», «1,2 Mo»."""
    if octets < 1000:
        return str(ngettext("%(num)d octet", "%(num)d octets", octets))
    if octets < 1_000_000:
        return str(_("%(n)s ko", n=format_decimal(octets / 1000, "#,##0.#")))
    return str(_("%(n)s Mo", n=format_decimal(octets / 1_000_000, "#,##0.#")))


def sans_coupure(phrase: str, mot: str) -> Markup:
    """A sentence in which a word, as a number with its hyphens, is never cut at the end of a line."""
    entier = Markup('<span class="entier">{}</span>').format(mot)
    return escape(phrase).replace(str(escape(mot)), entier) if mot else escape(phrase)
