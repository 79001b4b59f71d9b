"""The registers over a day, a week, a month or a year: seen, printed, closed, and read again to tell that nothing has moved."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.courrier import consultation, delais, habilitations, journal, registre, tenue
from app.courrier.errors import CourrierError, Introuvable
from app.courrier.tables import Arrete, Courrier
from app.db import Session, db, transaction
from app.web.context import jobs, moi, now, parts
from app.web.flux import emporter
from app.web.mots import nom_du_registre, traduite
from app.web.urls import numero

bp = Blueprint("tenue", __name__, url_prefix="/registres")
PERIODES = ("jour", "semaine", "mois", "annee")
JOUR_A_JOUR = ("semaine", "mois")
MONTREES = 200
"""Lines on a page of the screen."""
ECARTS = 8
"""Told one by one: what a page says once goes by the cookie, which browsers drop beyond 4 kB."""


@bp.before_request
def reserve() -> None:
    """Those who may consult the registers."""
    habilitations.exiger(moi(), "registre")


@bp.get("")
def page() -> str:
    cle, periode, jour = _demande()
    debut, fin = _bornes(periode, jour)
    session, arretables = db.session(), habilitations.peut(moi(), "arreter")
    arretes = tenue.arretes_de(session, cle, debut, fin)
    portions = [] if periode == "annee" else tenue.portions(session, cle, debut, fin, taille=MONTREES)
    rang = min(max(request.args.get("page", 1, type=numero), 1), max(len(portions), 1))
    lignes = tenue.de_portion(session, cle, debut, fin, portions[rang - 1], moi=moi()) if portions else []
    return render_template(
        "registres/page.html", cle=cle, periode=periode, jour=jour, debut=debut, fin=fin, lignes=lignes, rang=rang,
        premier=1 + sum(une.dernier - une.premier + 1 for une in portions[: rang - 1]), dernier=max(len(portions), 1),
        nombre=tenue.nombre(session, cle, debut, fin), empreinte=tenue.empreinte(lignes) if len(portions) == 1 else "",
        titre=format_date(debut, "MMMM yyyy") if periode == "mois" else str(debut.year) if periode == "annee" else "",
        mois=_mois(cle, debut) if periode == "annee" else [], jours=_jours(cle, debut, fin) if periode in JOUR_A_JOUR else [],
        cahiers=_cahiers(cle, debut, fin), par_cahier=tenue.CAHIER, arretes=arretes, noms=_noms(),
        derniers=[] if periode in JOUR_A_JOUR else tenue.liste(session, cle), registres=_registres(), hier=_hier(),
        ouverts=tenue.a_arreter(session, cle, jusqua=min(jour, _hier())) if arretables else [],
    )  # fmt: skip


def _cahiers(cle: str, debut: date, fin: date) -> list[tuple[str, str]]:
    """The first and last numbers of each booklet in which a period is printed."""
    portions = tenue.decoupe(db.session(), cle, debut, fin)
    return [(registre.chrono(cle, une.annee, une.premier), registre.chrono(cle, une.annee, une.dernier)) for une in portions]


def _jours(cle: str, debut: date, fin: date) -> list[tuple[date, int]]:
    """The days of a period on which something was registered, with how much."""
    tous = [debut + timedelta(days=rang) for rang in range((fin - debut).days + 1)]
    nombres = tenue.nombres(db.session(), cle, [(un, un) for un in tous])
    return [(un, nombre) for un, nombre in zip(tous, nombres, strict=True) if nombre]


def _mois(cle: str, debut: date) -> list[tuple[date, str, int]]:
    """The months of a year, by their first day and name, with how many were registered in each."""
    premiers = [delais.mois(debut, rang) for rang in range(12)]
    bornes = [_bornes("mois", premier) for premier in premiers]
    noms = [format_date(premier, "MMMM yyyy") for premier in premiers]
    return list(zip(premiers, noms, tenue.nombres(db.session(), cle, bornes), strict=True))


@bp.get("/registre.pdf")
def imprimer() -> Response:
    cle, periode, jour = _demande()
    debut, fin = _bornes(periode, jour)
    session, organisme, noms = db.session(), parts().config.organisme.nom, _noms()
    cahier = tenue.cahier(session, cle, debut, fin, request.args.get("cahier", 1, type=numero), moi=moi())
    titre = tenue.Titre(
        organisme=registre.nom_organisme(session, cle, organisme), registre=tenue.nom(cle), debut=debut, fin=fin,
        par=noms.get(moi().identifiant, moi().identifiant), quand=now(), journal=journal.ou_en_est(session),
    )  # fmt: skip
    html = tenue.html(titre, cahier, tenue.du_jour(session, cle, debut) if debut == fin else None, noms=noms)
    pdf = parts().compositeur.pdf(html, titre=titre.registre, auteur=organisme)
    suffixe = "pdf" if cahier.sur == 1 else f"cahier-{cahier.rang}.pdf"
    return _fichier(pdf, "application/pdf", _nom(cle, debut, fin, suffixe))


@bp.get("/registre.txt")
def canonique() -> Response:
    """The file from which the printed digest is reckoned."""
    cle, periode, jour = _demande()
    debut, fin, qui = *_bornes(periode, jour), moi()

    def ecrire(session: Session) -> Iterator[bytes]:
        return (tenue.fichier(portion).encode() for portion in tenue.par_portions(session, cle, debut, fin, moi=qui))

    return emporter(ecrire, "text/plain; charset=utf-8", _nom(cle, debut, fin, "txt"))


@bp.get("/registre.csv")
def tableur() -> Response:
    cle, periode, jour = _demande()
    debut, fin, qui, noms = *_bornes(periode, jour), moi(), _noms()

    def ecrire(session: Session) -> Iterator[bytes]:
        return tenue.csv_de(session, cle, debut, fin, moi=qui, noms=noms)

    return emporter(ecrire, "text/csv; charset=utf-8", _nom(cle, debut, fin, "csv"))


@bp.post("/arretes")
def arreter() -> Response:
    habilitations.exiger(moi(), "arreter")
    cle, _periode, jour = _demande()
    try:
        with transaction() as session:
            faits = tenue.arreter(session, cle, jour, par=moi().identifiant, now=now())
    except CourrierError as refus:
        flash(_refus(refus), "erreur")
    else:
        for fait in faits:
            jobs().garder(fait.id)
        flash(_("Registre arrêté au %(chrono)s.", chrono=faits[-1].dernier), "ok")
    return redirect(url_for("tenue.page", registre=cle, periode="jour", jour=jour))


@bp.post("/verification")
def verifier() -> Response:
    """Read again the closings of the period that is shown, of a month of it at most: a command reads them all."""
    cle, periode, jour = _demande()
    debut, fin = _bornes("mois" if periode == "annee" else periode, jour)
    bilan = tenue.verifier(db.session(), parts().coffre, cle, debut=debut, fin=fin)
    for ecart in bilan.ecarts[:ECARTS]:
        flash(_("Arrêté du %(jour)s : %(motif)s.", jour=f"{ecart.jour:%d/%m/%Y}", motif=traduite(ecart.motif)), "erreur")
    if len(bilan.ecarts) > ECARTS:
        flash(_("%(n)d écarts en tout : « flask registre verify » les dit un à un.", n=len(bilan.ecarts)), "erreur")
    if not bilan.arretes:
        flash(_("Aucun jour de cette période n’est arrêté : il n’y a rien à relire."), "info")
    elif not bilan.ecarts:
        relus = ngettext("%(num)d arrêté relu,", "%(num)d arrêtés relus,", bilan.arretes)
        inscrits = ngettext("%(num)d inscription relue,", "%(num)d inscriptions relues,", bilan.inscriptions)
        flash(_("Conforme : %(relus)s %(inscrits)s rien n’a changé sans laisser sa ligne.", relus=relus, inscrits=inscrits), "ok")
    return redirect(url_for("tenue.page", registre=cle, periode=periode, jour=jour))


@bp.get("/arretes/<int:arrete_id>.pdf")
def arrete(arrete_id: int) -> Response:
    """The page that was kept at the closing."""
    fait = _ouvert(arrete_id)
    return _fichier(parts().coffre.get(fait.page), "application/pdf", f"arrete-{fait.registre}-{fait.jour}.pdf")


@bp.get("/arretes/<int:arrete_id>.txt")
def lignes_arretees(arrete_id: int) -> Response:
    """Its lines as they were that day, from which its digest is reckoned."""
    fait = _ouvert(arrete_id)
    return _fichier(parts().coffre.get(fait.fichier), "text/plain; charset=utf-8", f"arrete-{fait.registre}-{fait.jour}.txt")


def _ouvert(arrete_id: int) -> Arrete:
    """A closing that is in the vault, for those to whom every line of it is open; `Introuvable`."""
    session = db.session()
    fait = session.get(Arrete, arrete_id)
    if fait is None or not fait.page or not tenue.tout_ouvert(session, fait.registre, fait.jour, fait.jour, moi=moi()):
        raise Introuvable(quoi="Cet arrêté")
    return fait


def _refus(refus: CourrierError) -> str:
    erreurs = getattr(refus, "erreurs", {})
    return traduite(next(iter(erreurs.values()))) if erreurs else str(refus)


def _demande() -> tuple[str, str, date]:
    """The register, the kind of period and a day of it, as asked; the arrivals of today else."""
    dits = request.values
    cle = dits.get("registre", "")
    periode = dits.get("periode", "")
    connus = registre.tous_les_registres(db.session())
    return cle if cle in connus else connus[0], periode if periode in PERIODES else "jour", _jour(dits.get("jour", ""))


def _jour(texte: str) -> date:
    aujourdhui = delais.jour(now())
    try:
        jour = date.fromisoformat(texte)
    except ValueError:
        return aujourdhui
    return jour if 2000 <= jour.year <= aujourdhui.year + 1 else aujourdhui


def _bornes(periode: str, jour: date) -> tuple[date, date]:
    if periode == "semaine":
        lundi = jour - timedelta(days=jour.weekday())
        return lundi, lundi + timedelta(days=6)
    if periode == "mois":
        debut = jour.replace(day=1)
        return debut, delais.mois(debut, 1) - timedelta(days=1)
    return (jour.replace(month=1, day=1), jour.replace(month=12, day=31)) if periode == "annee" else (jour, jour)


def _noms() -> dict[str, str]:
    """Who is named on the lines of the registers."""
    return {**consultation.noms(db.session()), "horloge": _("l’horloge")}


def _hier() -> date:
    return delais.jour(now()) - timedelta(days=1)


def prevenir(courrier: Courrier) -> None:
    """Tell who registers that the day of arrival is closed already."""
    avis = tenue.avis(db.session(), courrier)
    if avis:
        flash(traduite(avis), "attention")


def _registres() -> Sequence[tuple[str, str]]:
    """The registers by key; each with its body when there are several."""
    session, nous = db.session(), parts().config.organisme.nom
    cles = registre.tous_les_registres(session)
    noms = [(cle, nom_du_registre(registre.sens_de(cle))) for cle in cles]
    if len(cles) == len(registre.REGISTRES):
        return noms
    return [(cle, f"{nom} · {registre.nom_organisme(session, cle, nous)}") for cle, nom in noms]


def _nom(cle: str, debut: date, fin: date, suffixe: str) -> str:
    return f"registre-{cle}-{debut}.{suffixe}" if debut == fin else f"registre-{cle}-{debut}-{fin}.{suffixe}"


def _fichier(contenu: bytes, mime: str, nom: str) -> Response:
    reponse = make_response(contenu)
    reponse.headers["Content-Type"] = mime
    reponse.headers["Content-Disposition"] = f'attachment; filename="{nom}"'
    return reponse
