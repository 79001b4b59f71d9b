"""A question finds what its reader may see, by words and by fields, with the index up or down, and tells nothing else."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import habilitations, recherche, registre
from app.courrier.habilitations import Moi
from app.courrier.ports import Lecture, PageLue, Question, Terme
from app.courrier.recherche import Filtres, Resultats, ecrire, question
from app.courrier.registre import Contact, Saisie
from app.courrier.tables import Agent, Bureau, Courrier, Nature, Piece
from app.courrier.texte import garder
from app.outside.index_whoosh import WhooshIndex

Enregistrer = Callable[..., Courrier]
Cherche = Callable[..., Resultats]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("bruit rue", Question(termes=(Terme(texte="bruit"), Terme(texte="rue")))),
        ("objet:bruit de:caradec", Question(termes=(Terme(texte="bruit", champ="objet"), Terme(texte="caradec", champ="de")))),
        ("Expéditeur:caradec", Question(termes=(Terme(texte="caradec", champ="de"),))),
        ('"rue de l’Église" -crèche',
         Question(termes=(Terme(texte="rue de l’Église", phrase=True), Terme(texte="crèche", exclu=True)))),
        ("« permis de construire »", Question(termes=(Terme(texte="permis de construire", phrase=True),))),
        ('de:"Le Goff" -bureau:voirie',
         Question(termes=(Terme(texte="Le Goff", champ="de", phrase=True), Terme(texte="voirie", champ="bureau", exclu=True)))),
        ("nuis*", Question(termes=(Terme(texte="nuis", prefixe=True),))),
        ("après:2026-10 avant:30/11/2026", Question(apres=date(2026, 10, 1), avant=date(2026, 11, 30))),
        ("apres:2026 avant:2026-11-01", Question(apres=date(2026, 1, 1), avant=date(2026, 11, 1))),
        ("chrono:A-2026-12 état:clos",
         Question(termes=(Terme(texte="A-2026-12", champ="chrono"), Terme(texte="clos", champ="etat")))),
        ('etat:"en cours" sens:Arrivée',
         Question(termes=(Terme(texte="en_cours", champ="etat", phrase=True), Terme(texte="arrivee", champ="sens")))),
        ("avant:demain", Question(termes=(Terme(texte="avant demain"),))),
        ("apres:2026-13-45", Question(termes=(Terme(texte="apres 2026-13-45"),))),
        ("horaire:12", Question(termes=(Terme(texte="horaire 12"),))),
        ("A:0:", Question(termes=(Terme(texte="A 0"),))),
        ('* - : objet: «» "', Question()),
        ("", Question()),
    ],
)
def test_a_question_is_read_as_people_type_it(typed: str, read: Question) -> None:
    assert question(typed) == read


@given(typed=st.text(max_size=60) | st.text(alphabet='ab :"-*«»éobjetavant0129/\x00', max_size=60))
def test_nothing_typed_is_an_error_and_it_can_be_typed_again(typed: str) -> None:
    written = ecrire(question(typed))
    assert ecrire(question(written)) == written


@pytest.fixture
def index(tmp_path: Path) -> WhooshIndex:
    made = WhooshIndex(tmp_path / "index")
    made.rebuild([])
    return made


@pytest.fixture
def enregistrer(session: Session, mairie: dict[str, Agent], now: datetime) -> Enregistrer:
    """Registers an arrival with one page of text."""

    def make(objet: str, *, texte: str = "", bureau: str = "urbanisme", nature: str = "courrier", de: str = "Caradec",
             jours: int = 0, **options: Any) -> Courrier:
        saisie = Saisie(
            sens="arrivee", canal="papier", objet=objet, nature_id=_id(session, Nature, nature),
            bureau_id=_id(session, Bureau, bureau),
            correspondant=Contact(nom=de, prenom="Yolande", civilite="Madame"), recu_le=now - timedelta(days=jours), **options)
        courrier = registre.enregistrer(session, saisie, par="bruno", now=now)
        piece = Piece(courrier_id=courrier.id, genre="original", nom="scan.pdf", sha256="0" * 64, taille=1,
                      mime="application/pdf", ajoutee_le=now, ajoutee_par="bruno")
        session.add(piece)
        session.flush()
        garder(session, piece, Lecture(mime="application/pdf", pages=(
            PageLue(numero=1, largeur=595, hauteur=842, texte=texte, mots=(), source="ocr"),)))
        session.commit()
        return courrier

    return make


def _id(session: Session, table: type[Nature] | type[Bureau], cle: str) -> int:
    return session.scalars(select(table.id).where(table.cle == cle)).one()


def indexer(session: Session, index: WhooshIndex) -> int:
    """What the job does: outside of any transaction of the trade, then one that notes it."""
    fiches = [recherche.fiche(session, courrier) for courrier in recherche.a_indexer(session)]
    index.index(fiches)
    recherche.indexe(session, {fiche.courrier_id: fiche.numero for fiche in fiches})
    session.commit()
    return len(fiches)


@pytest.fixture
def cherche(session: Session, mairie: dict[str, Agent], index: WhooshIndex) -> Cherche:
    """Asks as one of the town hall's people, once the index is up to date."""

    def ask(who: str, typed: str, filtres: Filtres | None = None, page: int = 1) -> Resultats:
        indexer(session, index)
        return recherche.chercher(session, moi(session, mairie[who]), index, question(typed), filtres, page)

    return ask


def moi(session: Session, agent: Agent) -> Moi:
    return habilitations.moi(session, agent)


def chronos(resultats: Resultats) -> list[str]:
    return [resultat.courrier.chrono for resultat in resultats.resultats]


def test_words_of_the_pages_are_found_with_their_extract(enregistrer: Enregistrer, cherche: Cherche) -> None:
    enregistrer("Demande", texte="Une place en crèche pour ma fille.")
    voulu = enregistrer("Nuisances", texte="Des bruits <b>répétés</b> la nuit, rue de l’Église.")
    [resultat] = cherche("claire", "bruit répété").resultats
    assert resultat.courrier.chrono == voulu.chrono
    assert resultat.extrait == "Des <mark>bruits</mark> &lt;b&gt;<mark>répétés</mark>&lt;/b&gt; la nuit, rue de l’Église."
    assert (resultat.bureau.cle if resultat.bureau else "", resultat.nature.cle) == ("urbanisme", "courrier")
    assert resultat.correspondant is not None
    assert resultat.correspondant.nom == "Caradec"


def test_nobody_finds_counts_or_is_suggested_what_they_may_not_see(enregistrer: Enregistrer, cherche: Cherche) -> None:
    enregistrer("Zoonose au lavoir", texte="zoonose", bureau="urbanisme", confidentialite="restreint")
    ouvert = enregistrer("Acte de naissance", texte="acte zoologique", bureau="etat-civil")
    vus = cherche("paul", "zoonose")
    assert (vus.total, list(vus.resultats), vus.suggestion) == (0, [], "")
    assert all(not facettes for facettes in vus.facettes.values())
    assert cherche("paul", "zoonoze").suggestion == ""
    assert cherche("claire", "zoonoze").suggestion == "zoonose"
    assert cherche("claire", "zoonose").total == 1
    tout = cherche("paul", "")
    assert chronos(tout) == [ouvert.chrono]
    assert [(facette.cle, facette.nombre) for facette in tout.facettes["bureau"]] == [("etat-civil", 1)]


def test_fields_are_answered_by_rows_even_when_the_index_lags(
    session: Session, enregistrer: Enregistrer, cherche: Cherche, mairie: dict[str, Agent], index: WhooshIndex, now: datetime
) -> None:
    courrier = enregistrer("Bruit de chantier", jours=20)
    autre = enregistrer("Bruit de fête", bureau="etat-civil", nature="recours", confidentialite="interne", de="Le Goff")
    assert chronos(cherche("helene", "bruit bureau:urbanisme")) == [courrier.chrono]
    assert chronos(cherche("helene", "bruit -bureau:urbanisme")) == [autre.chrono]
    assert chronos(cherche("helene", "bruit nature:gracieux")) == [autre.chrono]
    assert chronos(cherche("helene", "nature:recours sens:arrivée état:encours")) == [autre.chrono]
    assert chronos(cherche("helene", 'de:"le goff"')) == [autre.chrono]
    assert chronos(cherche("helene", f"apres:{(now - timedelta(days=3)).date()}")) == [autre.chrono]
    assert chronos(cherche("helene", f"bruit avant:{(now - timedelta(days=3)).date()}")) == [courrier.chrono]
    assert chronos(cherche("helene", f"chrono:{courrier.numero}")) == [courrier.chrono]
    assert chronos(cherche("helene", courrier.chrono)) == [courrier.chrono]
    courrier.bureau_id = _id(session, Bureau, "etat-civil")
    session.commit()
    lag = recherche.chercher(session, moi(session, mairie["helene"]), index, question("bruit bureau:etat-civil"))
    assert sorted(chronos(lag)) == sorted([courrier.chrono, autre.chrono])


def test_keywords_are_found_by_their_field_by_a_free_word_and_as_a_filter(enregistrer: Enregistrer, cherche: Cherche) -> None:
    chat = enregistrer("Nuisances", mots=("Animaux errants", "hygiène"))
    haie = enregistrer("Nuisances", mots=("haie",))
    secret = enregistrer("Nuisances", mots=("haie", "zizanie"), confidentialite="personnel", bureau="etat-civil")
    assert chronos(cherche("claire", "mot:hygiene")) == chronos(cherche("claire", 'mot:"animaux errants"')) == [chat.chrono]
    assert chronos(cherche("claire", "nuisance -mot:haie")) == [chat.chrono]
    assert chronos(cherche("claire", "animal errant")) == [chat.chrono]  # by their roots, as words of the text
    assert chronos(cherche("claire", "", Filtres(mot="haie"))) == [haie.chrono]
    assert secret.chrono not in chronos(cherche("claire", "mot:haie"))
    facettes = cherche("claire", "nuisances").facettes["mot"]
    assert [(f.cle, f.nom, f.nombre) for f in facettes] == [
        ("animaux errants", "Animaux errants", 1), ("haie", "haie", 1), ("hygiene", "hygiène", 1)]


def test_facets_leave_their_own_filter_out(enregistrer: Enregistrer, cherche: Cherche) -> None:
    for _ in range(3):
        enregistrer("Bruit", bureau="urbanisme")
    enregistrer("Bruit", bureau="etat-civil", nature="information")
    found = cherche("helene", "bruit", Filtres(bureau="etat-civil"))
    assert found.total == 1
    assert [(f.cle, f.nom, f.nombre) for f in found.facettes["bureau"]] == [
        ("urbanisme", "Urbanisme", 3), ("etat-civil", "État civil", 1)]
    assert [(f.cle, f.nombre) for f in found.facettes["nature"]] == [("information", 1)]


def test_pages_follow_each_other_without_gap_or_double(enregistrer: Enregistrer, cherche: Cherche) -> None:
    made = {enregistrer(f"Bruit numéro {numero}").chrono for numero in range(23)}
    for typed, tri in (("bruit", "pertinence"), ("bruit", "date"), ("", "date")):
        first, second, beyond = (cherche("claire", typed, Filtres(tri=tri), page) for page in (1, 2, 99))
        assert (first.total, first.pages, len(first.resultats), len(second.resultats)) == (23, 2, 20, 3)
        assert {*chronos(first), *chronos(second)} == made
        assert (beyond.page, chronos(beyond)) == (2, chronos(second))


def test_the_latest_come_first_without_a_word(enregistrer: Enregistrer, cherche: Cherche) -> None:
    ancien, recent = enregistrer("Un", jours=9), enregistrer("Deux", jours=1)
    assert chronos(cherche("claire", "")) == [recent.chrono, ancien.chrono]


def test_too_wide_a_question_says_so(enregistrer: Enregistrer, cherche: Cherche, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.courrier.recherche.resultats.LIMITE", 2)
    for bureau in ("urbanisme", "urbanisme", "urbanisme", "etat-civil"):
        enregistrer("Bruit", bureau=bureau)
    assert "Plus de 2 courriers" in cherche("helene", "bruit").note
    etroite = cherche("helene", "bruit bureau:etat-civil")
    assert (etroite.total, etroite.note) == (1, "")


def test_the_register_answers_when_the_index_is_down(
    session: Session, enregistrer: Enregistrer, mairie: dict[str, Agent], tmp_path: Path
) -> None:
    voulu = enregistrer("Nuisances 100 % sonores", texte="bruit", reference="YC-2026-045")
    enregistrer("Crèche", de="Le Goff")
    absent = WhooshIndex(tmp_path / "absent")

    def ask(typed: str) -> Resultats:
        return recherche.chercher(session, moi(session, mairie["claire"]), absent, question(typed))

    for typed in ("nuisances", "sonores caradec", voulu.chrono, "yc-2026", '"100 % s"', "-crèche", "nuis* bureau:urbanisme"):
        found = ask(typed)
        assert chronos(found) == [voulu.chrono], typed
        assert "momentanément indisponible" in found.note
    assert ask("bruit").total == 0
    assert ask("_").total == 2
    assert (ask("bureau:urbanisme").total, ask("bureau:urbanisme").note) == (2, "")


def test_a_change_is_due_until_the_index_was_told_of_it(
    session: Session, enregistrer: Enregistrer, index: WhooshIndex, cherche: Cherche
) -> None:
    courrier = enregistrer("Bruit")
    assert indexer(session, index) == 1
    assert indexer(session, index) == 0
    courrier.objet = "Vacarme"
    recherche.marquer(session, courrier)
    session.commit()
    [due] = recherche.a_indexer(session)
    fiche = recherche.fiche(session, due)
    recherche.marquer(session, courrier)
    recherche.indexe(session, {fiche.courrier_id: fiche.numero})
    session.commit()
    assert [c.id for c in recherche.a_indexer(session)] == [courrier.id]
    assert chronos(cherche("claire", "vacarme")) == [courrier.chrono]
    assert recherche.a_indexer(session) == []


def test_the_whole_index_is_built_anew(session: Session, enregistrer: Enregistrer, index: WhooshIndex) -> None:
    courriers = [enregistrer(f"Bruit {numero}") for numero in range(3)]
    index.index([recherche.fiche(session, courriers[0])])
    assert index.rebuild(recherche.fiches(session)) == 3
    assert len(index.search(question("bruit"), limit=10)) == 3


def test_the_sheet_holds_what_people_search_by(session: Session, enregistrer: Enregistrer, now: datetime) -> None:
    courrier = enregistrer("Bruit", texte="Des bruits\nla nuit", reference="YC-45", nature="recours")
    fiche = recherche.fiche(session, courrier)
    assert (fiche.correspondant, fiche.texte) == ("Madame Yolande Caradec", "Des bruits\nla nuit")
    assert (fiche.nature, fiche.bureau) == ("recours Recours gracieux", "urbanisme Urbanisme")
    assert (fiche.etat, fiche.sens) == ("en_cours", "arrivee")
    assert fiche.references == f"YC-45 {courrier.code_suivi}"
    assert (fiche.date, fiche.date.utcoffset()) == (datetime(2026, 11, 17, 9, 30, tzinfo=UTC), timedelta(hours=1))
