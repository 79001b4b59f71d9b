"""Everything that is proposed for a depot: read in the letter, matched with what the house knows, learned from its choices."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import apprentissage, circuits, depot, organisation, texte
from app.courrier.apprentissage import Modele
from app.courrier.errors import ModeleAbime
from app.courrier.habilitations import Moi
from app.courrier.propositions.offre import Choix, Offre, offre
from app.courrier.propositions.rapprochement import bureau_designe, connus, fil
from app.courrier.registre import Contact
from app.courrier.tables import Depot, Nature
from engine import Engine

LUES = (
    *("expediteur", "adresse", "code_postal", "ville", "courriel", "telephone", "siret"),
    *("date_courrier", "objet", "reference", "recommande", "priorite", "delai", "confidentialite"),
)
"""Fields whose proposal is what was read, word for word."""

_TABLE = 0.8
"""What a rule of the house's own table is worth: it was written by people who know."""


@dataclass(frozen=True, kw_only=True)
class _Lettre:
    """The letter to propose for: what was read in it, its text, what the model in service makes of it."""

    lues: Mapping[str, Mapping[str, Any]]
    texte: str
    version: int | None
    modele: Modele | None

    def appris(self, champ: str, noms: Mapping[str, str]) -> Iterator[Choix]:
        """The learned candidates of a field that still exist in the house, by key and name."""
        for candidat in self.modele.candidats(champ, self.texte) if self.modele else ():
            if candidat.valeur in noms:
                yield Choix(valeur=candidat.valeur, nom=noms[candidat.valeur], confiance=candidat.confiance, mots=candidat.mots,
                            appris=True)  # fmt: skip

    def donne(self, champ: str, noms: Mapping[str, str]) -> Iterator[Choix]:
        """What the sender chose themselves in the web form, or their program did: surer than any guess."""
        lue = self.lues.get(champ)
        if lue and lue["valeur"] in noms:
            yield Choix(valeur=lue["valeur"], nom=noms[lue["valeur"]], confiance=lue["confiance"], raison=lue["raison"])


def proposer(session: Session, engine: Engine, moi: Moi, attend: Depot, contact: Contact, *, now: datetime) -> dict[str, Offre]:
    """The offers for a depot by field; `contact`: the sender as read, or as the clerk has it now.

    The courrier that it answers is proposed only when `moi` may see it.
    """
    lettre = _lettre(session, attend)
    toutes = [_lue(champ, lettre.lues[champ]) for champ in LUES if champ in lettre.lues]
    toutes += [connus(session, contact), fil(session, moi, lettre.lues.get("chrono"))]
    natures = session.scalars(select(Nature).where(Nature.sens == "arrivee").order_by(Nature.nom)).all()
    bureau = _bureau(session, engine, lettre, now)
    nature = _nature(session, lettre, natures, bureau)
    toutes += [bureau, nature, _circuit(session, engine, lettre, natures, nature, now)]
    return {une.champ: une for une in toutes if une}


def _lettre(session: Session, attend: Depot) -> _Lettre:
    lues = {lue["champ"]: lue for lue in attend.propositions}
    piece = depot.original(session, attend.id)
    pages = texte.pages(session, piece.id) if piece else []
    try:
        service = apprentissage.en_service(session)
    except ModeleAbime:
        service = None  # the administrators' page says so; the clerk goes on without
    version, modele = service or (None, None)
    objet = str(lues.get("objet", {}).get("valeur", ""))
    lu = apprentissage.texte_de(objet, [page.texte for page in pages[: apprentissage.PAGES]])
    return _Lettre(lues=lues, texte=lu, version=version, modele=modele)


def _lue(champ: str, lue: Mapping[str, Any]) -> Offre | None:
    choix = Choix(valeur=lue["valeur"], nom=lue["valeur"], confiance=lue["confiance"], raison=lue["raison"])
    return offre(champ, [choix], page=lue["page"], boite=_boite(lue))


def _boite(lue: Mapping[str, Any]) -> tuple[float, float, float, float] | None:
    x0, y0, x1, y1 = lue["boite"] or (0, 0, 0, 0)
    return (x0, y0, x1, y1) if lue["boite"] else None


def _bureau(session: Session, engine: Engine, lettre: _Lettre, now: datetime) -> Offre | None:
    """Whom the letter names, what was learned, what the decision table makes of its words."""
    arbre = organisation.arbre(session)
    designe = lettre.lues.get("destinataire")
    nomme = bureau_designe(session, designe["valeur"]) if designe else None
    sens = circuits.orienter(session, engine, sens="arrivee", nature=None, texte=lettre.texte, now=now)
    noms = {noeud.cle: noeud.nom for noeud in arbre.values()}
    candidats = [*lettre.donne("bureau", noms), *lettre.appris("bureau", noms)]
    if sens.bureau and sens.bureau in arbre:
        candidats.append(Choix(valeur=sens.bureau, nom=arbre[sens.bureau].nom, confiance=_TABLE, regle=sens.pourquoi))
    if designe is None or nomme is None:
        return offre("bureau", candidats, version=lettre.version)
    candidats.append(
        Choix(valeur=nomme, nom=arbre[nomme].nom, confiance=designe["confiance"], raison="nommé dans la lettre")
    )
    return offre("bureau", candidats, version=lettre.version, page=designe["page"], boite=_boite(designe))


def _nature(session: Session, lettre: _Lettre, natures: Sequence[Nature], bureau: Offre | None) -> Offre | None:
    """What was learned; before that, the only nature of the bureau when it has one alone."""
    noms = {nature.cle: nature.nom for nature in natures}
    donnees = list(lettre.donne("nature", noms))
    if donnees or lettre.modele is not None:
        return offre("nature", [*donnees, *lettre.appris("nature", noms)], version=lettre.version)
    if bureau is None:
        return None
    place = organisation.arbre(session)[bureau.premier.valeur].id
    siennes = [nature for nature in natures if nature.bureau_id == place]
    if len(siennes) != 1:
        return None
    sure = bureau.premier.confiance
    return offre("nature", [Choix(valeur=siennes[0].cle, nom=siennes[0].nom, confiance=sure, raison="seule nature de ce bureau")])


def _circuit(
    session: Session, engine: Engine, lettre: _Lettre, natures: Sequence[Nature], nature: Offre | None, now: datetime
) -> Offre | None:
    """The circuit that the first nature leads to."""
    if nature is None:
        return None
    choisie = next(une for une in natures if une.cle == nature.premier.valeur)
    sens = circuits.orienter(session, engine, sens="arrivee", nature=choisie, texte=lettre.texte, now=now)
    choix = Choix(valeur=sens.circuit, nom=sens.circuit, confiance=nature.premier.confiance, regle=sens.pourquoi)
    return offre("circuit", [choix], version=nature.version)
