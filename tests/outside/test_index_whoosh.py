"""The index finds French as it is written, never trusts its own files, and loses nothing newer."""

import fcntl
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.courrier.errors import IndexIndisponible
from app.courrier.ports import Fiche, Question, Terme
from app.outside.index_whoosh import WhooshIndex

BRUIT = Fiche(
    courrier_id=12, numero=1, chrono="A-2026-00012", sens="arrivee", objet="Nuisances sonores, rue de l’Église",
    correspondant="Madame Yolande Caradec",
    texte="Depuis l’été, des bruits répétés m’empêchent de dormir. Réclamations restées vaines.",
    references="YC/2026-045", nature="reclamation Réclamation", bureau="urbanisme Urbanisme et foncier", etat="en_cours",
    date=datetime(2026, 10, 3, 9, tzinfo=UTC),
)
CRECHE = Fiche(
    courrier_id=13, numero=1, chrono="A-2026-00013", sens="arrivee", objet="Demande de place en crèche",
    correspondant="Monsieur Hervé Le Goff", texte="Nous sollicitons une place pour notre fille, née le 12 mai. Œuvre sociale.",
    references="", nature="demande Demande", bureau="famille Enfance", etat="clos", date=datetime(2026, 11, 5, 9, tzinfo=UTC),
)


def mots(*textes: str, **options: object) -> Question:
    return Question(termes=tuple(Terme(texte=texte, **options) for texte in textes))  # type: ignore[arg-type]


@pytest.fixture
def index(tmp_path: Path) -> WhooshIndex:
    made = WhooshIndex(tmp_path / "index")
    made.rebuild([BRUIT, CRECHE])
    return made


def trouves(index: WhooshIndex, question: Question) -> list[int]:
    return [trouvaille.courrier_id for trouvaille in index.search(question, limit=10)]


@pytest.mark.parametrize(
    ("question", "attendus"),
    [
        (mots("bruit"), [12]),
        (mots("NUISANCE"), [12]),
        (mots("reclamation", "repete"), [12]),
        (mots("église"), [12]),
        (mots("eglise"), [12]),
        (mots("l'eglise"), [12]),
        (mots("oeuvre"), [13]),
        (mots("creches"), [13]),
        (mots("de", "la", "crèche"), [13]),
        (mots("caradec"), [12]),
        (mots("le goff", champ="de"), [13]),
        (mots("goff", champ="objet"), []),
        (mots("rue de l’Église", phrase=True), [12]),
        (mots("Église rue", phrase=True), []),
        (mots("Yolande Caradec", phrase=True), [12]),
        (mots("urbanism", prefixe=True), []),
        (mots("sonor", prefixe=True), [12]),
        (mots("nuis", champ="objet", prefixe=True), [12]),
        (mots("bruit", champ="objet"), []),
        (mots("carad", champ="de", prefixe=True), [12]),
        (mots("urbanisme", champ="bureau"), [12]),
        (mots("réclamation", champ="nature"), [12]),
        (mots("clos", champ="etat"), [13]),
        (mots("en_cours", champ="etat"), [12]),
        (mots("A-2026-00012"), [12]),
        (mots("a-2026-12"), [12]),
        (mots("2026/13"), [13]),
        (mots("00013", champ="chrono"), [13]),
        (mots("12", champ="chrono"), [12]),
        (mots("A-12", champ="chrono"), [12]),
        (mots("yc-2026-45"), [12]),
        (mots("045", champ="chrono"), [12]),
        (Question(termes=(Terme(texte="place"), Terme(texte="crèche", exclu=True))), []),
        (Question(termes=(Terme(texte="crèche", exclu=True),)), [12]),
        (Question(apres=date(2026, 10, 3), avant=date(2026, 11, 5)), [12]),
        (Question(termes=(Terme(texte="rue"),), apres=date(2026, 10, 4)), []),
        (Question(), []),
        (mots("de", "l'", "…"), []),
    ],
)
def test_french_is_found_as_people_write_it(index: WhooshIndex, question: Question, attendus: list[int]) -> None:
    assert trouves(index, question) == attendus


def test_a_number_and_a_word_both_find_the_number_first(index: WhooshIndex) -> None:
    assert trouves(index, mots("12")) == [12, 13]


def test_extracts_are_escaped_then_marked(index: WhooshIndex) -> None:
    index.index([replace(BRUIT, numero=2, texte="mot " * 200 + "<script>alert('bruit & Bruits')</script> fin " + "mot " * 200)])
    extraits = index.extraits(mots("bruit"), [12, 99])
    assert list(extraits) == [12]
    assert "<script>" not in extraits[12]
    assert "&lt;script&gt;alert(&#x27;<mark>bruit</mark> &amp; <mark>Bruits</mark>&#x27;)" in extraits[12]
    assert len(extraits[12]) < 600
    assert extraits[12].startswith("… ")
    assert extraits[12].endswith(" …")


def test_an_extract_shows_where_most_words_stand(index: WhooshIndex) -> None:
    index.index([replace(BRUIT, numero=2, texte="Bruit. " + "mot " * 200 + "Le bruit du chantier la nuit. " + "mot " * 200)])
    assert "<mark>bruit</mark> du <mark>chantier</mark> la <mark>nuit</mark>" in index.extraits(
        mots("chantiers", "nuits", "bruits"), [12])[12]
    assert index.extraits(mots("absent"), [12])[12].startswith("Bruit. mot")
    assert "<mark>chantier</mark>" in index.extraits(mots("chan", prefixe=True), [12])[12]


def test_unknown_words_are_brought_near_known_ones(index: WhooshIndex) -> None:
    asked = ["nuisence", "caradek", "bruits", "rue", "zzzzzz", "…", ""]
    assert index.suggest(asked) == {"nuisence": "nuisances", "caradek": "caradec"}


def test_a_late_update_undoes_nothing(index: WhooshIndex) -> None:
    index.index([replace(BRUIT, numero=5, objet="Tapage nocturne"), replace(BRUIT, numero=4, objet="Fuite")])
    index.index([replace(BRUIT, numero=3, objet="Nuisances")])
    assert (trouves(index, mots("tapage")), trouves(index, mots("fuite")), trouves(index, mots("nuisances"))) == ([12], [], [])
    index.index([replace(BRUIT, numero=5, objet="Vacarme")])
    assert trouves(index, mots("vacarme")) == [12]


def test_what_is_removed_is_forgotten(index: WhooshIndex) -> None:
    index.remove([12])
    assert trouves(index, mots("bruit")) == []
    assert index.extraits(mots("bruit"), [12]) == {}


def test_another_process_sees_what_was_written(index: WhooshIndex, tmp_path: Path) -> None:
    reader = WhooshIndex(tmp_path / "index")
    assert trouves(reader, mots("tapage")) == []
    code = (
        "import sys; from pathlib import Path; from dataclasses import replace\n"
        "from tests.outside.test_index_whoosh import BRUIT, WhooshIndex\n"
        "WhooshIndex(Path(sys.argv[1])).index([replace(BRUIT, numero=2, objet='Tapage')])"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code, tmp_path / "index"], cwd=Path(__file__).parents[2], check=True)
    assert trouves(reader, mots("tapage")) == [12]
    WhooshIndex(tmp_path / "index").rebuild([CRECHE])
    assert (trouves(reader, mots("tapage")), trouves(reader, mots("crèche"))) == ([], [13])
    assert len(list((tmp_path / "index").glob("generation-*"))) == 1


def test_threads_read_while_one_writes(index: WhooshIndex) -> None:
    faults: list[Exception] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                assert trouves(index, mots("crèche")) == [13]
            except Exception as error:
                faults.append(error)
                return

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for numero in range(2, 12):
        index.index([replace(BRUIT, numero=numero, texte=f"version {numero}")])
    for _ in range(5):
        index.rebuild([BRUIT, CRECHE])
    done.set()
    for thread in threads:
        thread.join()
    assert faults == []


def test_a_missing_index_says_so_and_is_rebuilt(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path / "index")
    for attempt in (lambda: index.search(mots("bruit"), limit=5), lambda: index.index([BRUIT]), lambda: index.suggest(["a"])):
        with pytest.raises(IndexIndisponible):
            attempt()
    assert index.rebuild(iter([BRUIT])) == 1
    assert trouves(index, mots("bruit")) == [12]


@pytest.mark.parametrize("suffixe", [".toc", ".seg", "courant"])
@pytest.mark.parametrize("contenu", [b"", b"\x80\x04garbage" * 50])
def test_a_damaged_index_says_so_and_is_rebuilt(tmp_path: Path, index: WhooshIndex, suffixe: str, contenu: bytes) -> None:
    index.index([replace(BRUIT, numero=2)])
    damaged = [path for path in (tmp_path / "index").rglob("*") if path.name.endswith(suffixe)]
    assert damaged
    for path in damaged:
        path.write_bytes(contenu)
    fresh = WhooshIndex(tmp_path / "index")
    with pytest.raises(IndexIndisponible):
        fresh.search(mots("bruit"), limit=5)
    with pytest.raises(IndexIndisponible):
        fresh.index([replace(BRUIT, numero=3)])
    assert fresh.rebuild([BRUIT]) == 1
    assert trouves(fresh, mots("bruit")) == [12]


def test_a_writer_waits_for_another_process_then_gives_up(tmp_path: Path, index: WhooshIndex) -> None:
    impatient = WhooshIndex(tmp_path / "index", patience=0.1)
    with (tmp_path / "index" / ".verrou").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        for attempt in (lambda: impatient.index([replace(BRUIT, numero=2)]), lambda: impatient.rebuild([])):
            with pytest.raises(IndexIndisponible):
                attempt()
        assert trouves(impatient, mots("bruit")) == [12]
    impatient.index([replace(BRUIT, numero=2, objet="Tapage")])
    assert trouves(impatient, mots("tapage")) == [12]


def test_the_folder_is_closed_to_others(tmp_path: Path, index: WhooshIndex) -> None:
    assert stat.S_IMODE((tmp_path / "index").stat().st_mode) == 0o700
    assert index.search(mots("bruit"), limit=1)


def test_a_rebuild_that_breaks_leaves_the_old_index(index: WhooshIndex) -> None:
    def broken() -> Iterator[Fiche]:
        yield CRECHE
        raise OSError("disk")

    with pytest.raises(IndexIndisponible):
        index.rebuild(broken())
    assert trouves(index, mots("bruit")) == [12]
    index.index([replace(BRUIT, numero=2, objet="Tapage")])
    assert trouves(index, mots("tapage")) == [12]


CHAMPS = ["", "objet", "de", "texte", "chrono", "nature", "bureau", "sens", "etat"]
termes = st.builds(
    Terme, texte=st.text(max_size=30), champ=st.sampled_from(CHAMPS),
    phrase=st.booleans(), prefixe=st.booleans(), exclu=st.booleans(),
)


jours = st.none() | st.dates()


@given(question=st.builds(Question, termes=st.lists(termes, max_size=5).map(tuple), apres=jours, avant=jours))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_question_is_too_odd(index: WhooshIndex, question: Question) -> None:
    for trouvaille in index.search(question, limit=5):
        assert trouvaille.courrier_id in {12, 13}
    assert set(index.extraits(question, [12, 13])) == {12, 13}
    index.suggest([terme.texte for terme in question.termes])
