"""The organisation: what words mean, who leads when nobody leads, and a door that guessers find shut."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.courrier import journal, organisation
from app.courrier.errors import Introuvable, SaisieRefusee
from app.courrier.tables import Agent, Appartenance, Bureau
from app.courrier.tables import Session as Ouverte
from tests.courrier.atelier import atelier
from tests.courrier.conftest import MOT_DE_PASSE

LUNDI = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
EMPREINTE = organisation.Empreinte("$argon2id$d’une autre phrase longue")
Mairie = dict[str, Agent]


@pytest.mark.parametrize(("mots", "groupes"), [
    ("urbanisme", "urbanisme"), ("@claire", "@claire"), ("urbanisme.chef", "urbanisme.chef"), ("direction", "direction"),
    ("Service urbanisme", "urbanisme"), ("Service de l’urbanisme", "urbanisme"), ("URBANISME", "urbanisme"),
    ("Etat-Civil", "etat-civil"), ("État civil", "etat-civil"), ("Service de l'etat civil", "etat-civil"),
    ("Service technique", "services-techniques"), ("Direction des services techniques", "services-techniques"),
    ("Instructeur permis de construire", "permis"), ("Agent du service urbanisme", "urbanisme"),
    ("agent", "urbanisme"), ("Service", "urbanisme"), ("service instructeur", "urbanisme"), ("Bureau", "urbanisme"),
    ("Agent·e instructeur", "urbanisme"), ("Le service concerné", "urbanisme"),
    ("Chef", "urbanisme.chef"), ("Chef de service", "urbanisme.chef"), ("Responsable", "urbanisme.chef"),
    ("Hiérarchie", "urbanisme.chef"), ("Manager", "urbanisme.chef"), ("Responsable hiérarchique", "urbanisme.chef"),
    ("Cheffe du service état civil", "etat-civil.chef"), ("Chef(fe) de bureau", "urbanisme.chef"),
    ("Directrice de l’urbanisme", "urbanisme.chef"), ("Responsable services techniques", "direction"),
    ("Direction", "direction"), ("DGS", "direction"), ("direction générale", "direction"),
    ("Directeur général des services", "direction"),
    ("Maire", "elu"), ("Le Maire", "elu"), ("Élu", "elu"), ("Élu·e signataire", "elu"), ("Adjoint", "elu"),
    ("Maire ou adjoint délégué", "elu"),
    ("accueil", "bureau-ordre"), ("Service courrier", "bureau-ordre"), ("Secrétariat", "bureau-ordre"),
    ("Bureau d’ordre", "bureau-ordre"), ("bureau d'ordre", "bureau-ordre"), ("Clerk", "bureau-ordre"),
    ("Mailroom", "bureau-ordre"),
    ("manager", "manager"), ("urbanisme, DGS ; Maire", "urbanisme direction elu"), ("Maire/Adjoint", "elu"),
    ("Citizen", ""), ("Service des pompes", ""), ("@personne", ""), ("pompes.chef", ""), ("", ""), (" , ", ""),
])
def test_words_of_a_lane(session: Session, mairie: Mairie, mots: str, groupes: str) -> None:
    assert organisation.resoudre(session, mots, {"bureau": "urbanisme"}) == tuple(groupes.split())


def test_generic_words_mean_nothing_without_a_bureau(session: Session, mairie: Mairie) -> None:
    for donnees in ({}, {"bureau": None}, {"bureau": "pompes"}, {"bureau": 3}):
        assert organisation.resoudre(session, "agent, chef", donnees) == ()
    assert organisation.resoudre(session, "Chef de service", {"bureau": "État civil"}) == ("etat-civil.chef",)


def test_where_nobody_leads_the_chef_above_does_then_the_direction(session: Session, mairie: Mairie) -> None:
    assert organisation.resoudre(session, "Chef", {"bureau": "permis"}) == ("urbanisme.chef",)
    assert organisation.chefs(session, "permis") == [mairie["nadia"]]
    organisation.partir(session, "nadia", par="alix", now=LUNDI)
    assert organisation.resoudre(session, "permis.chef", {}) == ("direction",)
    assert organisation.chefs(session, "urbanisme") == [mairie["helene"]]


def test_a_tree_drawn_in_a_ring_ends(session: Session, mairie: Mairie) -> None:
    ids = {cle: noeud.id for cle, noeud in organisation.arbre(session).items()}
    session.execute(update(Bureau).where(Bureau.cle == "services-techniques").values(parent_id=ids["services-techniques"]))
    assert organisation.resoudre(session, "services-techniques.chef", {}) == ("direction",)


def test_a_bureau_whose_name_has_a_comma_is_one_bureau(session: Session, mairie: Mairie) -> None:
    organisation.creer_bureau(session, cle="culture", nom="Culture, sports et loisirs", par="alix", now=LUNDI)
    assert organisation.resoudre(session, "culture, sports et loisirs", {}) == ("culture",)


def test_groups_and_their_members(session: Session, mairie: Mairie) -> None:
    assert organisation.groupes(session, mairie["nadia"]) == {"urbanisme", "urbanisme.chef", "@nadia"}
    assert organisation.groupes(session, mairie["helene"]) == {"direction", "@helene"}
    prenoms = {
        groupe: [agent.prenom for agent in organisation.membres(session, groupe)]
        for groupe in ("urbanisme", "urbanisme.chef", "bureau-ordre", "@paul", "pompes", "permis.chef")
    }
    assert prenoms == {
        "urbanisme": ["Claire", "Karim", "Nadia"], "urbanisme.chef": ["Nadia"], "bureau-ordre": ["Bruno"],
        "@paul": ["Paul"], "pompes": [], "permis.chef": [],
    }


def test_who_has_left_is_in_no_group(session: Session, mairie: Mairie) -> None:
    organisation.partir(session, "claire", par="alix", now=LUNDI)
    assert organisation.groupes(session, mairie["claire"]) == frozenset()
    assert mairie["claire"] not in organisation.membres(session, "urbanisme")
    assert organisation.membres(session, "@claire") == []
    assert organisation.resoudre(session, "@claire", {}) == ()
    assert organisation.agent(session, "claire").parti_le == LUNDI


def test_people_come_and_move(session: Session, mairie: Mairie) -> None:
    lea = organisation.creer_agent(
        session, identifiant="lea", prenom="Léa", nom="Olivier", empreinte=EMPREINTE, par="alix", now=LUNDI,
    )
    organisation.placer(session, "lea", "permis", "chef", par="alix", now=LUNDI)
    organisation.placer(session, "lea", "permis", "chef", par="alix", now=LUNDI)
    organisation.donner_role(session, "lea", "elu", par="alix", now=LUNDI)
    organisation.donner_role(session, "lea", "elu", par="alix", now=LUNDI)
    assert organisation.groupes(session, lea) == {"permis", "permis.chef", "elu", "@lea"}
    organisation.placer(session, "lea", "permis", None, par="alix", now=LUNDI)
    organisation.retirer_role(session, "lea", "elu", par="alix", now=LUNDI)
    assert organisation.groupes(session, lea) == {"@lea"}
    assert session.scalars(select(Appartenance).where(Appartenance.agent_id == lea.id)).all() == []
    assert [ligne.acte for ligne in journal.lire(session, "agent:lea")][:3] == ["creer-agent", "changer-mot-de-passe", "placer"]


@pytest.mark.parametrize(("champ", "valeurs"), [
    ("identifiant", {"identifiant": "claire"}), ("identifiant", {"identifiant": "horloge"}),
    ("identifiant", {"identifiant": "Léa !"}), ("prenom", {"prenom": " "}),
])
def test_an_agent_is_refused_with_the_field_at_fault(
    session: Session, mairie: Mairie, champ: str, valeurs: dict[str, str]
) -> None:
    juste = {"identifiant": "lea", "prenom": "Léa", "nom": "Olivier"}
    with pytest.raises(SaisieRefusee) as refus:
        organisation.creer_agent(session, **{**juste, **valeurs}, empreinte=EMPREINTE, par="alix", now=LUNDI)
    assert set(refus.value.erreurs) == {champ}


@pytest.mark.parametrize("faible", ["court", "aaaaaaaaaaaaaaaa", "madame Olivier 35", "lea.olivier de la mairie"])
def test_a_weak_password_is_refused_before_anything_is_written(faible: str) -> None:
    with pytest.raises(SaisieRefusee, match="12 signes") as refus:
        organisation.choisir(faible, identifiant="lea.olivier", nom="Olivier")
    assert set(refus.value.erreurs) == {"mot_de_passe"}


@pytest.mark.parametrize("cle", ["elu", "urbanisme", "Voirie", "voirie.chef", "@voirie", "a"])
def test_a_bureau_key_never_means_something_else(session: Session, mairie: Mairie, cle: str) -> None:
    with pytest.raises(SaisieRefusee):
        organisation.creer_bureau(session, cle=cle, nom="Voirie", par="alix", now=LUNDI)


def test_unknown_people_and_bureaux_are_told(session: Session, mairie: Mairie) -> None:
    with pytest.raises(Introuvable, match="L’agent «zoe»"):
        organisation.agent(session, "zoe")
    with pytest.raises(Introuvable, match="Le bureau «pompes»"):
        organisation.placer(session, "claire", "pompes", "agent", par="alix", now=LUNDI)


def essayer(session: Session, mot: str, now: datetime, qui: str = "claire") -> Agent | None:
    return organisation.conclure(session, organisation.eprouver(session, qui, mot, now=now), now=now)


def test_the_right_password_opens_and_nothing_else(session: Session, mairie: Mairie) -> None:
    assert essayer(session, MOT_DE_PASSE, LUNDI) is mairie["claire"]
    assert essayer(session, MOT_DE_PASSE + "s", LUNDI) is None
    assert essayer(session, MOT_DE_PASSE, LUNDI, "zoe") is None
    assert essayer(session, "x" * 100_000, LUNDI) is None
    organisation.partir(session, "claire", par="alix", now=LUNDI)
    assert essayer(session, MOT_DE_PASSE, LUNDI) is None


def test_five_failures_shut_the_door_for_longer_each_time(session: Session, mairie: Mairie) -> None:
    for _ in range(5):
        assert essayer(session, "faux", LUNDI) is None
    assert essayer(session, MOT_DE_PASSE, LUNDI) is None
    assert essayer(session, MOT_DE_PASSE, LUNDI + 0.9 * MINUTE) is None
    assert essayer(session, "faux", LUNDI + MINUTE) is None
    assert essayer(session, MOT_DE_PASSE, LUNDI + 2.9 * MINUTE) is None
    assert essayer(session, MOT_DE_PASSE, LUNDI + 3 * MINUTE) is mairie["claire"]
    assert (mairie["claire"].echecs, mairie["claire"].bloque_jusqua) == (0, None)
    assert [journal.details(ligne)["minutes"] for ligne in journal.lire(session, "agent:claire")] == [1, 2]


def test_guesses_made_side_by_side_do_not_pass_the_brake(session: Session, mairie: Mairie, database_url: str) -> None:
    session.commit()
    with atelier(database_url) as autre:
        justes = [organisation.eprouver(autre, "claire", MOT_DE_PASSE, now=LUNDI) for _ in range(2)]
        fausses = [organisation.eprouver(autre, "claire", "faux", now=LUNDI) for _ in range(8)]
        autre.commit()
        assert organisation.conclure(session, justes[0], now=LUNDI) is mairie["claire"]
        session.commit()
        for fausse in fausses:
            assert organisation.conclure(session, fausse, now=LUNDI) is None
        session.commit()
        assert organisation.conclure(autre, justes[1], now=LUNDI) is None  # right, and too late: five were wrong before
        assert autre.scalar(select(Agent.echecs).where(Agent.identifiant == "claire")) == 5
        autre.commit()
    organisation.changer_mot_de_passe(session, mairie["claire"], EMPREINTE, par="claire", now=LUNDI)
    assert organisation.conclure(session, justes[1], now=LUNDI) is None  # the password of before


def test_the_delay_stops_growing_at_an_hour(session: Session, mairie: Mairie) -> None:
    session.execute(update(Agent).where(Agent.identifiant == "claire").values(echecs=400))
    essayer(session, "faux", LUNDI)
    assert mairie["claire"].bloque_jusqua == LUNDI + timedelta(hours=1)


def test_a_session_ends_when_idle_when_old_and_when_closed(session: Session, mairie: Mairie) -> None:
    jeton = organisation.ouvrir_session(session, mairie["claire"], now=LUNDI)
    assert session.scalar(select(Ouverte.empreinte)) not in (None, jeton)
    presque = LUNDI + timedelta(hours=11, minutes=59)
    assert organisation.session_ouverte(session, jeton, now=presque) is mairie["claire"]
    assert organisation.session_ouverte(session, jeton, now=LUNDI + timedelta(hours=12)) is None
    assert organisation.session_ouverte(session, "autre", now=LUNDI) is None
    vue = LUNDI
    while vue < LUNDI + timedelta(days=6, hours=15):
        vue += timedelta(hours=8)
        organisation.prolonger_session(session, jeton, now=vue)
        assert organisation.session_ouverte(session, jeton, now=vue) is mairie["claire"]
    assert organisation.session_ouverte(session, jeton, now=LUNDI + timedelta(days=7)) is None
    organisation.fermer_session(session, jeton, now=vue)
    assert organisation.session_ouverte(session, jeton, now=vue) is None


def test_reading_pages_hardly_ever_writes(session: Session, mairie: Mairie) -> None:
    jeton = organisation.ouvrir_session(session, mairie["claire"], now=LUNDI)
    assert not organisation.session_a_prolonger(session, jeton, now=LUNDI + 4 * MINUTE)
    assert organisation.session_a_prolonger(session, jeton, now=LUNDI + 5 * MINUTE)
    organisation.prolonger_session(session, jeton, now=LUNDI + 5 * MINUTE)
    assert not organisation.session_a_prolonger(session, jeton, now=LUNDI + 6 * MINUTE)
    assert not organisation.session_a_prolonger(session, "autre", now=LUNDI)


def test_leaving_and_a_new_password_close_sessions(session: Session, mairie: Mairie) -> None:
    ici, ailleurs, paul = (
        organisation.ouvrir_session(session, mairie[qui], now=LUNDI) for qui in ("claire", "claire", "paul")
    )
    organisation.changer_mot_de_passe(
        session, mairie["claire"], EMPREINTE, par="claire", now=LUNDI, sauf=ici,
    )
    assert organisation.session_ouverte(session, ailleurs, now=LUNDI) is None
    assert organisation.session_ouverte(session, ici, now=LUNDI) is mairie["claire"]
    organisation.partir(session, "claire", par="alix", now=LUNDI)
    assert organisation.session_ouverte(session, ici, now=LUNDI) is None
    assert organisation.session_ouverte(session, paul, now=LUNDI) is mairie["paul"]
    assert essayer(session, MOT_DE_PASSE, LUNDI) is None
