"""The draft of an answer: one a courrier, its versions counted and noted, its words cleaned before they are kept."""

import hashlib
import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import journal, recherche
from app.courrier.correspondants import joignable
from app.courrier.errors import DejaFait, Introuvable, SaisieRefusee
from app.courrier.reponse.champs import fusionner, inconnus, valeurs
from app.courrier.reponse.modeles import redacteur
from app.courrier.reponse.propre import en_texte, nettoyer
from app.courrier.tables import Correspondant, Courrier, Modele, Reponse
from engine import Phrase

FAITES = ("signee", "envoyee")
_OBJET_MAX = 500
_CORPS_MAX = 200_000
_A_COMPLETER = re.compile(r"\[\s*(?:…|\.\.\.)[^\]]*\]")
_PREMIER = "reponse-simple"


def chercher(session: Session, courrier: Courrier) -> Reponse | None:
    """The courrier's answer, if one was begun: its own, or the one it is the departure of."""
    dite = Reponse.courrier_id == courrier.id
    requete = select(Reponse).where(dite | (Reponse.depart_id == courrier.id)).order_by(dite.desc()).limit(1)
    return session.scalar(requete)


def de(session: Session, courrier: Courrier) -> Reponse:
    """The courrier's answer; `Introuvable`."""
    trouvee = chercher(session, courrier)
    if trouvee is None:
        raise Introuvable(quoi=Phrase("La réponse au courrier {chrono}", chrono=courrier.chrono))
    return trouvee


def rediger(
    session: Session, courrier: Courrier, *, modele: str, objet: str, corps: str, par: str, now: datetime
) -> Reponse:
    """Keep what was written as the next version; `SaisieRefusee` by field, `DejaFait` once the letter is signed."""
    projet = chercher(session, courrier)
    if projet is not None:
        session.refresh(projet, with_for_update=True)
        if projet.etat in FAITES:
            raise DejaFait(quoi="La signature de cette lettre")
    _controler(objet, corps)
    remplis = valeurs(session, courrier, agent=redacteur(session, par), now=now)
    # Cleaned first: what a correspondant is called is then escaped, and can never be taken for HTML.
    propre = fusionner(nettoyer(corps), remplis, echapper=True)
    if projet is None:
        projet = Reponse(courrier_id=courrier.id, version=0, corps="", redacteur=par, modifiee_le=now)
        session.add(projet)
    projet.modele, projet.objet, projet.corps = modele or projet.modele or "", " ".join(fusionner(objet, remplis).split()), propre
    projet.version, projet.etat, projet.erreur, projet.reprise_le = projet.version + 1, "projet", "", None
    projet.redacteur, projet.modifiee_le = par, now
    session.flush()
    empreinte = hashlib.sha256(propre.encode()).hexdigest()
    journal.noter(session, acteur=par, acte="version-reponse", sujet=f"courrier:{courrier.id}", now=now,
                  version=projet.version, sha256=empreinte)
    recherche.marquer(session, courrier)
    return projet


def a_rediger(session: Session, courrier: Courrier, lettre: Reponse | None, par: str, *, now: datetime) -> dict[str, str]:
    """What the form of `rediger` starts with: the draft, else the simplest template, as plain text."""
    if lettre is not None:
        return {"objet": lettre.objet, "corps": en_texte(lettre.corps)}
    premier = session.scalar(select(Modele).where(Modele.cle == _PREMIER))
    if premier is None:
        return {"objet": courrier.objet, "corps": ""}
    remplis = valeurs(session, courrier, agent=redacteur(session, par), now=now)
    return {"objet": fusionner(premier.sujet, remplis), "corps": fusionner(premier.corps, remplis)}


def a_expedier(session: Session, courrier: Courrier) -> dict[str, str]:
    """What the form of `expedier` starts with: by e-mail when the correspondant has an address, else by post."""
    fiche = session.get(Correspondant, courrier.correspondant_id) if courrier.correspondant_id else None
    if fiche is None or not joignable(fiche):
        return {"canal": "postal"}
    return {"canal": "courriel", "destinataire": joignable(fiche)}


def _controler(objet: str, corps: str) -> None:
    erreurs: dict[str, str] = {}
    for champ, texte, maximum in (("objet", objet, _OBJET_MAX), ("corps", corps, _CORPS_MAX)):
        faux = inconnus(texte)
        if not texte.strip():
            erreurs[champ] = "Écrivez l’objet de la lettre." if champ == "objet" else "Écrivez le texte de la lettre."
        elif len(texte) > maximum:
            erreurs[champ] = Phrase("Écrivez au plus {maximum} signes.", maximum=maximum)
        elif faux:
            erreurs[champ] = Phrase(
                "Ces champs n’existent pas : {noms}.", noms=", ".join(f"{{{{ {nom} }}}}" for nom in faux))
        elif reste := _A_COMPLETER.findall(texte):
            erreurs[champ] = Phrase(
                "Il reste un passage à compléter : «{passage}».", passage=reste[0])
    if erreurs:
        raise SaisieRefusee(erreurs)
