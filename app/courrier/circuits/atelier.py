"""The designers' bench: drafts of circuits saved without overwriting another's, and the list of what is deployed."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.courrier import journal, organisation
from app.courrier.errors import CircuitChange, Introuvable, SaisieRefusee
from app.courrier.tables import Brouillon, Nature
from engine import Definition, Instance, Phrase

LONGUEUR = 200
DEBUT = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" \
id="definitions_{cle}" targetNamespace="https://vaguemestre.example/circuits">
  <bpmn:process id="{cle}" name="{nom}" isExecutable="true">
    <bpmn:startEvent id="debut" name="Courrier enregistré" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="diagramme_{cle}">
    <bpmndi:BPMNPlane id="plan_{cle}" bpmnElement="{cle}">
      <bpmndi:BPMNShape id="debut_di" bpmnElement="debut">
        <dc:Bounds x="180" y="160" width="36" height="36" />
      </bpmndi:BPMNShape>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""


@dataclass(frozen=True, kw_only=True)
class Fiche:
    """One circuit in the designers' list: its last version, its draft, how many courriers are on it."""

    cle: str
    nom: str
    version: int | None
    deploye_le: datetime | None
    deploye_par: str
    brouillon: Brouillon | None
    en_cours: int


def titres(session: Session) -> dict[str, str]:
    """The title of the last deployed version of each circuit, by key."""
    deployes = select(Definition.key, Definition.name).where(Definition.kind == "bpmn").order_by(Definition.version)
    return dict(session.execute(deployes).all())


def pour_l_arrivee(session: Session) -> list[tuple[str, str]]:
    """The deployed circuits that a letter that arrives may take, by title: all but those of what leaves or stays inside."""
    par_sens = {(sens, cle) for sens, cle in session.execute(select(Nature.sens, Nature.circuit))}
    ailleurs = {cle for sens, cle in par_sens if sens != "arrivee"} - {cle for sens, cle in par_sens if sens == "arrivee"}
    return sorted(((cle, nom) for cle, nom in titres(session).items() if cle not in ailleurs), key=lambda choix: choix[1])


def fiches(session: Session) -> list[Fiche]:
    """Every circuit deployed or being drawn, by name."""
    deployees = session.scalars(select(Definition).where(Definition.kind == "bpmn").order_by(Definition.version))
    versions = {definition.key: definition for definition in deployees}
    brouillons = {b.cle: b for b in session.scalars(select(Brouillon))}
    en_cours = dict(
        session.execute(
            select(Definition.key, func.count())
            .join(Instance, Instance.definition_id == Definition.id)
            .where(Instance.ended_at.is_(None))
            .group_by(Definition.key)
        ).all()
    )  # fmt: skip
    return sorted((_fiche(cle, versions.get(cle), brouillons.get(cle), en_cours.get(cle, 0)) for cle in {*versions, *brouillons}),
                  key=lambda fiche: organisation.plier(fiche.nom))  # fmt: skip


def _fiche(cle: str, version: Definition | None, brouillon: Brouillon | None, en_cours: int) -> Fiche:
    nom = version.name if version else brouillon.nom if brouillon else cle
    return Fiche(
        cle=cle, nom=nom, version=version.version if version else None, deploye_le=version.deployed_at if version else None,
        deploye_par=version.deployed_by if version else "", brouillon=brouillon, en_cours=en_cours,
    )  # fmt: skip


def publie(session: Session, cle: str, version: int | None = None) -> Definition:
    """A deployed version of a circuit, the last unless one is named; `Introuvable`."""
    requete = select(Definition).where(Definition.kind == "bpmn", Definition.key == cle)
    if version is not None:
        requete = requete.where(Definition.version == version)
    trouve = session.scalar(requete.order_by(Definition.version.desc()).limit(1))
    if trouve is None:
        raise Introuvable(quoi=Phrase("Le circuit « {nom} »", nom=cle))
    return trouve


def brouillon(session: Session, cle: str) -> Brouillon | None:
    """The draft of a circuit, if one is being drawn."""
    return session.get(Brouillon, cle)


def ouvrir(session: Session, cle: str) -> tuple[bytes, int]:
    """What the modeller opens: the draft and its revision, else the last version deployed and `-version`; `Introuvable`."""
    dessin = brouillon(session, cle)
    if dessin:
        return dessin.source, dessin.revision
    version = publie(session, cle)
    return version.source, -version.version


def commencer(session: Session, nom: str, *, par: str, now: datetime, source: bytes | None = None) -> Brouillon:
    """Begin a circuit, from a blank sheet or from a file; `SaisieRefusee` when its key is taken."""
    cle = re.sub(r"[^a-z0-9]+", "-", organisation.plier(nom)).strip("-")[:60]
    deploye = select(Definition.id).where(Definition.kind == "bpmn", Definition.key == cle)
    pris = brouillon(session, cle) or session.scalar(deploye)
    if not cle or not cle[0].isalpha() or len(nom.strip()) > LONGUEUR:
        raise SaisieRefusee({"nom": Phrase(
            "Donnez au circuit un nom qui commence par une lettre, de {maximum} signes au plus.", maximum=LONGUEUR)})
    if pris:
        raise SaisieRefusee({"nom": Phrase("Un circuit porte déjà la clé « {nom} » ; choisissez un autre nom.", nom=cle)})
    propre = nom.strip().replace("&", "et").replace("<", "").replace('"', "")
    dessin = Brouillon(
        cle=cle, nom=nom.strip(), source=source or DEBUT.format(cle=cle, nom=propre).encode(), modifie_par=par, modifie_le=now
    )
    session.add(dessin)
    session.flush()
    journal.noter(session, acteur=par, acte="dessiner", sujet=f"circuit:{cle}", now=now)
    return dessin


def enregistrer(session: Session, cle: str, source: bytes, *, revision: int, par: str, now: datetime) -> int:
    """Save a draft; `revision` is the one that was opened: a newer one is another's, and is not overwritten (`CircuitChange`)."""
    reserver(session, cle, revision=revision)
    dessin = brouillon(session, cle)
    if dessin is None:
        dessin = Brouillon(cle=cle, nom=publie(session, cle).name, source=source, revision=0, modifie_par=par, modifie_le=now)
        session.add(dessin)
    dessin.source, dessin.revision, dessin.modifie_par, dessin.modifie_le = source, dessin.revision + 1, par, now
    session.flush()
    return dessin.revision


def reserver(session: Session, cle: str, *, revision: int) -> None:
    """Keep others from changing a circuit until the end of the transaction; `CircuitChange` when one did since it was opened."""
    # The circuit's first row is the lock: there is none of a draft that is not yet saved, nor of a version to come.
    premiere = select(Definition.id).where(Definition.kind == "bpmn", Definition.key == cle, Definition.version == 1)
    session.execute(premiere.with_for_update(key_share=True))
    dessin = session.get(Brouillon, cle, populate_existing=True, with_for_update=True)
    if dessin is None:
        version = publie(session, cle)
        if revision != -version.version:
            raise CircuitChange(nom=cle, qui=organisation.nom(session, version.deployed_by))
    elif dessin.revision != revision:
        raise CircuitChange(nom=cle, qui=organisation.nom(session, dessin.modifie_par))


def retirer(session: Session, cle: str) -> None:
    """Put a draft away once it is deployed."""
    dessin = brouillon(session, cle)
    if dessin is not None:
        session.delete(dessin)
        session.flush()
