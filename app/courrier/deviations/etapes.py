"""Steps sent back, passed over, or set right when they failed."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import circuits, corbeille, habilitations, journal, journey
from app.courrier.deviations.commun import motif, noter, peut_deroger
from app.courrier.errors import Interdit, SaisieRefusee
from app.courrier.habilitations import Moi
from engine import Engine, Form, Phrase, Step, Task

INDISPENSABLES = ("rediger", "signer", "expedier")
"""Acts that write, sign and send the letter: passed over, there would be none."""

SUITES = ("decision", "suite", "choix")
"""Answers that the history tells."""


def renvoyer(session: Session, engine: Engine, moi: Moi, task_id: int, *, etape: str, raison: str, now: datetime) -> Step:
    """Send the courrier back to a step done before; by who may do this one, or may pass over it."""
    tache, courrier, permise = corbeille.a_faire(session, moi, task_id)
    deroge = peut_deroger(session, moi, courrier)
    if tache.closed_at is None and not permise and not deroge:
        raise Interdit(action="renvoyer cette étape : elle revient à d’autres")
    dit = motif(raison)
    faite = engine.send_back(session, task_id, step=etape, by=moi.identifiant, reason=dit, now=now, whoever=deroge)
    vers = next((ouverte.name for ouverte in faite.opened if ouverte.step == etape), etape)
    noter(session, moi, "renvoyer-etape", tache, courrier, now, vers=vers, motif=dit)
    journey.suites(session, engine, courrier, faite, now=now)
    return faite


def renvoi(session: Session, tache: Task) -> Task | None:
    """The step that was sent back to this one, with its reason; nothing when the circuit led here by itself."""
    renvoyees = select(Task).where(Task.instance_id == tache.instance_id, Task.outcome == "sent-back")
    derniere = session.scalar(renvoyees.where(Task.closed_at == tache.opened_at).limit(1))
    return derniere if derniere is not None and derniere.result.get("vers") == tache.step and tache.main is None else None


def passer(
    session: Session, engine: Engine, moi: Moi, task_id: int, decisions: Mapping[str, object], *, raison: str, now: datetime
) -> Step:
    """Pass over a step as if it were done; `decisions` answer what its form asks to know which way follows."""
    tache, courrier, _ = corbeille.a_faire(session, moi, task_id)
    if not peut_deroger(session, moi, courrier):
        raise Interdit(action="passer cette étape")
    if tache.closed_at is None and tache.act in INDISPENSABLES:
        raise Interdit(action="passer une étape qui écrit, signe ou envoie la lettre ; renvoyez-la ou confiez-la à un autre")
    valeurs = _decisions(engine.form(session, tache, values={}, now=now), decisions)
    dit, suite = motif(raison), {cle: valeurs[cle] for cle in SUITES if valeurs.get(cle)}
    noter(session, moi, "passer-etape", tache, courrier, now, motif=dit, **suite)
    faite = engine.force(session, task_id, valeurs, by=moi.identifiant, reason=dit, now=now)
    journey.suites(session, engine, courrier, faite, now=now)
    return faite


def _decisions(form: Form, postees: Mapping[str, object]) -> dict[str, object]:
    """The answers that steer the circuit, each among those offered; `SaisieRefusee`."""
    erreurs: dict[str, str] = {}
    gardees: dict[str, object] = {}
    for champ in form.walk():
        if champ.type == "radio":
            if postees.get(champ.key) in [option.value for option in champ.options]:
                gardees[champ.key] = postees[champ.key]
            elif champ.required:
                erreurs[champ.key] = Phrase("Dites ce qu’il faut répondre à « {champ} ».", champ=champ.label)
    if form.choices:
        gardees["choix"] = postees.get("choix") or ([] if form.multiple else "")
    if erreurs:
        raise SaisieRefusee(erreurs)
    return gardees


def corriger(
    session: Session, engine: Engine, moi: Moi, incident_id: int, *, cle: str, valeur: str, raison: str, now: datetime
) -> Step:
    """Change one short fact of the circuit's data that made a step fail, then try it again."""
    habilitations.exiger(moi, "incidents")
    if not cle.isidentifier() or cle.startswith("_") or len(cle) > 100:
        raise SaisieRefusee({"cle": "Donnez le nom de la donnée, tel que le circuit l’écrit."})
    dit = motif(raison)
    etape = engine.set_right(session, incident_id, {cle: _lue(valeur.strip())}, by=moi.identifiant, reason=dit, now=now)
    courrier = circuits.courrier_de(session, etape.instance.subject)
    journal.noter(session, acteur=moi.identifiant, acte="corriger-donnee", sujet=circuits.sujet(courrier), now=now,
                  donnee=cle, valeur=valeur.strip()[:200], motif=dit)  # fmt: skip
    journey.suites(session, engine, courrier, etape, now=now)
    return etape


def _lue(texte: str) -> object:
    """What was typed as what a circuit compares: yes and no, a number, nothing, else the words themselves."""
    mots = {"oui": True, "vrai": True, "true": True, "non": False, "faux": False, "false": False, "": None}
    if texte.lower() in mots:
        return mots[texte.lower()]
    nombre = texte.replace(" ", "").replace(",", ".")
    try:
        return int(nombre) if nombre.lstrip("-").isdigit() else float(nombre) if nombre.lstrip("-")[:1].isdigit() else texte
    except ValueError:
        return texte
