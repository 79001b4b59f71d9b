"""Rights: for each person and each confidentiality, who sees a courrier of the permis bureau, and who may do what."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import consultation, habilitations, organisation, registre
from app.courrier.errors import Interdit, Introuvable
from app.courrier.tables import Acces, Agent, Bureau, Courrier, Depot, Nature, Piece
from engine.tables import Definition, Instance, Task, TaskGroup

LUNDI = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
Mairie = dict[str, Agent]


def inscrire(session: Session, confidentialite: str, bureau: str | None = "permis", par: str = "bruno") -> Courrier:
    nature = session.scalars(select(Nature.id).where(Nature.cle == "courrier")).one()
    bureau_id = organisation.bureau(session, bureau).id if bureau else None
    saisie = registre.Saisie(
        sens="arrivee", canal="papier", objet="Permis", nature_id=nature, bureau_id=bureau_id, confidentialite=confidentialite,
    )
    return registre.enregistrer(session, saisie, par=par, now=LUNDI)


def voyants(session: Session, mairie: Mairie, courrier: Courrier) -> set[str]:
    """Everybody who sees it, each asked in turn, by list and one by one."""
    trouves = set()
    for nom, agent in mairie.items():
        moi = habilitations.moi(session, agent)
        en_liste = courrier.id in session.scalars(select(Courrier.id).where(habilitations.visible(moi))).all()
        try:
            seul = habilitations.voir(session, moi, courrier.id) is courrier
        except Introuvable:
            seul = False
        assert en_liste == seul
        if seul:
            trouves.add(nom)
    return trouves


def depose(session: Session, **valeurs: object) -> Depot:
    dit = {"origine": "lot.pdf", "sha256": "1" * 64, "canal": "papier", "recu_le": LUNDI, "depose_par": "bruno",
           "etat": "enregistre"}  # fmt: skip
    ligne = Depot(**{**dit, **valeurs})
    session.add(ligne)
    session.flush()
    return ligne


def etape(session: Session, courrier: Courrier, groupe: str, *, close: bool = False) -> None:
    definition = Definition(
        kind="bpmn", key=groupe, version=1, name="Arrivée", sha256="0" * 64, source=b"", deployed_at=LUNDI,
        deployed_by="sacha",
    )
    session.add(definition)
    session.flush()
    sujet = f"courrier:{courrier.id}"
    instance = Instance(
        definition_id=definition.id, subject=sujet, status="running", state=b"", started_at=LUNDI, started_by="bruno",
    )
    session.add(instance)
    session.flush()
    tache = Task(
        instance_id=instance.id, subject=sujet, token="t", step="Signer", name="Signer", act="signer", opened_at=LUNDI,
        closed_at=LUNDI if close else None,
    )
    session.add(tache)
    session.flush()
    session.add(TaskGroup(task_id=tache.id, group_key=groupe, closed_at=tache.closed_at))
    session.flush()


def acces(session: Session, courrier: Courrier) -> dict[str, str]:
    lignes = session.execute(select(Acces.groupe, Acces.motif).where(Acces.courrier_id == courrier.id))
    return dict(lignes.all())


@pytest.mark.parametrize(("confidentialite", "bureau", "attendus"), [
    ("interne", "permis", "jules nadia helene bruno maud"),
    ("interne", "urbanisme", "claire karim nadia helene bruno maud"),
    ("interne", None, "helene bruno maud"),
    ("restreint", "permis", "jules helene bruno"),
    ("restreint", "etat-civil", "paul rose helene bruno"),
    ("personnel", "permis", "bruno"),
])
def test_who_sees_what(session: Session, mairie: Mairie, confidentialite: str, bureau: str | None, attendus: str) -> None:
    assert voyants(session, mairie, inscrire(session, confidentialite, bureau)) == set(attendus.split())


def test_who_registers_sees_what_they_registered(session: Session, mairie: Mairie) -> None:
    assert "rose" in voyants(session, mairie, inscrire(session, "personnel", par="rose"))
    assert set(acces(session, inscrire(session, "personnel", par="systeme"))) == set()


def test_who_left_sees_nothing(session: Session, mairie: Mairie) -> None:
    courrier = inscrire(session, "interne", "urbanisme")
    organisation.partir(session, "claire", par="alix", now=LUNDI)
    assert "claire" not in voyants(session, mairie, courrier)


def test_what_is_hidden_and_what_does_not_exist_answer_alike(session: Session, mairie: Mairie) -> None:
    secret = inscrire(session, "personnel")
    paul = habilitations.moi(session, mairie["paul"])
    phrases = []
    for numero in (secret.id, 999):
        with pytest.raises(Introuvable) as refus:
            habilitations.voir(session, paul, numero)
        phrases.append(str(refus.value))
    assert phrases[0] == phrases[1]


def test_a_batch_is_closed_as_the_closest_of_its_letters(session: Session, mairie: Mairie) -> None:
    lot = depose(session, etat="reparti")
    page = Piece(depot_id=lot.id, genre="original", nom="lot.pdf", sha256="1" * 64, taille=1, mime="application/pdf", pages=2,
                 ajoutee_le=LUNDI, ajoutee_par="bruno")  # fmt: skip
    session.add(page)
    session.flush()
    bruno, voisin = (habilitations.moi(session, mairie[nom]) for nom in ("bruno", "claire"))
    assert consultation.piece(session, bruno, page.id) is page
    depose(session, lot_id=lot.id, plage="1", courrier_id=inscrire(session, "interne").id)
    assert consultation.piece(session, bruno, page.id) is page
    depose(session, lot_id=lot.id, plage="2", courrier_id=inscrire(session, "personnel", par="rose").id)
    for qui in (bruno, voisin):
        with pytest.raises(Introuvable):
            consultation.piece(session, qui, page.id)


def test_a_new_bureau_takes_the_place_of_the_old_one(session: Session, mairie: Mairie) -> None:
    courrier = inscrire(session, "interne", "permis")
    habilitations.ouvrir(session, courrier.id, "@jules", "acteur", now=LUNDI)
    habilitations.ouvrir(session, courrier.id, "elu", "circuit", now=LUNDI)
    habilitations.ouvrir(session, courrier.id, "elu", "copie", now=LUNDI)
    courrier.bureau_id = session.scalars(select(Bureau.id).where(Bureau.cle == "etat-civil")).one()
    habilitations.accorder(session, courrier, now=LUNDI)
    habilitations.accorder(session, courrier, now=LUNDI)
    assert acces(session, courrier) == {
        "@bruno": "registre", "@jules": "acteur", "elu": "circuit", "etat-civil": "bureau", "etat-civil.chef": "hierarchie",
        "bureau-ordre": "registre", "direction": "hierarchie", "manager": "hierarchie",
    }
    assert voyants(session, mairie, courrier) == {"bruno", "jules", "marin", "paul", "rose", "helene", "maud"}


def test_what_becomes_personal_closes_but_to_those_who_act(session: Session, mairie: Mairie) -> None:
    courrier = inscrire(session, "interne", "urbanisme")
    etape(session, courrier, "elu")
    etape(session, courrier, "etat-civil", close=True)
    habilitations.ouvrir(session, courrier.id, "etat-civil", "circuit", now=LUNDI)
    habilitations.ouvrir(session, courrier.id, "services-techniques", "copie", now=LUNDI)
    habilitations.ouvrir(session, courrier.id, "@claire", "acteur", now=LUNDI)
    courrier.confidentialite = "personnel"
    habilitations.accorder(session, courrier, now=LUNDI)
    assert acces(session, courrier) == {"@bruno": "registre", "@claire": "acteur", "elu": "circuit"}
    assert voyants(session, mairie, courrier) == {"bruno", "claire", "marin"}


DROITS = {
    "deposer": "bruno", "enregistrer": "bruno", "registre": "bruno helene maud", "journal": "alix helene", "circuits": "sacha",
    "rapports": "maud helene nadia rose", "incidents": "maud alix", "deroger": "maud alix", "agents": "alix", "elu": "marin",
    "boites": "alix", "calendrier": "alix", "organismes": "alix", "propositions": "alix", "api": "alix",
    "fiches": "bruno", "arreter": "bruno", "personnes": "helene", "orienter": "maud nadia rose",
    "ecrire": "claire karim nadia jules paul rose helene bruno marin sacha alix maud",
}


@pytest.mark.parametrize(("droit", "attendus"), DROITS.items())
def test_who_may_do_what(session: Session, mairie: Mairie, droit: str, attendus: str) -> None:
    permis = set()
    for nom, agent in mairie.items():
        try:
            habilitations.exiger(habilitations.moi(session, agent), droit)
            permis.add(nom)
        except Interdit:
            assert not habilitations.peut(habilitations.moi(session, agent), droit)
    assert permis == set(attendus.split())


def test_every_right_of_the_table_is_shown_above() -> None:
    assert set(habilitations.DROITS) == set(DROITS) - {"elu"}


def test_a_refusal_says_what_was_refused(session: Session, mairie: Mairie) -> None:
    with pytest.raises(Interdit, match="le droit de modifier et déployer les circuits"):
        habilitations.exiger(habilitations.moi(session, mairie["claire"]), "circuits")


def test_me(session: Session, mairie: Mairie) -> None:
    nadia, maud = (habilitations.moi(session, mairie[nom]) for nom in ("nadia", "maud"))
    assert (nadia.groupes, nadia.bureaux, nadia.roles, nadia.chef_de) == (
        {"urbanisme", "urbanisme.chef", "@nadia"}, {"urbanisme"}, frozenset(), {"urbanisme"},
    )
    assert (maud.a("manager"), maud.a("elu"), nadia.a("manager")) == (True, False, False)
    assert (habilitations.perimetre(maud), habilitations.perimetre(nadia)) == (None, {"urbanisme"})
