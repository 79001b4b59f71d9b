"""What an usager is told of their demand: its milestones in plain words, no agent's name, for whoever has number and code."""

import hmac
import re
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import circuits
from app.courrier.tables import Bureau, Courrier, Demande, Depot, Envoi
from engine import Engine, Progress

TITRE = "titre_usager"
"""The property of a step that says it in an usager's words; a step without it is not told."""

_NUMERO = re.compile(r"(?:([A-Z][A-Z0-9]{1,3})\W+)?([A-Z])\W*(\d{4})\W*(\d{1,9})")
_INCONNU = "?" * 10


@dataclass(frozen=True, kw_only=True)
class Suivi:
    """What number and code open: a demand, the courrier that it became or that came on paper."""

    demande: Demande | None
    depot: Depot | None
    courrier: Courrier | None
    recu_le: datetime

    @property
    def numero(self) -> str:
        """The number that the usager has."""
        return self.demande.numero if self.demande else self.courrier.chrono if self.courrier else ""


@dataclass(frozen=True, kw_only=True)
class Jalon:
    """A milestone; `present`: this is where the demand stands now."""

    titre: str
    quand: datetime | None = None
    present: bool = False


@dataclass(frozen=True, kw_only=True)
class Chemin:
    """Where a demand stands. `etat`: recue, ecartee, en_cours, close; `envoi`: the answer, once it has left."""

    etat: str
    recu_le: datetime
    jalons: tuple[Jalon, ...]
    envoi: Envoi | None = None
    bureau: Bureau | None = None
    complements: tuple[tuple[str, datetime], ...] = ()


def trouver(session: Session, numero: str, code: str) -> Suivi | None:
    """What this number and this code open; an unknown number takes the same way as a wrong code."""
    suivi = _par_numero(session, _numero(numero))
    donne = re.sub(r"[^A-Z0-9]", "", code.upper())
    attendu = _code(suivi) if suivi else ""
    juste = hmac.compare_digest(donne.encode(), (attendu or _INCONNU).encode())
    return suivi if juste and attendu else None


def rouvrir(session: Session, numero: str) -> Suivi | None:
    """What `trouver` opened earlier, as it is now."""
    return _par_numero(session, numero)


def chemin(session: Session, engine: Engine, suivi: Suivi) -> Chemin:
    """The milestones in the order of time."""
    recu_le = suivi.recu_le
    recue = Jalon(titre="Votre demande est arrivée à la mairie", quand=recu_le)
    complements = _complements(session, suivi)
    if suivi.courrier is None:
        etat = "ecartee" if suivi.depot and suivi.depot.etat == "ecarte" else "recue"
        jalons = (replace(recue, present=True),) if etat == "recue" else (recue,)
        return Chemin(etat=etat, recu_le=recu_le, jalons=jalons, complements=complements)
    courrier = suivi.courrier
    envoi = session.scalar(select(Envoi).where(
        Envoi.courrier_id == courrier.id, Envoi.genre == "reponse", Envoi.etat.in_(("envoye", "remis")),
    ))
    close = courrier.etat != "en_cours"
    progres = circuits.ou_en_est(session, engine, courrier)
    passes = [recue, *_du_circuit(progres, courrier, close=close)]
    if close:
        passes.append(Jalon(titre="Votre demande est close", quand=courrier.clos_le, present=True))
    return Chemin(
        etat="close" if close else "en_cours", recu_le=recu_le, jalons=tuple(passes), envoi=envoi, complements=complements,
        bureau=session.get(Bureau, courrier.bureau_id) if courrier.bureau_id else None,
    )


def _du_circuit(progres: Progress | None, courrier: Courrier, *, close: bool) -> list[Jalon]:
    """The steps that have words for usagers. A service runs when the step before it closes: that is its moment."""
    enregistree = Jalon(titre="Votre demande est enregistrée", quand=courrier.enregistre_le)
    if progres is None:
        return [enregistree]
    mots = {element: propres[TITRE] for element, propres in progres.properties.items() if propres.get(TITRE)}
    moment, dits = courrier.enregistre_le, dict[str, Jalon]()
    for element in (*progres.done, *progres.active):
        passages = [etape for etape in progres.steps if etape.step == element and etape.main is None]
        quand = passages[0].opened_at if passages else moment
        moment = max((etape.closed_at for etape in passages if etape.closed_at), default=moment)
        present = element in progres.active and not close
        if titre := mots.get(element):
            dit = dits.get(titre) or Jalon(titre=titre, quand=quand)
            dits[titre] = replace(dit, present=dit.present or present)
    jalons = sorted(dits.values(), key=lambda jalon: jalon.quand or courrier.enregistre_le)
    au_debut = any(jalon.quand == courrier.enregistre_le for jalon in jalons)
    return jalons if au_debut else [enregistree, *jalons]


def _complements(session: Session, suivi: Suivi) -> tuple[tuple[str, datetime], ...]:
    """What the usager sent after it, to complete it."""
    numeros = [n for n in (suivi.demande and suivi.demande.numero, suivi.courrier and suivi.courrier.chrono) if n]
    ajouts = (
        select(Demande.numero, Depot.recu_le).join(Depot, Depot.id == Demande.depot_id)
        .where(Demande.suite_de.in_(numeros)).order_by(Demande.id)
    )
    return tuple((numero, recu_le) for numero, recu_le in session.execute(ajouts))


def _par_numero(session: Session, numero: str) -> Suivi | None:
    trouvee = session.execute(
        select(Demande, Depot).join(Depot, Depot.id == Demande.depot_id).where(Demande.numero == numero),
        execution_options={"populate_existing": True},
    ).first()
    if trouvee:
        demande, depot = trouvee
        courrier = session.get(Courrier, depot.courrier_id, populate_existing=True) if depot.courrier_id else None
        return Suivi(demande=demande, depot=depot, courrier=courrier, recu_le=depot.recu_le)
    arrive = select(Courrier).where(Courrier.chrono == numero, Courrier.sens == "arrivee", Courrier.code_suivi != "")
    courrier = session.scalar(arrive, execution_options={"populate_existing": True})
    return Suivi(demande=None, depot=None, courrier=courrier, recu_le=courrier.recu_le) if courrier else None


def _code(suivi: Suivi) -> str:
    code = suivi.demande.code if suivi.demande else suivi.courrier.code_suivi if suivi.courrier else ""
    return code.replace("-", "")


def _numero(texte: str) -> str:
    """«e 2026 12» as it is kept: «E-2026-00012»."""
    lu = _NUMERO.fullmatch(texte.strip().upper())
    return f"{f'{lu[1]}-' if lu[1] else ''}{lu[2]}-{lu[3]}-{int(lu[4]):05d}" if lu else ""
