"""What every page about one courrier shows: who, when, how late, its steps, its history in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.courrier import (
    annotations,
    circuits,
    consultation,
    delais,
    deviations,
    doublons,
    habilitations,
    horloge,
    liens,
    organisation,
    registre,
)
from app.courrier.tables import Bureau, Correspondant, Courrier, LigneHorloge, Nature
from app.db import db
from app.web.context import moi, now, parts
from app.web.filters import jour
from app.web.gens import nom_agent
from app.web.histoire import historique
from app.web.mots import Echeance, dire, echeance, geste, moment
from engine import Progress

VOLETS = ("historique", "commentaires", "pieces")


@dataclass(frozen=True, kw_only=True)
class Fiche:
    """A courrier ready to be shown."""

    courrier: Courrier
    nature: Nature
    bureau: Bureau | None
    correspondant: Correspondant | None
    nom: str
    echeance: Echeance | None
    voulue: Echeance | None
    implicite: str
    suspendu: bool
    horloge: list[dict[str, str]]
    circuit: str
    progres: Progress | None
    etapes: list[dict[str, Any]]
    mots: list[str]


def fiche(courrier: Courrier) -> Fiche:
    """Gather it; the caller has checked the reader's rights."""
    session = db.session()
    nature = session.get_one(Nature, courrier.nature_id)
    correspondant = session.get(Correspondant, courrier.correspondant_id) if courrier.correspondant_id else None
    progres = circuits.ou_en_est(session, parts().engine, courrier)
    lignes, calendrier = horloge.lignes(session, courrier), delais.fermes(session)
    cadran = delais.horloge(lignes, nature, calendrier)
    suspendu = cadran.suspendue_le is not None
    return Fiche(
        courrier=courrier, nature=nature, correspondant=correspondant, nom=registre.nom_complet(correspondant),
        bureau=session.get(Bureau, courrier.bureau_id) if courrier.bureau_id else None,
        echeance=_echeance(courrier, calendrier, suspendu=suspendu), implicite=_implicite(courrier, nature, cadran),
        suspendu=suspendu, horloge=_gestes(lignes, courrier),
        circuit=circuits.nom_du_circuit(session, courrier), progres=progres, etapes=etapes(progres),
        mots=registre.mots_de(session, courrier),
        voulue=echeance(courrier.reponse_voulue, now(), calendrier) if courrier.etat == "en_cours" else None,
    )  # fmt: skip


def _echeance(courrier: Courrier, calendrier: delais.Fermes, *, suspendu: bool) -> Echeance | None:
    clos_le = delais.jour(courrier.clos_le) if courrier.clos_le else None
    return dire(delais.ecart(courrier.echeance, delais.jour(now()), calendrier, clos_le=clos_le, suspendu=suspendu))


def _implicite(courrier: Courrier, nature: Nature, cadran: delais.Horloge) -> str:
    """What silence will mean, and when: CRPA L231-1, L231-4; a file that is not complete stops it, L114-5."""
    quand = cadran.implicite
    if not nature.silence or courrier.etat != "en_cours" or courrier.sens != "arrivee":
        return ""
    if quand is None:
        if nature.silence == "SVA":
            return str(_("acceptation implicite : le délai partira quand le dossier sera complet"))
        return str(_("rejet implicite : délai suspendu"))
    if nature.silence == "SVA":
        return str(_("acceptation implicite le %(jour)s", jour=jour(quand)))
    return str(_("rejet implicite le %(jour)s", jour=jour(quand)))


def _gestes(lignes: Sequence[LigneHorloge], courrier: Courrier) -> list[dict[str, str]]:
    """The history of the délai in plain words; nothing for what nobody has to answer by a day."""
    if courrier.echeance is None and len(lignes) < 2:
        return []
    return [
        {"quand": moment(ligne.moment), "iso": ligne.moment.isoformat(), "texte": geste(ligne.geste), "motif": ligne.motif}
        for ligne in lignes
    ]


def etapes(progres: Progress | None) -> list[dict[str, Any]]:
    """The steps bar: what people did, what awaits, what is planned, each step once."""
    if progres is None:
        return []
    barre: dict[str, dict[str, Any]] = {}
    for etape in progres.steps:
        ouverte = etape.closed_at is None
        en_retard = ouverte and etape.due is not None and etape.due < now()
        faite = etape.outcome in ("done", "skipped")
        cle = f"{etape.step}:{etape.task}" if etape.main else etape.step
        if ouverte or faite:
            barre[cle] = {"nom": etape.name, "etat": "ici" if ouverte else "fait", "retard": en_retard}
        else:
            barre.pop(cle, None)  # sent back, taken back or given up: it is to come again, or never
    for refaire in progres.again & barre.keys():
        barre[refaire]["etat"] = ""
    for prevue in progres.planned_steps:
        barre.setdefault(prevue.step, {"nom": prevue.name, "etat": "", "retard": False})
    return list(barre.values())


def annulation(courrier: Courrier) -> dict[str, Any]:
    """Whether the reader may cancel it; once it is cancelled, why, and what became of its document."""
    session = db.session()
    if courrier.etat != "annule":
        return {"permise": deviations.annulable(session, moi(), courrier)}
    source = deviations.a_reenregistrer(session, courrier)
    suite = session.get(Courrier, source.courrier_id) if source and source.courrier_id not in (None, courrier.id) else None
    clerc = habilitations.peut(moi(), "enregistrer")
    return {
        "motif": consultation.annulations(session, [courrier]).get(courrier.id, ""), "suite": suite,
        "rendre": clerc and source is not None and source.courrier_id == courrier.id,
        "depot": source.id if clerc and source is not None and source.courrier_id is None else None,
    }


def liens_de(courrier: Courrier) -> dict[str, Any]:
    """The courriers of the same affair, how else this one came, and what the reader may change of it."""
    session = db.session()
    return {
        "lies": liens.lies(session, moi(), courrier), "permis": liens.peut_lier(session, moi(), courrier),
        "receptions": doublons.receptions(session, courrier), "bureau_ordre": habilitations.peut(moi(), "enregistrer"),
    }  # fmt: skip


def inscription(courrier: Courrier) -> dict[str, Any]:
    """What the reader may correct in the register, with the choices offered; nothing for who may not."""
    if courrier.etat == "annule" or not habilitations.peut(moi(), "enregistrer"):
        return {}
    session = db.session()
    fiche = session.get(Correspondant, courrier.correspondant_id) if courrier.correspondant_id else None
    return {
        "natures": [(nature.id, nature.nom) for nature in consultation.natures(session, courrier.sens)],
        "bureaux": [(noeud.id, noeud.nom) for noeud in organisation.arbre(session).values()],
        "correspondant": registre.nom_complet(fiche), "mots": ", ".join(registre.mots_de(session, courrier)),
    }


def volet(demande: str | None) -> str:
    """The tab asked for, or the first."""
    return demande if demande in VOLETS else VOLETS[0]


def volets(courrier: Courrier, ici: str, adresse: str) -> dict[str, Any]:
    """The tabs below the form: history, remarks, files; `adresse` is the page they belong to."""
    remarques = annotations.commentaires(db.session(), courrier)
    liste = consultation.pieces(db.session(), courrier)
    noms: tuple[tuple[str, str, dict[str, int]], ...] = (
        ("historique", _("Historique"), {}),
        ("commentaires", _("Remarques"), {"nombre": len(remarques)}),
        ("pieces", _("Pièces"), {"nombre": len(liste)}),
    )
    onglets = [
        {"mot": mot, "adresse": f"{adresse}?volet={cle}#volets", "ici": cle == ici, **nombre} for cle, mot, nombre in noms
    ]
    onglets.append({"mot": _("Où en est-il ?"), "adresse": url_for("courriers.suivi", courrier_id=courrier.id), "ici": False})
    return {
        "onglets": onglets, "volet": ici, "historique": historique(courrier) if ici == "historique" else [],
        "remarques": [
            {"quand": moment(r.ecrit_le), "iso": r.ecrit_le.isoformat(), "texte": _qui_parle(r), "citation": r.texte}
            for r in remarques
        ],
        "pieces": liste,
    }  # fmt: skip


def _qui_parle(remarque: Any) -> str:
    etape = remarque.contexte.get("etape")
    return f"{nom_agent(remarque.auteur)}, « {etape} »" if etape else nom_agent(remarque.auteur)
