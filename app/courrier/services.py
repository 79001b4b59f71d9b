"""What service tasks and acts do to a courrier: the topics that circuits may name, and the acts of their user tasks."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import actes, circuits, delais, envoi, habilitations, horloge, journal, relance, reponse, sceau
from app.courrier.actes import Contexte, Valeurs
from app.courrier.errors import SaisieRefusee
from app.courrier.habilitations import Moi
from app.courrier.tables import Bureau, Courrier, Nature
from engine import Call, Phrase, Service

FINIS = ("clos", "sans_suite", "annule")


def accuser_reception(appel: Call) -> None:
    """Topic `courrier.accuser_reception`: the receipt of CRPA L112-3 becomes a due row, unless the nature needs none."""
    courrier = circuits.courrier_de(appel.session, appel.subject)
    nature = appel.session.get_one(Nature, courrier.nature_id)
    envoi.accuser(appel.session, courrier, nature, now=appel.now)


def affecter(appel: Call) -> Mapping[str, object] | None:
    """Topic `courrier.affecter`: give the courrier to the bureau named by `bureau`, and the rights with it."""
    courrier = circuits.courrier_de(appel.session, appel.subject)
    cle = str(appel.inputs.get("bureau") or appel.data.get("bureau") or "")
    bureau = appel.session.scalar(select(Bureau).where(Bureau.cle == cle))
    if bureau is None:
        raise SaisieRefusee({"bureau": Phrase("Le bureau « {nom} » n’existe pas.", nom=cle)})
    ancien = courrier.bureau_id
    courrier.bureau_id = bureau.id
    habilitations.accorder(appel.session, courrier, now=appel.now)
    journal.noter(appel.session, acteur=appel.by, acte="reorienter", sujet=appel.subject, now=appel.now,
                  de=ancien, vers=bureau.cle)  # fmt: skip
    return {"bureau": bureau.cle}


def preparer_reponse(appel: Call) -> Mapping[str, object]:
    """Topic `courrier.preparer_reponse`: the letter gets its departure number, once; its PDF is due."""
    courrier = circuits.courrier_de(appel.session, appel.subject)
    projet = reponse.de(appel.session, courrier)
    depart = reponse.preparer_depart(appel.session, courrier, projet, par=appel.by, now=appel.now)
    reponse.demander_composition(appel.session, projet, now=appel.now)
    return {"depart": depart.chrono}


def expedier(appel: Call) -> None:
    """Topic `courrier.expedier`: the signed letter leaves by the chosen channel: a due row, or a proof by hand."""
    courrier = circuits.courrier_de(appel.session, appel.subject)
    envoi.expedier(
        appel.session, courrier, reponse.de(appel.session, courrier), canal=str(appel.data.get("canal") or "postal"),
        destinataire=str(appel.data.get("destinataire") or ""), preuve=str(appel.data.get("preuve") or ""), now=appel.now,
    )  # fmt: skip


def classer(appel: Call) -> None:
    """Topic `courrier.classer`: closed without an answer."""
    clore(appel.session, circuits.courrier_de(appel.session, appel.subject), par=appel.by, now=appel.now, etat="sans_suite")


def terminer(appel: Call) -> None:
    """Topic `courrier.clore`: done; closed «sans suite» when somebody chose to file it without an answer."""
    sans_suite = "classer" in (appel.data.get("suite"), appel.data.get("decision"))
    clore(appel.session, circuits.courrier_de(appel.session, appel.subject), par=appel.by, now=appel.now,
          etat="sans_suite" if sans_suite else "clos")  # fmt: skip


def suspendre(appel: Call) -> None:
    """Topic `delai.suspendre`: the échéance stands still, for instance while pieces are awaited (CRPA L114-5)."""
    courrier = circuits.courrier_de(appel.session, appel.subject)
    if horloge.lire(appel.session, courrier).suspendue_le is None:
        _noter(appel, courrier, "suspension")
        journal.noter(appel.session, acteur=appel.by, acte="suspendre", sujet=appel.subject, now=appel.now)


def reprendre(appel: Call) -> None:
    """Topic `delai.reprendre`: the échéance moves on by the jours ouvrés that passed while it stood still."""
    courrier = circuits.courrier_de(appel.session, appel.subject)
    depuis = horloge.lire(appel.session, courrier).suspendue_le
    if depuis is None:
        return
    _noter(appel, courrier, "reprise")
    attendus = delais.compter(depuis, delais.jour(appel.now), delais.fermes(appel.session))
    journal.noter(appel.session, acteur=appel.by, acte="reprendre", sujet=appel.subject, now=appel.now, jours=attendus)


def _noter(appel: Call, courrier: Courrier, geste: str) -> None:
    motif = str(appel.inputs.get("motif") or "")
    horloge.noter(appel.session, courrier, geste, moment=appel.now, par=appel.by, motif=motif)


SERVICES: Mapping[str, Service] = {
    "courrier.accuser_reception": accuser_reception,
    "courrier.affecter": affecter,
    "courrier.notifier": relance.notifier,
    "courrier.relancer": relance.relancer,
    "courrier.escalader": relance.escalader,
    "courrier.preparer_reponse": preparer_reponse,
    "courrier.expedier": expedier,
    "courrier.classer": classer,
    "courrier.clore": terminer,
    "delai.suspendre": suspendre,
    "delai.reprendre": reprendre,
}


def clore(session: Session, courrier: Courrier, *, par: str, now: datetime, etat: str = "clos") -> None:
    """Close a courrier, once."""
    if courrier.etat in FINIS:
        return
    courrier.etat, courrier.clos_le = etat, now
    horloge.noter(session, courrier, "fin", moment=now, par=par)
    reponse.annuler_depart(session, courrier, par=par, now=now)
    journal.noter(session, acteur=par, acte="clore", sujet=circuits.sujet(courrier), now=now, etat=etat)


def rediger(contexte: Contexte, valeurs: Valeurs) -> Valeurs:
    """The act `rediger`: the letter's words go to its draft, never to the circuit's data; it needs somebody to write to."""
    if contexte.courrier.correspondant_id is None:
        raise SaisieRefusee({"destinataire_nom": "L’expéditeur de ce courrier n’est pas connu : dites à qui vous répondez."})
    modele, objet, corps = (str(valeurs.pop(cle, "") or "") for cle in ("modele", "objet", "corps"))
    reponse.rediger(
        contexte.session, contexte.courrier, modele=modele, objet=objet, corps=corps, par=contexte.par, now=contexte.now
    )
    return valeurs


def sceller(session: Session, courrier: Courrier, scelle: sceau.Scelle | None, *, moi: Moi, now: datetime) -> None:
    """The act `signer`, before the circuit moves: the signed PDF takes its place in the file."""
    projet = reponse.de(session, courrier)
    if scelle is None:
        raise sceau.pas_prete(projet)
    sceau.signee(session, projet, scelle, signataire=moi.identifiant, now=now)


ACTES: Mapping[str, actes.Acte] = {"qualifier": actes.qualifier, "rediger": rediger}
