"""Everything that is proposed for a depot: read in the letter, matched with what the house knows, learned from its choices."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property, partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import apprentissage, circuits, delais, depot, organisation, texte
from app.courrier.apprentissage import Modele
from app.courrier.errors import ModeleAbime
from app.courrier.habilitations import Moi
from app.courrier.propositions.corps import corps
from app.courrier.propositions.mots_cles import mots_cles
from app.courrier.propositions.nature import par_mots
from app.courrier.propositions.offre import Choix, Offre, offre
from app.courrier.propositions.places import des_mots, situer
from app.courrier.propositions.rapprochement import bureau_designe, connus, fil, personne
from app.courrier.propositions.terme import terme
from app.courrier.propositions.trajet import texte_du_depot
from app.courrier.registre import Contact
from app.courrier.tables import Depot, Nature, Texte
from engine import Engine

LUES = (
    *("expediteur", "adresse", "code_postal", "ville", "courriel", "telephone", "siret"),
    *("date_courrier", "objet", "reference", "recommande", "priorite", "confidentialite"),
)
"""Fields whose proposal is what was read, word for word."""

_LU_SOUS = {"bureau": "destinataire", "personne": "destinataire", "correspondant": "expediteur", "repond_a": "chrono"}
"""What some offers were read as."""
_DITS = frozenset((*LUES, *_LU_SOUS)) - {"priorite", "confidentialite"}
"""Offers whose value the letter writes."""

_TABLE = 0.8
"""What a rule of the house's own table is worth: it was written by people who know."""
_TABLE_SEULE = 0.5
"""What it is worth where the letter's nature, or what was learned, speaks too."""
_HAUT = 0.9
_NATURE_DITE = 0.55
"""How sure a nature must be to say a bureau: below, the letter could be anybody's, and the clerk's guess is better."""


@dataclass(frozen=True, kw_only=True)
class _Lettre:
    """The letter to propose for: what was read in it, its text, the pages shown, what the model in service makes of it."""

    lues: Mapping[str, Mapping[str, Any]]
    texte: str
    montrees: Sequence[Texte]
    version: int | None
    modele: Modele | None

    @property
    def objet(self) -> str:
        """Its subject as read."""
        return str(self.lues.get("objet", {}).get("valeur", ""))

    @cached_property
    def corps(self) -> str:
        """What it wants, in its words."""
        return corps(self.texte)

    @property
    def dit(self) -> str:
        """What the decision table reads of it."""
        return f"{self.objet}\n{self.corps}"

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


class _Orientation:
    """Where the decision table sends the letter, asked once for each nature."""

    def __init__(self, session: Session, engine: Engine, lettre: _Lettre, now: datetime) -> None:
        self._demander = partial(circuits.orienter, session, engine, sens="arrivee", texte=lettre.dit, now=now)
        self._connues: dict[str, circuits.Orientation] = {}

    def de(self, nature: Nature | None) -> circuits.Orientation:
        """Its circuit and bureau for this nature, or before its nature is known."""
        cle = nature.cle if nature else ""
        if cle not in self._connues:
            self._connues[cle] = self._demander(nature=nature)
        return self._connues[cle]


def proposer(session: Session, engine: Engine, moi: Moi, attend: Depot, contact: Contact, *, now: datetime) -> dict[str, Offre]:
    """The offers for a depot by field; `contact`: the sender as read, or as the clerk has it now.

    The courrier that it answers is proposed only when `moi` may see it.
    """
    lettre = _lettre(session, attend)
    toutes = [_lue(champ, lettre.lues[champ]) for champ in LUES if champ in lettre.lues]
    toutes += [connus(session, contact), fil(session, moi, lettre.lues.get("chrono"))]
    natures = session.scalars(select(Nature).where(Nature.sens == "arrivee").order_by(Nature.nom)).all()
    nature = _nature(session, engine, lettre, natures, now)
    orientation = _Orientation(session, engine, lettre, now)
    bureau = _bureau(session, orientation, lettre, natures, nature)
    toutes += [bureau, personne(session, lettre.lues.get("destinataire")), nature]
    toutes += [_circuit(orientation, natures, nature), _reponse_voulue(session, lettre, attend)]
    toutes.append(_mots(session, lettre, now))
    return {une.champ: _situee(une, lettre) for une in toutes if une}


def _situee(une: Offre, lettre: _Lettre) -> Offre:
    """The offer with its place on the pages that are shown, also when it was read elsewhere: in headers, in words learned."""
    if une.boite:
        return une
    lue = lettre.lues.get(_LU_SOUS.get(une.champ, une.champ), {})
    dits = une.premier.valeur.split(", ") if une.champ == "mots" else une.premier.mots
    places = des_mots(lettre.montrees, dits)
    if not places and une.champ in _DITS:
        ecrites = [str(lue.get("valeur", "")), str(lue.get("extrait", ""))]
        # A header's date is shown as its program wrote it; its value may stand in the text for another reason.
        essais = ecrites[::-1] if une.champ == "date_courrier" else ecrites
        places = next(filter(None, (situer(lettre.montrees, ecrite) for ecrite in essais)), ())
    return replace(une, places=places)


def _lettre(session: Session, attend: Depot) -> _Lettre:
    lues = {lue["champ"]: lue for lue in attend.propositions}
    try:
        service = apprentissage.en_service(session)
    except ModeleAbime:
        service = None  # the administrators' page says so; the clerk goes on without
    version, modele = service or (None, None)
    lu = texte_du_depot(session, attend, str(lues.get("objet", {}).get("valeur", "")))
    vue = next((piece for piece in depot.pieces(session, attend.id) if piece.genre == "vue"), depot.original(session, attend.id))
    return _Lettre(lues=lues, texte=lu, montrees=texte.pages(session, vue.id) if vue else (), version=version, modele=modele)


def _lue(champ: str, lue: Mapping[str, Any]) -> Offre | None:
    choix = [
        Choix(valeur=une["valeur"], nom=une["valeur"], confiance=une["confiance"], raison=une["raison"])
        for une in (lue, *lue.get("autres", ()))
    ]
    return offre(champ, choix, page=lue["page"], boite=_boite(lue))


def _boite(lue: Mapping[str, Any]) -> tuple[float, float, float, float] | None:
    x0, y0, x1, y1 = lue["boite"] or (0, 0, 0, 0)
    return (x0, y0, x1, y1) if lue["boite"] else None


def _designe(session: Session, lettre: _Lettre) -> tuple[str, Mapping[str, Any]] | None:
    """The bureau that the letter names itself, and what was read of it."""
    lue = lettre.lues.get("destinataire")
    nomme = bureau_designe(session, lue["valeur"]) if lue else None
    return (nomme, lue) if lue and nomme else None


def _sur(candidats: Sequence[Choix]) -> bool:
    """Whether one is sure enough to stand alone."""
    return any(un.confiance >= apprentissage.SUR for un in candidats)


def _bureau(
    session: Session, orientation: _Orientation, lettre: _Lettre, natures: Sequence[Nature], nature: Offre | None
) -> Offre | None:
    """Whom the letter names, what was learned, where its natures go, what the decision table makes of its words."""
    arbre = organisation.arbre(session)
    noms = {noeud.cle: noeud.nom for noeud in arbre.values()}
    candidats = [*lettre.donne("bureau", noms), *lettre.appris("bureau", noms)]
    sens = orientation.de(None)
    if not _sur(candidats) and nature and nature.premier.confiance >= _NATURE_DITE:
        candidats += _des_natures(session, orientation, natures, nature)
    if sens.bureau and sens.bureau in arbre:
        sure = _TABLE if not candidats else _TABLE_SEULE
        candidats.append(Choix(valeur=sens.bureau, nom=noms[sens.bureau], confiance=sure, regle=sens.pourquoi))
    designe = _designe(session, lettre)
    if designe is None:
        return offre("bureau", candidats, version=lettre.version)
    nomme, lue = designe
    candidats.append(Choix(valeur=nomme, nom=noms[nomme], confiance=lue["confiance"], raison="nommé dans la lettre"))
    return offre("bureau", candidats, version=lettre.version, page=lue["page"], boite=_boite(lue))


def _des_natures(session: Session, orientation: _Orientation, natures: Sequence[Nature], nature: Offre) -> Iterator[Choix]:
    """The bureaux where the natures proposed are treated, as sure as these are together."""
    arbre, sures, pourquoi = organisation.arbre(session), dict[str, float](), dict[str, Choix]()
    for choix in nature.choix:
        une = next(une for une in natures if une.cle == choix.valeur)
        sens = orientation.de(une)
        if sens.bureau and sens.bureau in arbre:
            sures[sens.bureau] = sures.get(sens.bureau, 0.0) + choix.confiance
            pourquoi.setdefault(sens.bureau, choix)
    haut = _HAUT
    for cle, choix in pourquoi.items():
        # That of the likeliest nature comes first, however many of the others lead elsewhere.
        sure = min(round(sures[cle], 2), haut)
        yield replace(choix, valeur=cle, nom=arbre[cle].nom, confiance=sure)
        haut = min(haut, sure - 0.05)


def _nature(session: Session, engine: Engine, lettre: _Lettre, natures: Sequence[Nature], now: datetime) -> Offre | None:
    """What was learned, when it is sure; else, beside it, what the house's table hears and what natures are called."""
    noms = {nature.cle: nature.nom for nature in natures}
    donnees = [*lettre.donne("nature", noms), *lettre.appris("nature", noms)]
    if _sur(donnees) or any(not une.appris for une in donnees):
        return offre("nature", donnees, version=lettre.version)
    designe = _designe(session, lettre)
    place = organisation.arbre(session)[designe[0]] if designe else None
    entendues = par_mots(session, engine, natures, lettre.objet, lettre.corps, place, now=now)
    return offre("nature", [*donnees, *entendues], version=lettre.version)


def _circuit(orientation: _Orientation, natures: Sequence[Nature], nature: Offre | None) -> Offre | None:
    """The circuit that the first nature leads to."""
    if nature is None:
        return None
    choisie = next(une for une in natures if une.cle == nature.premier.valeur)
    sens = orientation.de(choisie)
    choix = Choix(valeur=sens.circuit, nom=sens.circuit, confiance=nature.premier.confiance, regle=sens.pourquoi)
    return offre("circuit", [choix], version=nature.version)


def _reponse_voulue(session: Session, lettre: _Lettre, attend: Depot) -> Offre | None:
    """The day for which the letter asks an answer, told with its words."""
    lue = lettre.lues.get("delai")
    ecrit = lettre.lues.get("date_courrier", {}).get("valeur", "")
    if lue is None:
        return None
    jour = terme(
        lue["valeur"], ecrit_le=date.fromisoformat(ecrit) if ecrit else None, recu_le=delais.jour(attend.recu_le),
        fermes=delais.fermes(session),
    )
    if jour is None:
        return None
    choix = Choix(valeur=jour.isoformat(), nom=f"{jour:%d/%m/%Y}", confiance=lue["confiance"], mots=(lue["extrait"],))
    return offre("reponse_voulue", [choix], page=lue["page"], boite=_boite(lue))


def _mots(session: Session, lettre: _Lettre, now: datetime) -> Offre | None:
    """Keywords; who writes, where from and to whom are none."""
    noms = [lettre.lues[champ]["valeur"] for champ in ("expediteur", "adresse", "ville", "destinataire") if champ in lettre.lues]
    return mots_cles(session, lettre.texte, lettre.objet, lettre.modele, sauf=noms, corps=lettre.corps, now=now)
