"""Who works here: added, listed, given a password, a place or a role from a terminal."""

import getpass
from datetime import UTC, datetime

import click
from flask.cli import AppGroup

from app.courrier import habilitations, organisation
from app.courrier.errors import CourrierError, SaisieRefusee
from app.db import db, transaction

agents = AppGroup("agents", help="Les agents, leurs bureaux et leurs rôles.")
password = click.password_option("--mot-de-passe", prompt="Mot de passe", confirmation_prompt="Le même, encore")


@agents.command("ajouter")
@click.argument("identifiant")
@click.option("--prenom", required=True)
@click.option("--nom", required=True)
@click.option("--qualite", default="", help="Telle qu’imprimée sur les lettres : «Directrice générale des services».")
@click.option("--courriel", default="")
@click.option("--bureau", multiple=True, help="Clé d’un bureau ; «urbanisme:chef» pour qui le dirige.")
@click.option("--role", multiple=True, help="bureau-ordre, direction, elu, manager, concepteur, administrateur.")
@password
def ajouter(identifiant: str, prenom: str, nom: str, qualite: str, courriel: str, bureau: tuple[str, ...], role: tuple[str, ...],
            mot_de_passe: str) -> None:
    """Créer un agent, avec ses bureaux et ses rôles."""
    now, par = datetime.now(UTC), _who()
    try:
        empreinte = organisation.choisir(mot_de_passe, identifiant=identifiant, nom=nom)
        with transaction() as session:
            organisation.creer_agent(session, identifiant=identifiant, prenom=prenom, nom=nom, qualite=qualite, courriel=courriel,
                                     empreinte=empreinte, par=par, now=now)
            for place in bureau:
                cle, _, rang = place.partition(":")
                organisation.placer(session, identifiant, cle, rang or "agent", par=par, now=now)
            for nom_du_role in role:
                organisation.donner_role(session, identifiant, nom_du_role, par=par, now=now)
    except CourrierError as refusal:
        raise _said(refusal) from refusal
    click.echo(f"{prenom} {nom} peut se connecter sous le nom «{identifiant}».")


@agents.command("liste")
def liste() -> None:
    """Les agents présents, leurs groupes."""
    session = db.session()
    for agent in organisation.tous(session):
        moi = habilitations.moi(session, agent)
        groupes = ", ".join(sorted(moi.bureaux | moi.roles)) or "sans bureau"
        click.echo(f"{agent.identifiant:<20} {agent.prenom} {agent.nom} — {groupes}")


@agents.command("mot-de-passe")
@click.argument("identifiant")
@password
def mot_de_passe(identifiant: str, mot_de_passe: str) -> None:
    """Donner un nouveau mot de passe ; les sessions ouvertes se ferment."""
    try:
        agent = organisation.agent(db.session(), identifiant)
        empreinte = organisation.choisir(mot_de_passe, identifiant=identifiant, nom=agent.nom)
        with transaction() as session:
            organisation.changer_mot_de_passe(
                session, organisation.agent(session, identifiant), empreinte, par=_who(), now=datetime.now(UTC))
    except CourrierError as refusal:
        raise _said(refusal) from refusal
    click.echo("Le mot de passe est changé.")


@agents.command("role")
@click.argument("identifiant")
@click.argument("role")
@click.option("--retirer", is_flag=True, help="Retirer le rôle au lieu de le donner.")
def role(identifiant: str, role: str, *, retirer: bool) -> None:
    """Donner ou retirer un rôle."""
    change = organisation.retirer_role if retirer else organisation.donner_role
    try:
        with transaction() as session:
            change(session, identifiant, role, par=_who(), now=datetime.now(UTC))
    except CourrierError as refusal:
        raise _said(refusal) from refusal


@agents.command("bureau")
@click.argument("identifiant")
@click.argument("bureau")
@click.option("--chef", is_flag=True, help="Il le dirige.")
@click.option("--retirer", is_flag=True, help="Il n’y travaille plus.")
def bureau(identifiant: str, bureau: str, *, chef: bool, retirer: bool) -> None:
    """Placer un agent dans un bureau, ou l’en retirer."""
    place = None if retirer else "chef" if chef else "agent"
    try:
        with transaction() as session:
            organisation.placer(session, identifiant, bureau, place, par=_who(), now=datetime.now(UTC))
    except CourrierError as refusal:
        raise _said(refusal) from refusal


@agents.command("depart")
@click.argument("identifiant")
def depart(identifiant: str) -> None:
    """Fermer le compte de qui part : ses sessions se ferment, ses tâches reviennent à son bureau, ses actes restent."""
    try:
        with transaction() as session:
            parti = organisation.partir(session, identifiant, par=_who(), now=datetime.now(UTC))
    except CourrierError as refusal:
        raise _said(refusal) from refusal
    click.echo(f"{parti.prenom} {parti.nom} ne peut plus se connecter.")


for english, command in (("add", ajouter), ("list", liste), ("password", mot_de_passe), ("leave", depart)):
    agents.add_command(command, english)


def _who() -> str:
    """The journal keeps which account of the machine did it."""
    return f"systeme:{getpass.getuser()}"


def _said(refusal: CourrierError) -> click.ClickException:
    return click.ClickException(" ".join(refusal.erreurs.values()) if isinstance(refusal, SaisieRefusee) else str(refusal))
