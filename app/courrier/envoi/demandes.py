"""Asking for a dispatch: one row a courrier and genre, however many times it is asked for."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import journal, reponse
from app.courrier.correspondants import joignable
from app.courrier.envoi.suivi import confirmer
from app.courrier.errors import Introuvable, SaisieRefusee
from app.courrier.tables import Correspondant, Courrier, Envoi, Modele, Nature, Reponse
from app.courrier.tables.absents import inserer_absents

CANAUX = ("courriel", "postal", "recommande", "remise")
_LETTRE = "envoi-reponse"


def demander(
    session: Session, courrier: Courrier, *, genre: str, canal: str, destinataire: str, sujet: str, texte: str, now: datetime,
    piece_id: int | None = None, par: str = "systeme",
) -> Envoi:
    """The dispatch of this genre (reponse, accuse); one that failed is asked for anew, one that left stays as it is."""
    if canal not in CANAUX:
        raise SaisieRefusee({"canal": "Choisissez dans la liste."})
    if canal == "courriel" and not destinataire.strip():
        raise SaisieRefusee({"destinataire": "Donnez l’adresse électronique du destinataire."})
    envoi, pose = _poser(session, courrier, genre, {
        "canal": canal, "destinataire": destinataire.strip()[:300], "sujet": sujet[:500], "texte": texte, "piece_id": piece_id,
        "etat": "a_envoyer", "essais": 0, "reprise_le": None, "erreur": "",
    }, now=now)
    if pose:
        journal.noter(session, acteur=par, acte="envoi-demande", sujet=f"courrier:{courrier.id}", now=now, envoi=envoi.id,
                      genre=genre, canal=canal)
    return envoi


def expedier(
    session: Session, courrier: Courrier, projet: Reponse, *, canal: str, destinataire: str, preuve: str, now: datetime,
    par: str = "systeme",
) -> Envoi:
    """Send the signed letter: by e-mail it is due, otherwise it has left already, as `preuve` tells; `SaisieRefusee`."""
    if projet.etat not in reponse.FAITES:
        raise SaisieRefusee({"canal": "La lettre n’est pas encore signée ; elle ne peut pas partir."})
    if canal != "courriel" and not preuve.strip():
        raise SaisieRefusee({"preuve": "Dites comment la lettre est partie : date, numéro de recommandé, nom de qui l’a reçue…"})
    sujet, texte = _accompagnement(session, courrier, projet, now=now)
    envoi = demander(
        session, courrier, genre="reponse", canal=canal, destinataire=destinataire or _adresse(_correspondant(session, courrier)),
        sujet=sujet, texte=texte, piece_id=projet.piece_id, now=now, par=par,
    )
    if envoi.canal != "courriel" and envoi.etat == "a_envoyer":
        confirmer(session, envoi.id, preuve, par=par, now=now)
    return envoi


def accuser(session: Session, courrier: Courrier, nature: Nature, *, now: datetime) -> Envoi | None:
    """The receipt of a demand, due; None when none is owed.

    One that cannot be issued is a failed dispatch with its reasons: the registration does not wait for it, the bureau
    d'ordre sees it.
    """
    fiche = _correspondant(session, courrier)
    if courrier.sens != "arrivee" or not nature.accuse or fiche is None or de_vive_voix(courrier, fiche):
        return None
    par_courriel = bool(joignable(fiche))
    adresse = joignable(fiche) or _adresse(fiche)
    canal = "courriel" if par_courriel else "postal"
    try:
        ecrit = reponse.accuse(session, courrier, nature, now=now)
        if not adresse:
            raise SaisieRefusee({"destinataire": "Le correspondant n’a ni adresse électronique ni adresse postale."})
    except SaisieRefusee as refus:
        return _refuser(session, courrier, canal, adresse, " ".join(refus.erreurs.values()), now)
    except Introuvable as refus:
        return _refuser(session, courrier, canal, adresse, str(refus), now)
    return demander(session, courrier, genre="accuse", canal=canal, destinataire=adresse, sujet=ecrit.objet, texte=ecrit.texte,
                    now=now)


def de_vive_voix(courrier: Courrier, fiche: Correspondant) -> bool:
    """Whether they called or came and left no address: no receipt can be sent, the number and the code are told to them."""
    return courrier.canal in ("telephone", "guichet") and not (joignable(fiche) or _adresse(fiche))


def refaire_accuse(session: Session, envoi_id: int, *, now: datetime) -> Envoi:
    """Make again a receipt that could not be issued, now that what was missing is there; it says what still is."""
    envoi = session.get_one(Envoi, envoi_id)
    courrier = session.get_one(Courrier, envoi.courrier_id)
    return accuser(session, courrier, session.get_one(Nature, courrier.nature_id), now=now) or envoi


def _refuser(session: Session, courrier: Courrier, canal: str, adresse: str, motif: str, now: datetime) -> Envoi:
    envoi, pose = _poser(session, courrier, "accuse", {
        "canal": canal, "destinataire": adresse, "sujet": "", "texte": "", "piece_id": None, "etat": "echec", "essais": 0,
        "reprise_le": None, "erreur": motif,
    }, now=now)
    if pose:
        journal.noter(session, acteur="systeme", acte="accuse-refuse", sujet=f"courrier:{courrier.id}", now=now, motif=motif)
    return envoi


def _poser(
    session: Session, courrier: Courrier, genre: str, valeurs: Mapping[str, object], *, now: datetime
) -> tuple[Envoi, bool]:
    """The row of this genre, with these values when it is new or had failed; tells whether they are now its own."""
    cle = f"{genre}.{courrier.id}.{courrier.code_suivi or courrier.chrono}"
    session.flush()
    present = _ligne(session, cle)
    if present is None:
        lieu = {"courrier_id": courrier.id, "genre": genre, "message_id": cle, "preuve": "", "demande_le": now}
        inserer_absents(session, Envoi, [{**valeurs, **lieu}])
    envoi = present or _ligne(session, cle)
    assert envoi is not None  # noqa: S101  # there before, or inserted just above
    if present is not None and present.etat != "echec":
        return present, False
    for champ, valeur in valeurs.items():
        setattr(envoi, champ, valeur)
    session.flush()
    return envoi, True


def _accompagnement(session: Session, courrier: Courrier, projet: Reponse, *, now: datetime) -> tuple[str, str]:
    """Subject and text of the message that carries the letter."""
    choisi = session.scalar(select(Modele).where(Modele.cle == _LETTRE)) if courrier.sens == "arrivee" else None
    if choisi is None:
        return projet.objet, "Veuillez trouver ci-joint notre lettre, signée électroniquement."
    remplis = reponse.valeurs(session, courrier, agent=None, now=now)
    return reponse.fusionner(choisi.sujet, remplis), reponse.fusionner(choisi.corps, remplis)


def _correspondant(session: Session, courrier: Courrier) -> Correspondant | None:
    return session.get(Correspondant, courrier.correspondant_id) if courrier.correspondant_id else None


def _adresse(fiche: Correspondant | None) -> str:
    """The postal address on one line; empty without a town."""
    if fiche is None or not fiche.ville:
        return ""
    lignes = (*fiche.adresse.splitlines(), f"{fiche.code_postal} {fiche.ville}".strip(), fiche.pays)
    return ", ".join(ligne.strip() for ligne in lignes if ligne.strip())


def _ligne(session: Session, cle: str) -> Envoi | None:
    requete = select(Envoi).where(Envoi.message_id == cle).with_for_update()
    return session.scalar(requete.execution_options(populate_existing=True))
