"""A town hall's first day: its bureaux, people, natures and templates from one file, then the circuits that are shipped."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config import ROOT
from app.courrier import journal, organisation, reponse
from app.courrier.errors import SaisieRefusee
from app.courrier.tables import Agent, Bureau, Nature
from app.wiring import Parts

GENRES = {".form": "form", ".dmn": "dmn", ".bpmn": "bpmn"}
"""In the order of deployment: a circuit names its forms and tables."""

BUREAU = {"cle", "nom", "parent", "adresse", "telephone", "courriel"}
AGENT = {"id", "prenom", "nom", "qualite", "courriel", "bureau", "place", "roles"}
NATURE = {column.key for column in Nature.__table__.columns} - {"id", "bureau_id"} | {"bureau"}


def installer(session: Session, maison: Mapping[str, Any], *, par: str, now: datetime) -> list[str]:
    """Write what the file says and is not there yet; the new agents, whose passwords are drawn at random and told to nobody.

    `maison`: lists `bureaux`, `agents`, `natures` of tables, as in docs/maison.toml. `SaisieRefusee` names what is wrong.
    """
    _controler(maison)
    reponse.semer(session)
    connus = set(session.scalars(select(Bureau.cle)))
    for bureau in maison.get("bureaux", ()):
        if bureau["cle"] not in connus:
            organisation.creer_bureau(session, **bureau, par=par, now=now)
    venus = [agent["id"] for agent in maison.get("agents", ()) if _agent(session, agent, par, now)]
    _natures(session, maison.get("natures", ()))
    return venus


def deployer(session: Session, parts: Parts, *, par: str, now: datetime) -> None:
    """Deploy the forms, decision tables and circuits that are shipped; those that are there already stay."""
    for suffixe, genre in GENRES.items():
        for fichier in sorted((ROOT / ("forms" if genre == "form" else "processes")).glob(f"*{suffixe}")):
            fait = parts.engine.deploy(session, fichier.read_bytes(), by=par, now=now, kind=genre, key=fichier.stem)
            if fait.definition is None:
                raise ValueError(f"{fichier.name}: {[constat.message for constat in fait.findings]}")
            if not fait.unchanged:
                version = fait.definition.version
                journal.noter(session, acteur=par, acte="deployer", sujet=f"circuit:{fichier.stem}", now=now, version=version)


def _agent(session: Session, agent: Mapping[str, Any], par: str, now: datetime) -> bool:
    nom = agent["id"]
    if session.scalar(select(Agent.id).where(Agent.identifiant == nom)):
        return False
    organisation.creer_agent(
        session, identifiant=nom, prenom=agent["prenom"], nom=agent["nom"], qualite=agent.get("qualite", ""),
        courriel=agent.get("courriel", ""), empreinte=organisation.hacher(secrets.token_urlsafe(24)), par=par, now=now,
    )  # fmt: skip
    if bureau := agent.get("bureau"):
        organisation.placer(session, nom, bureau, agent.get("place", "agent"), par=par, now=now)
    for role in agent.get("roles", ()):
        organisation.donner_role(session, nom, role, par=par, now=now)
    return True


def _natures(session: Session, natures: Sequence[Mapping[str, Any]]) -> None:
    connues, bureaux = set(session.scalars(select(Nature.cle))), organisation.arbre(session)
    for nature in natures:
        if nature["cle"] not in connues:
            valeurs = {"circuit": "arrivee", **nature}
            bureau = valeurs.pop("bureau", None)
            session.add(Nature(**valeurs, bureau_id=bureaux[bureau].id if bureau else None))
    session.flush()


def _controler(maison: Mapping[str, Any]) -> None:
    """Every wrong key and missing value at once."""
    erreurs = {cle: "Cette partie n’existe pas." for cle in maison if cle not in ("bureaux", "agents", "natures")}
    for partie, permis, voulus in (
        ("bureaux", BUREAU, ("cle", "nom")), ("agents", AGENT, ("id", "prenom", "nom")), ("natures", NATURE, ("cle", "nom")),
    ):  # fmt: skip
        for rang, table in enumerate(maison.get(partie, ()), 1):
            ou = f"{partie} n° {rang}"
            inconnus = [cle for cle in table if cle not in permis]
            manquants = [cle for cle in voulus if not table.get(cle)]
            if inconnus:
                erreurs[ou] = f"Ces mots ne sont pas connus : {', '.join(inconnus)}."
            elif manquants:
                erreurs[ou] = f"Il manque : {', '.join(manquants)}."
    bureaux = {bureau.get("cle") for bureau in maison.get("bureaux", ())}
    for nature in maison.get("natures", ()):
        if nature.get("bureau") and nature["bureau"] not in bureaux:
            erreurs[f"nature {nature.get('cle')}"] = f"Le bureau « {nature['bureau']} » n’est pas dans le fichier."
    erreurs |= _muets(maison)
    if erreurs:
        raise SaisieRefusee(erreurs)


def _muets(maison: Mapping[str, Any]) -> dict[str, str]:
    """The bureaux that answer demands and lack what every receipt must say of them (CRPA R112-5)."""
    repondent = {
        nature.get("bureau") for nature in maison.get("natures", ())
        if nature.get("accuse", True) and nature.get("sens", "arrivee") == "arrivee"
    }
    manques = {
        bureau.get("cle"): [mention for mention in ("adresse", "telephone", "courriel") if not bureau.get(mention)]
        for bureau in maison.get("bureaux", ()) if bureau.get("cle") in repondent
    }
    return {
        f"bureau {cle}": f"Ses accusés de réception seraient refusés, il leur manque : {', '.join(mentions)}."
        for cle, mentions in manques.items() if mentions
    }
