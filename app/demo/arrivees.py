"""The counter of the demo's bureau d’ordre: letters are set, deposited, read, registered; departures and notes are begun."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app import travaux
from app.courrier import apprentissage, circuits, depot, journey, organisation, registre
from app.courrier.tables import Nature, Piece
from app.db import db, transaction
from app.demo import lettres
from app.demo.lettres import Lettre
from app.demo.maison import lire
from app.demo.recits import Recit
from app.wiring import Parts

ODILE = "odile"


class Guichet:
    """What comes in, by whom it was written, and how it is registered."""

    def __init__(self, parts: Parts) -> None:
        """`parts`: those of the program, or a reader that began early."""
        self.parts = parts
        self._fichiers: dict[int, tuple[str, bytes]] = {}
        self._gens: dict[str, dict[str, Any]] = {table["cle"]: table for table in lire("correspondants.toml")["correspondants"]}

    def lettre(self, recit: Recit) -> Lettre:
        """What this correspondent wrote."""
        return Lettre(
            contact=lettres.contact(self._gens[recit.donnees["de"]]), organisme=self.parts.config.organisme, jour=recit.date,
            objet=recit.texte("objet"), corps=recit.texte("corps"), reference=recit.texte("reference"),
        )  # fmt: skip

    def preparer(self, recit: Recit) -> bytes:
        """The file of this story; a departure has none yet, its subject stands for it."""
        nom, contenu = self._fichier(recit)
        self._fichiers[id(recit)] = nom, contenu
        return contenu

    def _fichier(self, recit: Recit) -> tuple[str, bytes]:
        if recit.sens == "interne":
            return "note.pdf", self._note(recit)
        if recit.sens == "depart":
            return "", b""
        lettre = self.lettre(recit)
        if recit.donnees.get("canal") == "courriel" and recit.donnees["nature"] != "facture":
            nous = self.parts.config.organisme.courriel
            return f"{lettre.objet[:60]}.eml", lettres.courriel(lettre, a=nous, quand=recit.depose)
        return f"{recit.depose:%Y%m%d-%H%M%S}.pdf", lettres.pdf(self.parts.compositeur, lettre)

    def deposer(self, recit: Recit, quand: datetime) -> int | None:
        """Deposit what arrived, and read it; nothing for what we write ourselves."""
        if recit.sens != "arrivee":
            return None
        nom, contenu = self._fichiers[id(recit)]
        return self.depot(contenu, nom=nom, canal=recit.donnees.get("canal", "papier"), quand=quand, lu=True)

    def depot(self, contenu: bytes, *, nom: str, canal: str, quand: datetime, lu: bool) -> int:
        """File these bytes as the deposit page does; read them when `lu`, else leave that to the workers."""
        place, mime = self.parts.coffre.put(contenu), self.parts.lecteur.sniff(contenu)
        with transaction() as session:
            recu = depot.deposer(session, coffre_range=place, nom=nom, mime=mime, canal=canal, par=ODILE, now=quand)
        if lu:
            travaux.lire(self.parts, recu.id, clock=lambda: quand)
        return recu.id

    def enregistrer(self, recit: Recit, depot_id: int | None, quand: datetime) -> int:
        """Give the courrier its number and set it on its circuit; its id."""
        verbe = {"arrivee": self._arrivee, "depart": self._depart, "interne": self._interne}[recit.sens]
        return verbe(recit, depot_id, quand)

    def _arrivee(self, recit: Recit, depot_id: int | None, quand: datetime) -> int:
        donnees, engine = recit.donnees, self.parts.engine
        with transaction() as session:
            assert depot_id is not None  # noqa: S101  # what arrives was deposited
            pris = depot.prendre(session, depot_id, par=ODILE, now=quand)
            nature = session.scalars(select(Nature).where(Nature.cle == donnees["nature"])).one()
            sens = circuits.orienter(session, engine, sens="arrivee", nature=nature, texte=recit.texte("objet"), now=quand)
            bureau = str(donnees.get("bureau") or sens.bureau or "direction")
            saisie = registre.Saisie(
                sens="arrivee", canal=pris.canal, objet=recit.texte("objet"), nature_id=nature.id,
                bureau_id=organisation.arbre(session)[bureau].id, correspondant=self._correspondant(donnees["de"]),
                date_courrier=recit.date, recu_le=pris.recu_le, priorite="urgente" if donnees.get("urgent") else "normale",
                reference=recit.texte("reference"), recommande=recit.texte("recommande"), depot_id=depot_id,
            )  # fmt: skip
            copies = donnees.get("copies", [bureau])
            courrier = journey.enregistrer(
                session, engine, saisie, circuit=sens.circuit, pourquoi=sens.pourquoi if bureau == sens.bureau else "",
                donnees={"bureau": bureau, "nature": nature.cle, "bureaux": copies}, par=ODILE, now=quand,
            )  # fmt: skip
            return courrier.id

    def _depart(self, recit: Recit, _depot_id: int | None, quand: datetime) -> int:
        bureau = recit.donnees["bureau"]
        a_qui = self._correspondant(recit.donnees["vers"])
        return self._ecrire(recit, quand, bureau=bureau, correspondant=a_qui, donnees={"bureau": bureau, "nature": "depart"})

    def _interne(self, recit: Recit, _depot_id: int | None, quand: datetime) -> int:
        vers, de = recit.donnees["bureau"], recit.donnees["bureau_emetteur"]
        return self._ecrire(recit, quand, bureau=vers, correspondant=None,
                            donnees={"bureau": vers, "bureau_emetteur": de, "nature": "interne"})  # fmt: skip

    def _ecrire(
        self, recit: Recit, quand: datetime, *, bureau: str, correspondant: int | registre.Contact | None,
        donnees: dict[str, object],
    ) -> int:  # fmt: skip
        par: str = recit.donnees["par"]
        _, contenu = self._fichiers[id(recit)]
        place = self.parts.coffre.put(contenu) if contenu else None
        with transaction() as session:
            nature = session.scalars(select(Nature).where(Nature.cle == recit.sens)).one()
            saisie = registre.Saisie(
                sens=recit.sens, canal="papier", objet=recit.texte("objet"), nature_id=nature.id,
                bureau_id=organisation.arbre(session)[bureau].id, correspondant=correspondant,
            )  # fmt: skip
            courrier = journey.enregistrer(
                session, self.parts.engine, saisie, circuit=recit.sens, donnees=donnees, par=par, now=quand
            )
            if place:
                session.add(Piece(
                    courrier_id=courrier.id, genre="original", nom=f"{recit.texte('objet')[:80]}.pdf", sha256=place.sha256,
                    taille=place.taille, mime="application/pdf", pages=1, ajoutee_le=quand, ajoutee_par=par,
                ))  # fmt: skip
            return courrier.id

    def _correspondant(self, cle: str) -> int | registre.Contact:
        """Their sheet when they surely wrote before, else what the clerk types: many associations share one house."""
        contact = lettres.contact(self._gens[cle])
        connus = [connu for connu in registre.trouver(db.session(), contact, limite=1) if connu.confiance >= apprentissage.SUR]
        return connus[0].correspondant.id if connus else contact

    def _note(self, recit: Recit) -> bytes:
        bureaux = {bureau["cle"]: bureau["nom"] for bureau in lire("maison.toml")["bureaux"]}
        de, vers = bureaux[recit.donnees["bureau_emetteur"]], bureaux[recit.donnees["bureau"]]
        paragraphes = "".join(f"<p>{bloc}</p>" for bloc in recit.texte("corps").split("\n\n"))
        html = f'<html lang="fr"><h1>{recit.texte("objet")}</h1><p>{de} → {vers}</p>{paragraphes}</html>'
        return self.parts.compositeur.pdf(html, titre=recit.texte("objet"), auteur=recit.donnees["par"])
