"""The register: numbers without a gap whoever asks, clear refusals, and one sheet a correspondant."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.courrier import depot, habilitations, journal, registre, texte
from app.courrier.errors import DejaFait, DejaPris, Introuvable, SaisieRefusee
from app.courrier.ports import Lecture, PageLue, Range
from app.courrier.registre import Contact, Saisie
from app.courrier.tables import Acces, Agent, Bureau, Correspondant, Courrier, JourFerme, Nature, Registre
from tests.courrier.atelier import atelier, en_attente
from tests.support.waiting import until

LUNDI = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
CARADEC = Contact(
    civilite="Mme", prenom="Hélène", nom="Caradec", adresse="4 venelle du Moulin", code_postal="35190",
    ville="Saint-Aubin-des-Prés", courriel="H.Caradec@mel.example", telephone="02 99 00 00 07",
)
KIOSQUE = Contact(genre="organisme", organisme="Les Amis du kiosque", code_postal="35190", ville="Saint-Aubin-des-Prés")
Mairie = dict[str, Agent]
PG = pytest.mark.parametrize("database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
"""SQLite has one writer at a time: two meet on PostgreSQL only."""


def nature(session: Session, cle: str = "courrier") -> int:
    return session.scalars(select(Nature.id).where(Nature.cle == cle)).one()


def saisie(session: Session, **valeurs: object) -> Saisie:
    defaut = {"sens": "arrivee", "canal": "papier", "objet": "Bruit rue des Tilleuls", "nature_id": nature(session)}
    return Saisie(**{**defaut, **valeurs})


def inscrire(session: Session, now: datetime = LUNDI, par: str = "bruno", **valeurs: object) -> Courrier:
    return registre.enregistrer(session, saisie(session, **valeurs), par=par, now=now)


def refus(session: Session, **valeurs: object) -> dict[str, str]:
    with pytest.raises(SaisieRefusee) as erreur:
        inscrire(session, **valeurs)
    return dict(erreur.value.erreurs)


def depose(session: Session) -> int:
    lettre = depot.deposer(
        session, coffre_range=Range(sha256="a" * 64, taille=9), nom="l.pdf", mime="application/pdf", canal="papier", par="bruno",
        now=LUNDI,
    )
    depot.reserver(session, lettre.id, now=LUNDI)
    page = PageLue(numero=1, largeur=595, hauteur=842, texte="Monsieur le Maire", mots=[], source="ocr")
    depot.lu(session, lettre.id, Lecture(mime="application/pdf", pages=[page]), [], now=LUNDI)
    return lettre.id


def test_each_register_and_each_year_count_from_one(session: Session, mairie: Mairie) -> None:
    contact = registre.creer(session, CARADEC, par="bruno", now=LUNDI).id
    chronos = [
        inscrire(session, quand, sens=sens, correspondant=contact).chrono for sens, quand in (
            ("arrivee", LUNDI), ("arrivee", LUNDI), ("depart", LUNDI), ("interne", LUNDI), ("arrivee", LUNDI),
            ("arrivee", LUNDI + timedelta(days=60)),
        )
    ]
    assert chronos == ["A-2026-00001", "A-2026-00002", "D-2026-00001", "I-2026-00001", "A-2026-00003", "A-2027-00001"]


def test_the_year_is_that_of_the_town_hall_at_registration(session: Session, mairie: Mairie) -> None:
    reveillon = datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC)
    assert inscrire(session, reveillon).annee == 2026
    apres = inscrire(session, reveillon + timedelta(seconds=1), recu_le=LUNDI, date_courrier=date(2026, 11, 10))
    assert (apres.chrono, apres.recu_le) == ("A-2027-00001", LUNDI)


def test_a_number_that_was_not_kept_is_given_again(session: Session, mairie: Mairie) -> None:
    inscrire(session)
    session.commit()
    inscrire(session)
    session.rollback()
    assert inscrire(session).numero == 2
    with pytest.raises(DejaFait):
        inscrire(session, depot_id=depot.ecarter(session, depose(session), motif="double", par="bruno", now=LUNDI).id)


def test_eight_clerks_leave_no_gap_in_the_registers_of_two_bodies(database_url: str, mairie: Mairie, session: Session) -> None:
    """One in four changes their mind, and all start on a year whose counters do not exist yet."""
    registre.ouvrir_organisme(session, "CCAS", "Centre communal d’action sociale", par="alix", now=LUNDI)
    session.commit()

    def registrer(rang: int) -> None:
        with atelier(database_url) as session:
            for tour in range(6):
                inscrire(session, par=f"clerc{rang}", recu_le=LUNDI, organisme="CCAS" if rang % 2 else "")
                if (rang + tour) % 4 == 0:
                    session.rollback()
                else:
                    session.commit()

    fils = [threading.Thread(target=registrer, args=(rang,)) for rang in range(8)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    with atelier(database_url) as session:
        for cle in ("A", "CCASA"):
            numeros = sorted(session.scalars(select(Courrier.numero).where(Courrier.registre == cle)))
            assert numeros == list(range(1, 8 * 6 * 3 // 4 // 2 + 1))
            assert session.get_one(Registre, (cle, 2026)).dernier == len(numeros)
        assert journal.verifier(session) == 2 * len(numeros) + 1


@PG
def test_who_touches_a_body_at_the_same_time_waits_and_is_told(database_url: str, mairie: Mairie, session: Session) -> None:
    """While one registers for the CCAS, gives it a bureau and opens the EPCI, others do what cannot stand beside it."""
    urbanisme = session.scalars(select(Bureau.id).where(Bureau.cle == "urbanisme")).one()
    for signe in ("CCAS", "CDE"):
        registre.ouvrir_organisme(session, signe, f"Le {signe}", par="alix", now=LUNDI)
    session.commit()

    def tenter(geste: Callable[[Session], object]) -> list[str]:
        with atelier(database_url) as autre:
            try:
                geste(autre)
                autre.commit()
            except SaisieRefusee as refus:
                return list(refus.erreurs)
        return []

    registre.modifier_organisme(session, "CCAS", "Le CCAS", bureaux=[urbanisme], par="alix", now=LUNDI)
    registre.ouvrir_organisme(session, "EPCI", "L’EPCI", par="alix", now=LUNDI)
    inscrire(session, organisme="CCAS")
    with ThreadPoolExecutor(3) as fils:
        repris = fils.submit(tenter, lambda autre: registre.supprimer_organisme(autre, "CCAS", par="sacha", now=LUNDI))
        ouvert = fils.submit(tenter, lambda autre: registre.ouvrir_organisme(autre, "EPCI", "Autre", par="sacha", now=LUNDI))
        pris = fils.submit(tenter, lambda autre: registre.modifier_organisme(
            autre, "CDE", "Le CDE", bureaux=[urbanisme], par="sacha", now=LUNDI))  # fmt: skip
        try:
            until(lambda: en_attente(database_url) == 3)
        finally:
            session.commit()
        assert (repris.result(), ouvert.result(), pris.result()) == (["cle"], ["cle"], [])
    assert registre.bureaux_de(session) == {urbanisme: "CDE"}


def test_what_registering_writes(session: Session, mairie: Mairie) -> None:
    session.add(JourFerme(jour=date(2026, 11, 17)))
    inscrit = inscrire(session, nature_id=nature(session, "recours"), correspondant=CARADEC, objet="  Recours\n gracieux ")
    urbanisme = session.scalars(select(Bureau.id).where(Bureau.cle == "urbanisme")).one()
    assert (inscrit.objet, inscrit.bureau_id, inscrit.confidentialite) == ("Recours gracieux", urbanisme, "restreint")
    assert inscrit.echeance == date(2026, 12, 15)
    assert inscrire(session, nature_id=nature(session, "information")).echeance is None
    assert (inscrit.etat, inscrit.enregistre_par, inscrit.enregistre_le) == ("en_cours", "bruno", LUNDI)
    [ligne] = journal.lire(session, f"courrier:{inscrit.id}")
    assert (ligne.acte, journal.details(ligne)["chrono"]) == ("enregistrer", "A-2026-00001")
    assert "Caradec" not in ligne.ligne
    assert "Recours gracieux" not in ligne.ligne


def test_the_code_of_an_usager_is_theirs_alone_and_easily_read(session: Session, mairie: Mairie) -> None:
    codes = {registre.code_suivi() for _ in range(500)}
    assert len(codes) == 500
    assert not set("01OIL") & set("".join(codes))
    assert inscrire(session).code_suivi != inscrire(session).code_suivi


def test_the_pieces_of_a_depot_follow_its_courrier(session: Session, mairie: Mairie) -> None:
    lettre = depose(session)
    depot.prendre(session, lettre, par="bruno", now=LUNDI)
    inscrit = inscrire(session, depot_id=lettre)
    session.commit()
    session.expire_all()
    assert [piece.courrier_id for piece in depot.pieces(session, lettre)] == [inscrit.id]
    fini = depot.depot(session, lettre)
    assert (fini.etat, fini.courrier_id, fini.pris_par) == ("enregistre", inscrit.id, None)
    assert texte.plein_texte(session, inscrit.id) == "Monsieur le Maire"


def test_a_depot_is_registered_once_and_by_who_holds_it(session: Session, mairie: Mairie) -> None:
    lettre = depose(session)
    depot.prendre(session, lettre, par="maud", now=LUNDI)
    session.commit()
    with pytest.raises(DejaPris, match="Maud Nicolas"):
        inscrire(session, depot_id=lettre)
    session.rollback()
    inscrire(session, par="maud", depot_id=lettre)
    session.commit()
    with pytest.raises(DejaFait):
        inscrire(session, par="maud", depot_id=lettre)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Courrier)) == 1
    with pytest.raises(Introuvable):
        inscrire(session, depot_id=999)


@pytest.mark.parametrize(("valeurs", "champs"), [
    ({"objet": "  "}, "objet"), ({"objet": "x" * 501}, "objet"), ({"sens": "ailleurs"}, "sens"), ({"canal": "pigeon"}, "canal"),
    ({"nature_id": 999}, "nature_id"), ({"bureau_id": 999}, "bureau_id"), ({"correspondant": 999}, "correspondant"),
    ({"confidentialite": "secret"}, "confidentialite"), ({"priorite": "hier"}, "priorite"), ({"repond_a": 999}, "repond_a"),
    ({"recu_le": LUNDI + timedelta(hours=1)}, "recu_le"), ({"date_courrier": date(2026, 11, 17)}, "date_courrier"),
    ({"recommande": "1A" * 16}, "recommande"), ({"destinataires": ("claire", "zoe")}, "destinataires"),
    ({"sens": "depart"}, "correspondant"), ({"correspondant": Contact(courriel="x")}, "correspondant.courriel correspondant.nom"),
    ({"objet": "", "canal": "pigeon", "nature_id": 999}, "canal nature_id objet"),
])
def test_all_that_is_wrong_is_told_at_once_by_field(
    session: Session, mairie: Mairie, valeurs: dict[str, object], champs: str
) -> None:
    assert sorted(refus(session, **valeurs)) == champs.split()
    assert session.scalar(select(func.count()).select_from(Registre)) == 0


def test_a_personal_letter_opens_to_whom_it_is_for(session: Session, mairie: Mairie) -> None:
    inscrit = inscrire(session, confidentialite="personnel", destinataires=("paul",))
    assert dict(session.execute(select(Acces.groupe, Acces.motif)).all()) == {"@bruno": "registre", "@paul": "destinataire"}
    habilitations.accorder(session, inscrit, now=LUNDI)
    assert session.scalar(select(func.count()).select_from(Acces)) == 2


def test_a_sheet_is_clean_and_found_again(session: Session, mairie: Mairie) -> None:
    brouillonne = replace(CARADEC, nom=" Caradec ", adresse="4 venelle\r\n  du Moulin")
    helene = registre.creer(session, brouillonne, par="bruno", now=LUNDI)
    assert (helene.nom, helene.courriel, helene.adresse) == ("Caradec", "h.caradec@mel.example", "4 venelle\ndu Moulin")
    amis = registre.creer(session, KIOSQUE, par="bruno", now=LUNDI)

    def trouves(**valeurs: str) -> list[tuple[int, str]]:
        return [(s.correspondant.id, s.raison) for s in registre.trouver(session, Contact(**valeurs))]

    assert trouves(courriel="H.CARADEC@mel.example") == [(helene.id, "même courriel")]
    assert trouves(telephone="+33 (0)2.99.00.00.07") == [(helene.id, "même téléphone")]
    assert trouves(nom="CARADEC", prenom="Helene", code_postal="35190") == [(helene.id, "mêmes nom et code postal")]
    assert trouves(nom="caradec", prenom="hélène", code_postal="75001") == [(helene.id, "même nom")]
    assert trouves(organisme="les amis du Kiosque") == [(amis.id, "même nom")]
    assert trouves(nom="Carad") == trouves(telephone="02") == trouves() == []
    assert registre.chercher(session, "saint-aubin caradec") == [helene]
    assert registre.chercher(session, "0299000007") == [helene]
    assert set(registre.chercher(session, "35190")) == {amis, helene}
    assert registre.chercher(session, "100%") == registre.chercher(session, " ") == []


def test_namesakes_are_told_apart_by_where_they_live(session: Session, mairie: Mairie) -> None:
    ici = registre.creer(session, CARADEC, par="bruno", now=LUNDI)
    ailleurs = registre.creer(session, replace(CARADEC, code_postal="29000", courriel="", telephone=""), par="bruno", now=LUNDI)
    suggestions = registre.trouver(session, Contact(nom="Caradec", prenom="Hélène", code_postal="29000"))
    assert [(s.correspondant, s.raison) for s in suggestions] == [
        (ailleurs, "mêmes nom et code postal"), (ici, "même nom"),
    ]


def test_a_correction_says_which_fields_not_what_was_in_them(session: Session, mairie: Mairie) -> None:
    helene = registre.creer(session, CARADEC, par="bruno", now=LUNDI)
    registre.modifier(session, helene.id, replace(CARADEC, nom="Caradec-Le Bihan", telephone=""), par="bruno", now=LUNDI)
    registre.modifier(session, helene.id, replace(CARADEC, nom="Caradec-Le Bihan", telephone=""), par="bruno", now=LUNDI)
    lignes = journal.lire(session, f"correspondant:{helene.id}")
    assert [journal.details(ligne) for ligne in lignes] == [{}, {"champs": ["nom", "telephone"]}]
    assert registre.chercher(session, "bihan") == [helene]
    assert registre.chercher(session, "0299000007") == []
    with pytest.raises(Introuvable):
        registre.modifier(session, 999, CARADEC, par="bruno", now=LUNDI)


@pytest.mark.parametrize(("valeurs", "champ"), [
    ({"nom": " "}, "nom"), ({"genre": "organisme", "nom": ""}, "organisme"), ({"courriel": "helene"}, "courriel"),
    ({"courriel": "h@x.fr\nBcc: y@z.fr"}, "courriel"), ({"telephone": "sonnez"}, "telephone"),
    ({"code_postal": "3" * 11}, "code_postal"), ({"genre": "chat"}, "genre"),
])
def test_a_wrong_sheet_is_refused(session: Session, valeurs: dict[str, str], champ: str) -> None:
    with pytest.raises(SaisieRefusee) as erreur:
        registre.creer(session, replace(CARADEC, **valeurs), par="bruno", now=LUNDI)
    assert list(erreur.value.erreurs) == [champ]


@pytest.mark.parametrize(("fiche", "nom"), [
    (Correspondant(civilite="Mme", prenom="Hélène", nom="Caradec", organisme=""), "Mme Hélène Caradec"),
    (Correspondant(civilite="", prenom="Yves", nom="Le Roux", organisme="Habitat 35"), "Yves Le Roux, Habitat 35"),
    (Correspondant(civilite="M.", prenom="", nom="", organisme="Les Amis du kiosque"), "Les Amis du kiosque"), (None, ""),
])
def test_how_a_correspondant_is_called(fiche: Correspondant | None, nom: str) -> None:
    assert registre.nom_complet(fiche) == nom
