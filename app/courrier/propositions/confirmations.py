"""What the clerk chose, kept beside what was proposed: the measure of every proposal."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import organisation, registre
from app.courrier.propositions.offre import Offre
from app.courrier.tables import Acces, Bureau, Confirmation, Correspondant, Courrier, Nature

_FICHE = ("adresse", "code_postal", "ville", "courriel", "telephone", "siret")
_LONGUEUR = 500


def confirmer(session: Session, courrier: Courrier, offres: Mapping[str, Offre], *, nouveau: bool, now: datetime) -> None:
    """Keep the offers of a courrier just registered with what became of them; `nouveau`: its correspondant's sheet is new.

    A field that was neither proposed nor filled leaves no row.
    """
    for champ, choisi in _choisis(session, courrier, nouveau=nouveau).items():
        offre = offres.get(champ)
        if offre is None and (not choisi or choisi == "normale"):
            continue
        rang = next((rang for rang, un in enumerate(offre.choix, start=1) if _juste(champ, un.valeur, choisi)), 0) if offre else 0
        session.add(
            Confirmation(
                courrier_id=courrier.id, champ=champ, propose=offre.premier.valeur[:_LONGUEUR] if offre else "",
                confiance=offre.premier.confiance if offre else 0.0, choisi=choisi[:_LONGUEUR], rang=rang,
                version=offre.version if offre else None, quand=now,
            )
        )
    session.flush()


def _choisis(session: Session, courrier: Courrier, *, nouveau: bool) -> dict[str, str]:
    """The value of each field as it was registered; those of the sheet only when the clerk filled it."""
    fiche = session.get(Correspondant, courrier.correspondant_id) if courrier.correspondant_id else None
    bureau = session.get(Bureau, courrier.bureau_id) if courrier.bureau_id else None
    repondu = session.scalar(select(Courrier.chrono).where(Courrier.id == courrier.repond_a)) if courrier.repond_a else None
    qui = session.scalar(select(Acces.groupe).where(Acces.courrier_id == courrier.id, Acces.motif == "destinataire"))
    choisis = {
        "date_courrier": courrier.date_courrier.isoformat() if courrier.date_courrier else "", "objet": courrier.objet,
        "reference": courrier.reference, "recommande": courrier.recommande, "priorite": courrier.priorite,
        "nature": session.get_one(Nature, courrier.nature_id).cle, "bureau": bureau.cle if bureau else "",
        "circuit": courrier.circuit, "repond_a": repondu or "", "mots": ", ".join(registre.mots_de(session, courrier)),
        "reponse_voulue": courrier.reponse_voulue.isoformat() if courrier.reponse_voulue else "",
        "personne": (qui or "").removeprefix("@"), "correspondant": str(fiche.id) if fiche and not nouveau else "",
    }  # fmt: skip
    if fiche and nouveau:
        choisis |= {"expediteur": registre.nom_complet(fiche), **{champ: getattr(fiche, champ) for champ in _FICHE}}
    return choisis


def _juste(champ: str, propose: str, choisi: str) -> bool:
    """Whether a candidate was right; keywords were when the clerk kept some and added none."""
    if champ == "mots":
        gardes = {_pliee(mot) for mot in registre.separer(choisi)}
        return bool(gardes) and gardes <= {_pliee(mot) for mot in registre.separer(propose)}
    return _pliee(propose) == _pliee(choisi)


def _pliee(valeur: str) -> str:
    """Values are the same whatever their case, accents and spaces; a full stop at the end changes nothing."""
    return organisation.plier(valeur).rstrip(" .")
