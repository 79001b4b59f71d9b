"""A day of a register is closed: counted, its lines kept as they are, its digest chained to the closing before."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.courrier import delais, journal
from app.courrier.errors import DejaFait, SaisieRefusee
from app.courrier.ports import Range
from app.courrier.tables import Arrete, Courrier, Registre, dues
from app.courrier.tenue.lignes import empreinte, fichier, lignes
from app.courrier.tenue.periode import jours
from engine import Phrase

BAIL = timedelta(minutes=10)
A_LA_FOIS = 31
"""Days closed in one transaction, during which nobody registers; what is left is closed by the next."""

IMPREVU = "Une panne imprévue a empêché de garder cet arrêté ; elle est dans le journal du programme."


def arreter(session: Session, registre: str, jour: date, *, par: str, now: datetime) -> list[Arrete]:
    """Close this day and, first, those before it that were left open, as many as one transaction takes: a closing a day.

    `SaisieRefusee` for a day that is not over; `DejaFait` when there is nothing left to close.
    """
    if jour >= delais.jour(now):
        raise SaisieRefusee({"jour": "Ce jour n’est pas fini : il pourra être arrêté à partir de demain."})
    verrouiller(session, registre)
    faits = [_arreter(session, registre, un, par, now) for un in a_arreter(session, registre, jusqua=jour)]
    if not faits:
        raise DejaFait(quoi="L’arrêté du registre à cette date")
    return faits


def verrouiller(session: Session, registre: str) -> None:
    """Wait for who is registering in it, and let nobody do so before this transaction ends."""
    tous = update(Registre).where(Registre.cle == registre).values(dernier=Registre.dernier)
    session.execute(tous, execution_options={"synchronize_session": False})


def a_arreter(session: Session, registre: str, *, jusqua: date) -> list[date]:
    """The first days that are still open, up to this one, on which something was registered: a month of them at most."""
    dernier = session.scalar(select(Arrete.jour).where(Arrete.registre == registre).order_by(Arrete.rang.desc()).limit(1))
    return jours(session, registre, apres=dernier, avant=jusqua + timedelta(days=1), limite=A_LA_FOIS)


def liste(session: Session, registre: str, *, limite: int = 60) -> Sequence[Arrete]:
    """The last closings of a register, newest first."""
    return session.scalars(
        select(Arrete).where(Arrete.registre == registre).order_by(Arrete.rang.desc()).limit(limite)
    ).all()


def arretes_de(session: Session, registre: str, debut: date, fin: date) -> Mapping[date, Arrete]:
    """The closings of the days of a period, by day."""
    siens = select(Arrete).where(Arrete.registre == registre, Arrete.jour.between(debut, fin))
    return {arrete.jour: arrete for arrete in session.scalars(siens.order_by(Arrete.jour))}


def du_jour(session: Session, registre: str, jour: date) -> Arrete | None:
    """The closing of a day; None as long as it is open."""
    return session.scalar(select(Arrete).where(Arrete.registre == registre, Arrete.jour == jour))


def avis(session: Session, courrier: Courrier) -> str:
    """What is to be told of a courrier received on a day that is closed already; nothing for the others."""
    recu = delais.jour(courrier.recu_le)
    if recu >= delais.jour(courrier.enregistre_le) or du_jour(session, courrier.registre, recu) is None:
        return ""
    return Phrase("Le registre du {jour} est arrêté : ce courrier est inscrit à celui d’aujourd’hui, avec sa date d’arrivée.",
                  jour=f"{recu:%d/%m/%Y}")  # fmt: skip


def a_garder(session: Session, *, now: datetime) -> Sequence[int]:
    """The closings whose file and page are still to be put in the vault."""
    dus = select(Arrete.id).where(Arrete.etat == "a_garder", dues.libre(Arrete, now)).order_by(Arrete.id)
    return session.scalars(dus).all()


def reserver(session: Session, arrete_id: int, *, now: datetime) -> Arrete | None:
    """Claim one that is due; None when another worker has it, or it is done."""
    return dues.reserver(session, Arrete, arrete_id, Arrete.etat == "a_garder", now=now, bail=BAIL, abandonner=_abandonner)


def garde(session: Session, arrete_id: int, file: Range, page: Range, *, sans_sceau: str = "") -> None:
    """Its file and its page are in the vault; `sans_sceau`: why the page bears no seal."""
    arrete = session.get_one(Arrete, arrete_id)
    arrete.etat, arrete.fichier, arrete.page, arrete.reprise_le = "garde", file.sha256, page.sha256, None
    arrete.erreur = sans_sceau


def echouee(session: Session, arrete_id: int, motif: str, *, now: datetime) -> None:
    """It could not be kept: tried again later, then left to people."""
    dues.reporter(session.get_one(Arrete, arrete_id), motif, now=now, abandonner=_abandonner)


def _abandonner(arrete: Arrete) -> None:
    arrete.etat, arrete.reprise_le, arrete.erreur = "echec", None, arrete.erreur or IMPREVU


def _arreter(session: Session, registre: str, jour: date, par: str, now: datetime) -> Arrete:
    dernier = next(iter(liste(session, registre, limite=1)), None)
    siennes = lignes(session, registre, jour, jour, moi=None)
    rang, precedente = (dernier.rang + 1, dernier.empreinte) if dernier else (1, journal.ORIGINE)
    contenu, premier, fin = empreinte(siennes), siennes[0].courrier.chrono, siennes[-1].courrier.chrono
    dit = {
        "arrete_le": now.isoformat(), "contenu": contenu, "dernier": fin, "jour": jour.isoformat(), "nombre": len(siennes),
        "par": par, "precedente": precedente, "premier": premier, "rang": rang, "registre": registre,
    }  # fmt: skip
    ligne = json.dumps(dit, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    fait = Arrete(
        registre=registre, rang=rang, jour=jour, nombre=len(siennes), premier=premier, dernier=fin, contenu=contenu,
        lignes=fichier(siennes), precedente=precedente, empreinte=journal.sceller(precedente, ligne), ligne=ligne, par=par,
        arrete_le=now,
    )  # fmt: skip
    session.add(fait)
    session.flush()
    journal.noter(session, acteur=par, acte="arreter", sujet=f"registre:{registre}", now=now, jour=jour, rang=rang,
                  nombre=fait.nombre, empreinte=fait.empreinte)  # fmt: skip
    return fait
