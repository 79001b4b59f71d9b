"""The words of a demand on pages, as the typesetter takes them: read, searched and marked like what comes on paper."""

from collections.abc import Sequence
from html import escape

from sqlalchemy.orm import Session

from app.courrier import delais, depot
from app.courrier.registre import Contact, nom_complet
from app.courrier.tables import Correspondant, Demande, Depot


def html(session: Session, recue: Demande, *, organisme: str) -> str:
    """The message with who sent it, when, and the names of the files that came along."""
    arrive = session.get_one(Depot, recue.depot_id)
    champs = recue.champs
    recu = arrive.recu_le.astimezone(delais.PARIS)
    suite = f", en complément de {recue.suite_de}" if recue.suite_de else ""
    pieces = [piece.nom for piece in depot.pieces(session, arrive.id) if piece.genre == "annexe"]
    return "\n".join((
        '<!doctype html><html lang="fr"><head><meta charset="utf-8"></head><body>',
        f'<header class="entete"><p class="organisme">{escape(organisme)}</p></header>',
        f"<p>Message reçu par voie électronique le {recu:%d/%m/%Y} à {recu:%H:%M}, sous le numéro {recue.numero}{suite}.</p>",
        f'<p>{"<br>".join(map(escape, _expediteur(Contact(**champs["contact"]))))}</p>',
        f'<p class="objet">{escape(champs["objet"])}</p>',
        f'<main class="corps">{_paragraphes(champs["texte"])}</main>',
        _liste(pieces),
        "</body></html>",
    ))


def _expediteur(contact: Contact) -> list[str]:
    fiche = Correspondant(civilite=contact.civilite, nom=contact.nom, prenom=contact.prenom, organisme=contact.organisme)
    lieu = f"{contact.code_postal} {contact.ville}".strip()
    lignes = (nom_complet(fiche), *contact.adresse.splitlines(), lieu, contact.courriel, contact.telephone)
    return [ligne for ligne in lignes if ligne]


def _paragraphes(texte: str) -> str:
    """Line by line as it was typed: what an usager wrote is not laid out anew."""
    blocs = texte.replace("\r\n", "\n").split("\n\n")
    return "\n".join(f"<p>{escape(bloc.strip()).replace(chr(10), '<br>')}</p>" for bloc in blocs if bloc.strip())


def _liste(noms: Sequence[str]) -> str:
    if not noms:
        return ""
    return "<p>Pièces jointes :</p><ul>" + "".join(f"<li>{escape(nom)}</li>" for nom in noms) + "</ul>"
