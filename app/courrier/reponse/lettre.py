"""The whole letter as HTML for the typesetter, laid out as French administrations write."""

from collections.abc import Sequence
from datetime import date, datetime
from html import escape
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import delais
from app.courrier.correspondants import enveloppe
from app.courrier.reponse.champs import fusionner, valeurs
from app.courrier.reponse.modeles import redacteur
from app.courrier.reponse.projet import chercher
from app.courrier.reponse.propre import nettoyer
from app.courrier.tables import Agent, AgentRole, Bureau, Correspondant, Courrier, Reponse

_LIGNES_ADRESSE = 6  # what the window of an envelope shows


class Organisme(Protocol):
    """The public body as its letters print it; `adresse` holds its postal lines."""

    @property
    def nom(self) -> str: ...
    @property
    def adresse(self) -> Sequence[str]: ...
    @property
    def code_postal(self) -> str: ...
    @property
    def ville(self) -> str: ...
    @property
    def telephone(self) -> str: ...
    @property
    def courriel(self) -> str: ...
    @property
    def site(self) -> str: ...


def html(session: Session, projet: Reponse, *, organisme: Organisme, now: datetime) -> str:
    """The letter dated today, with its departure number and the place of the signature left free."""
    courrier = session.get_one(Courrier, projet.courrier_id)
    depart = session.get(Courrier, projet.depart_id) if projet.depart_id else None
    correspondant = session.get(Correspondant, courrier.correspondant_id) if courrier.correspondant_id else None
    lieu = f"{organisme.ville}, le " if organisme.ville else "Le "
    return "\n".join((
        '<!doctype html><html lang="fr"><head><meta charset="utf-8"></head><body>',
        f'<footer class="pied">{_p(_pied(organisme))}</footer>',
        f'<header class="entete"><p class="organisme">{escape(organisme.nom)}</p></header>',
        f'<div class="haut"><section class="suivi">{_suivi(session, projet, courrier)}{_references(courrier, depart)}</section>',
        f'<address class="destinataire">{_adresse(correspondant)}</address></div>',
        f'<p class="lieu">{escape(lieu)}{_jour(delais.jour(now))}</p>',
        f'<p class="objet">{escape(projet.objet)}</p>',
        f'<main class="corps">{projet.corps}</main>',
        f'<section class="signature">{_signature(session)}</section>',
        "</body></html>",
    ))


def apercu(
    session: Session, courrier: Courrier, *, objet: str, corps: str, par: str, organisme: Organisme, now: datetime
) -> str:
    """The letter as it would be with these words, which are not kept."""
    existante = chercher(session, courrier)
    remplis = valeurs(session, courrier, agent=redacteur(session, par), now=now)
    with session.no_autoflush:
        essai = Reponse(
            courrier_id=courrier.id, depart_id=existante.depart_id if existante else None, redacteur=par, modifiee_le=now,
            objet=fusionner(objet, remplis), corps=nettoyer(fusionner(corps, remplis)),
        )
        return html(session, essai, organisme=organisme, now=now)


def _pied(organisme: Organisme) -> str:
    lignes = (
        organisme.nom, *organisme.adresse, f"{organisme.code_postal} {organisme.ville}".strip(), organisme.telephone,
        organisme.courriel, organisme.site,
    )
    return " · ".join(ligne for ligne in lignes if ligne)


def _suivi(session: Session, projet: Reponse, courrier: Courrier) -> str:
    """Who is in charge: first name, name, quality and address of the agent (CRPA L111-2)."""
    agent = redacteur(session, projet.redacteur)
    bureau = session.get(Bureau, courrier.bureau_id) if courrier.bureau_id else None
    lignes = [
        f"Affaire suivie par {agent.prenom} {agent.nom}" if agent else "", agent.qualite if agent else "",
        bureau.nom if bureau else "", *(bureau.adresse.splitlines() if bureau else ()), bureau.telephone if bureau else "",
        (agent.courriel if agent else "") or (bureau.courriel if bureau else ""),
    ]
    return "".join(_p(ligne) for ligne in lignes if ligne)


def _references(courrier: Courrier, depart: Courrier | None) -> str:
    lignes = [f"N/Réf. : {depart.chrono}" if depart else ""]
    if courrier.sens == "arrivee":
        lignes.append(f"V/Réf. : {courrier.reference}" if courrier.reference else "")
        date_lettre = f" du {_jour(courrier.date_courrier)}" if courrier.date_courrier else ""
        lignes.append(f"Votre courrier{date_lettre}, reçu le {_jour(delais.jour(courrier.recu_le))} ({courrier.chrono})")
    return f'<p class="references">{"<br>".join(escape(ligne) for ligne in lignes if ligne)}</p>'


def _adresse(fiche: Correspondant | None) -> str:
    """What the window of the envelope shows: at most six lines, seven abroad."""
    if fiche is None:
        return ""
    lignes = enveloppe(fiche)
    # Code and town, then the country abroad, come last and are never what is left out.
    fin = lignes[-1 - bool(fiche.pays) :]
    debut = lignes[: -len(fin)][: _LIGNES_ADRESSE - 1]
    return "".join(f"<span>{escape(ligne)}</span>" for ligne in (*debut, *fin))


def _signature(session: Session) -> str:
    """The quality of the one who signs when there is but one; the visible seal says the rest (CRPA L212-1)."""
    elus = list(session.scalars(
        select(Agent).join(AgentRole, AgentRole.agent_id == Agent.id).where(AgentRole.role == "elu", Agent.parti_le.is_(None))
    ))
    qualite = elus[0].qualite if len(elus) == 1 else ""
    return (_p(qualite + ",") if qualite else "") + '<div class="place" id="signature"></div>'


def _jour(jour: date) -> str:
    return delais.long(jour).split(" ", 1)[1]


def _p(texte: str) -> str:
    return f"<p>{escape(texte)}</p>"
