"""The bodies that have registers here: that of the settings, without a sign, and those whose numbers begin with theirs."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.courrier import journal
from app.courrier.errors import DejaFait, Introuvable, SaisieRefusee
from app.courrier.tables import Bureau, Organisme, Rattachement, Registre
from app.courrier.tables.absents import inserer_si_absent

REGISTRES = {"arrivee": "A", "depart": "D", "interne": "I"}
"""The letter of the register of each `sens`; a body's sign stands before it in the register's key: «CCASA»."""

_SIGNE = re.compile(r"[A-Z][A-Z0-9]{1,3}")
_NOM = 200


def cle(organisme: str, sens: str) -> str:
    """The key of a body's register; `organisme` is empty for that of the settings."""
    return f"{organisme}{REGISTRES[sens]}"


def organisme_de(registre: str) -> str:
    """The sign of the body whose register this is; empty for that of the settings."""
    return registre[:-1]


def sens_de(registre: str) -> str:
    """The direction that a register is of."""
    return next(sens for sens, lettre in REGISTRES.items() if registre.endswith(lettre))


def organismes(session: Session) -> Sequence[Organisme]:
    """The bodies beside that of the settings, by name."""
    return session.scalars(select(Organisme).order_by(Organisme.nom)).all()


def nom_organisme(session: Session, registre: str, defaut: str) -> str:
    """Whose register it is, in words; `defaut` is the body of the settings."""
    autre = session.get(Organisme, organisme_de(registre)) if organisme_de(registre) else None
    return autre.nom if autre else defaut


def tous_les_registres(session: Session) -> list[str]:
    """The keys of all registers: those of the settings' body first."""
    signes = ["", *(organisme.cle for organisme in organismes(session))]
    return [cle(signe, sens) for signe in signes for sens in REGISTRES]


def bureaux_de(session: Session) -> Mapping[int, str]:
    """The bureaux that work for another body than that of the settings, by id, and its sign."""
    return dict(session.execute(select(Rattachement.bureau_id, Rattachement.organisme)).all())


def organisme_propose(session: Session, bureaux: Collection[str]) -> str:
    """The sign of the open body for which all these bureaux, by key, work; empty when it is that of the settings, or unsure."""
    signes = session.execute(
        select(Bureau.cle, Organisme.cle).join(Rattachement, Rattachement.bureau_id == Bureau.id)
        .join(Organisme, Organisme.cle == Rattachement.organisme).where(Bureau.cle.in_(bureaux), Organisme.ferme_le.is_(None))
    ).all()
    communs = {signe for _bureau, signe in signes}
    return communs.pop() if len(communs) == 1 and len(signes) == len(bureaux) else ""


def ouvrir_organisme(
    session: Session, signe: str, nom: str, *, bureaux: Collection[int] = (), par: str, now: datetime
) -> Organisme:  # fmt: skip
    """Give a body registers of its own; `SaisieRefusee` when its sign cannot be, or is another's."""
    erreurs = _nom_refuse(nom)
    if not _SIGNE.fullmatch(signe):
        erreurs["cle"] = "Donnez un sigle de deux à quatre majuscules ou chiffres, qui commence par une lettre."
    if not erreurs and not inserer_si_absent(session, Organisme, cle=signe, nom=" ".join(nom.split()), ouvert_le=now):
        erreurs["cle"] = "Ce sigle est celui d’un autre organisme."
    if erreurs:
        raise SaisieRefusee(erreurs)
    ouvert = session.get_one(Organisme, signe)
    journal.noter(session, acteur=par, acte="ouvrir-organisme", sujet=_sujet(signe), now=now, nom=ouvert.nom)
    _rattacher(session, signe, bureaux, par, now)
    return ouvert


def modifier_organisme(
    session: Session, signe: str, nom: str, *, bureaux: Collection[int], par: str, now: datetime
) -> Organisme:  # fmt: skip
    """Name a body otherwise, and say which bureaux work for it; `Introuvable`, `SaisieRefusee`. Its sign is for ever."""
    organisme, erreurs = verrouiller_organisme(session, signe), _nom_refuse(nom)
    if erreurs:
        raise SaisieRefusee(erreurs)
    ancien, organisme.nom = organisme.nom, " ".join(nom.split())
    if organisme.nom != ancien:
        journal.noter(session, acteur=par, acte="renommer-organisme", sujet=_sujet(signe), now=now, ancien=ancien,
                      nouveau=organisme.nom)  # fmt: skip
    _rattacher(session, signe, bureaux, par, now)
    return organisme


def fermer_organisme(session: Session, signe: str, *, par: str, now: datetime) -> None:
    """Register nothing more for a body but answers to what it received; `DejaFait` when it is closed."""
    organisme = verrouiller_organisme(session, signe)
    if organisme.ferme_le is not None:
        raise DejaFait(quoi="La fermeture de cet organisme")
    organisme.ferme_le = now
    journal.noter(session, acteur=par, acte="fermer-organisme", sujet=_sujet(signe), now=now)


def rouvrir_organisme(session: Session, signe: str, *, par: str, now: datetime) -> None:
    """Register for it again, its numbers going on where they were; `DejaFait` when it is open."""
    organisme = verrouiller_organisme(session, signe)
    if organisme.ferme_le is None:
        raise DejaFait(quoi="La réouverture de cet organisme")
    organisme.ferme_le = None
    journal.noter(session, acteur=par, acte="rouvrir-organisme", sujet=_sujet(signe), now=now)


def supprimer_organisme(session: Session, signe: str, *, par: str, now: datetime) -> None:
    """Take back a body that was opened by mistake; `SaisieRefusee` once a number of its registers was given."""
    organisme = verrouiller_organisme(session, signe)
    if a_servi(session, signe):
        raise SaisieRefusee({"cle": "Un numéro a été donné à ses registres : cet organisme peut être fermé, non supprimé."})
    _rattacher(session, signe, (), par, now)
    session.delete(organisme)
    session.flush()
    journal.noter(session, acteur=par, acte="supprimer-organisme", sujet=_sujet(signe), now=now, nom=organisme.nom)


def a_servi(session: Session, signe: str) -> bool:
    """Tell whether a number was given in one of its registers."""
    siens = [cle(signe, sens) for sens in REGISTRES]
    return session.scalar(select(Registre.cle).where(Registre.cle.in_(siens), Registre.dernier > 0).limit(1)) is not None


def verrouiller_organisme(session: Session, signe: str) -> Organisme:
    """The body, once whoever is registering for it has done; `Introuvable`."""
    organisme = session.get(Organisme, signe, with_for_update=True)
    if organisme is None:
        raise Introuvable(quoi="Cet organisme")
    return organisme


def _rattacher(session: Session, signe: str, bureaux: Collection[int], par: str, now: datetime) -> None:
    """These bureaux work for it, and no other does; one that worked for another body works for this one.

    The bureaux are held first: two who attach one to two bodies at once do so one after the other, and the second has it.
    """
    siens = select(Rattachement.bureau_id).where(Rattachement.organisme == signe)
    touches = select(Bureau.id).where(Bureau.id.in_(bureaux) | Bureau.id.in_(siens)).order_by(Bureau.id)
    session.execute(touches.with_for_update(key_share=True))
    avant = {bureau for bureau, leur in bureaux_de(session).items() if leur == signe}
    voulus = set(session.scalars(select(Bureau.id).where(Bureau.id.in_(bureaux))))
    if avant == voulus:
        return
    changes = delete(Rattachement).where(Rattachement.bureau_id.in_(avant ^ voulus))
    session.execute(changes, execution_options={"synchronize_session": False})
    session.add_all(Rattachement(bureau_id=bureau, organisme=signe) for bureau in sorted(voulus - avant))
    session.flush()
    noms = sorted(session.scalars(select(Bureau.cle).where(Bureau.id.in_(voulus))))
    journal.noter(session, acteur=par, acte="rattacher-bureaux", sujet=_sujet(signe), now=now, bureaux=noms)


def _nom_refuse(nom: str) -> dict[str, str]:
    return {} if 1 <= len(" ".join(nom.split())) <= _NOM else {"nom": "Écrivez le nom de l’organisme."}


def _sujet(signe: str) -> str:
    return f"organisme:{signe}"
