"""Letters as people write them: set in a plain personal style, sent by e-mail, or scanned with the stamp of arrival on them."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from html import escape
from typing import Any

from app.config import Organisme
from app.courrier import delais
from app.courrier.ports import Compositeur, Lecteur
from app.courrier.registre import Contact

POLICES = (
    "'DejaVu Serif', serif", "'DejaVu Sans', sans-serif", "Courrier, 'DejaVu Sans', sans-serif", "'DejaVu Sans Mono', monospace",
)
SALUTS = (
    "Je vous prie d’agréer, Madame le Maire, l’expression de mes salutations distinguées.",
    "Dans l’attente de votre réponse, je vous prie de croire, Madame le Maire, à l’assurance de ma considération.",
    "Veuillez agréer, Madame le Maire, mes salutations respectueuses.",
    "Avec mes remerciements, recevez, Madame le Maire, mes sincères salutations.",
)
_STYLE = """@page perso { size: A4; margin: 22mm 22mm 20mm 24mm; @bottom-left { content: none } @bottom-right { content: none } }
@page image { size: A4; margin: 0; @bottom-left { content: none } @bottom-right { content: none } }
body { page: perso; font: 10.5pt/1.5 POLICE; hyphens: none }
.de { margin-bottom: 8mm } .a { margin: 0 0 8mm 88mm } .de span, .a span { display: block }
.le { margin: 0 0 8mm 78mm; white-space: nowrap }
.sujet { font-weight: 700; margin-bottom: 7mm } .fin { margin: 10mm 0 0 88mm }"""
_NUMERISE = """@page perso { background: #f1efe8 }
body { transform: rotate(DEGRESdeg); color: #3a3a40; background: none }
.cachet { position: absolute; left: 14mm; top: 34mm; transform: rotate(-7deg); border: .7mm solid #a8434a; color: #a8434a;
  padding: 1.5mm 4mm; font: 700 11pt/1.25 'DejaVu Sans', sans-serif; text-align: center }"""
LARGEUR = 1654
"""Pixels across an A4 page at 200 dots an inch."""


@dataclass(frozen=True, kw_only=True)
class Lettre:
    """What somebody wrote to the town hall: `contact` is who, `jour` its date."""

    contact: Contact
    organisme: Organisme
    objet: str
    corps: str
    jour: date
    reference: str = ""

    @property
    def style(self) -> int:
        """A number of this person's own, so that they always write in the same way."""
        return sum(map(ord, self.contact.nom + self.contact.organisme))

    @property
    def signature(self) -> str:
        """The name under the letter."""
        prenom = self.contact.prenom or self.contact.civilite
        personne = f"{prenom} {self.contact.nom}" if self.contact.nom else ""
        return personne or self.contact.organisme


def contact(table: Mapping[str, Any]) -> Contact:
    """A correspondant of the demo as a clerk types them."""
    chez = {"code_postal": "49999", "ville": "Saint-Aubin-des-Prés"}
    valeurs = {**chez, **{cle: valeur for cle, valeur in table.items() if cle != "cle"}}
    return Contact(genre="organisme" if table.get("organisme") else "personne", **valeurs)


def pdf(compositeur: Compositeur, lettre: Lettre) -> bytes:
    """The letter as a word processor prints it."""
    return compositeur.pdf(_html(lettre), titre=lettre.objet, auteur=lettre.signature)


def image(compositeur: Compositeur, lecteur: Lecteur, lettre: Lettre, *, recue: datetime) -> bytes:
    """The letter out of the scanner, as a JPEG: stamped, a little grey, a hair out of true, without any text."""
    penche = (lettre.style % 5 - 2) * 0.35 or 0.5
    cachet = f'<div class="cachet">MAIRIE<br>ARRIVÉ LE<br>{delais.jour(recue):%d/%m/%Y}</div>'
    papier = compositeur.pdf(
        _html(lettre, style=_NUMERISE.replace("DEGRES", f"{penche:.2f}"), cachet=cachet), titre="", auteur=""
    )
    return lecteur.render(papier, page=1, largeur=LARGEUR)


def copie(compositeur: Compositeur, page: bytes) -> bytes:
    """The PDF that a copier makes of a page: its picture and nothing else."""
    source = base64.b64encode(page).decode()
    style = f"{_STYLE} body {{ page: image }} img {{ width: 210mm; max-width: none; max-height: none; display: block }}"
    html = f'<html lang="fr"><style>{style}</style><img src="data:image/jpeg;base64,{source}" alt="Page numérisée"></html>'
    return compositeur.pdf(html, titre="Numérisation", auteur="Copieur")


def courriel(lettre: Lettre, *, a: str, quand: datetime, texte: str = "", jointe: tuple[str, bytes] | None = None) -> bytes:
    """The letter as an e-mail, or a few words that carry it as an attached PDF."""
    message = EmailMessage(policy=SMTP)
    message["From"] = f"{lettre.signature} <{lettre.contact.courriel}>"
    message["To"], message["Subject"], message["Date"] = a, lettre.objet, quand.astimezone(delais.PARIS)
    message["Message-ID"] = f"<{quand:%Y%m%d%H%M%S}.{lettre.style}@{lettre.contact.courriel.partition('@')[2]}>"
    message.set_content(texte or "\n\n".join(("Madame le Maire,", lettre.corps, "Cordialement,", _bloc(lettre))) + "\n")
    if jointe:
        message.add_attachment(jointe[1], maintype="application", subtype="pdf", filename=jointe[0])
    return message.as_bytes()


def _bloc(lettre: Lettre) -> str:
    qui, lignes = lettre.contact, lettre.contact.adresse.splitlines()
    return "\n".join(mot for mot in (lettre.signature, qui.organisme if qui.nom else "", *lignes,
                                     f"{qui.code_postal} {qui.ville}", qui.telephone) if mot)  # fmt: skip


def _html(lettre: Lettre, *, style: str = "", cachet: str = "") -> str:
    qui, nous = lettre.contact, lettre.organisme
    personne = " ".join(mot for mot in (qui.civilite, qui.prenom, qui.nom) if mot)
    de = (qui.organisme, personne, *qui.adresse.splitlines(), f"{qui.code_postal} {qui.ville}",
          f"Tél. : {qui.telephone}" if qui.telephone else "", qui.courriel)  # fmt: skip
    a = ("Madame le Maire", nous.nom, *nous.adresse, f"{nous.code_postal} {nous.ville}")
    reference = f"<p>Nos réf. : {escape(lettre.reference)}</p>" if lettre.reference else ""
    corps = "".join(f"<p>{escape(bloc)}</p>" for bloc in lettre.corps.split("\n\n"))
    police = POLICES[lettre.style % len(POLICES)]
    return (
        f'<html lang="fr"><style>{_STYLE.replace("POLICE", police)}{style}</style><body>{cachet}'
        f'<div class="de">{_lignes(de)}</div><div class="a">{_lignes(a)}</div>'
        f'<p class="le">{escape(qui.ville)}, le {delais.long(lettre.jour).split(" ", 1)[1]}</p>{reference}'
        f'<p class="sujet">Objet : {escape(lettre.objet)}</p><p>Madame le Maire,</p>{corps}'
        f'<p>{SALUTS[lettre.style // 7 % len(SALUTS)]}</p><p class="fin">{escape(lettre.signature)}</p></body></html>'
    )


def _lignes(lignes: tuple[str, ...]) -> str:
    return "".join(f"<span>{escape(ligne)}</span>" for ligne in lignes if ligne)
