"""The journal: one chain whoever writes, nothing lost, nothing left by what was rolled back, every tampering found."""

import json
import re
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.courrier import journal
from app.courrier.errors import JournalRompu
from app.courrier.tables import JournalTete, LigneJournal, figees
from tests.courrier.atelier import atelier

MIDI = datetime(2026, 11, 17, 11, 0, tzinfo=UTC)
RACINE = Path(__file__).resolve().parents[2]


def noter(session: Session, numero: int, **details: object) -> None:
    journal.noter(session, acteur="claire", acte="annoter", sujet=f"courrier:{numero}", now=MIDI, **details)


def trois_lignes(session: Session) -> None:
    for numero in (1, 2, 1):
        noter(session, numero, page=numero)
        session.commit()


def test_a_line_says_who_did_what_to_what_and_when(session: Session) -> None:
    noter(session, 12, page=3, mots="«déjà vu»", le=MIDI.date())
    session.commit()
    [ligne] = journal.lire(session, "courrier:12")
    assert (ligne.numero, ligne.acteur, ligne.acte, ligne.quand) == (1, "claire", "annoter", MIDI)
    assert ligne.ligne == (
        '{"acte":"annoter","acteur":"claire","details":{"le":"2026-11-17","mots":"«déjà vu»","page":3},'
        '"numero":1,"quand":"2026-11-17T11:00:00+00:00","sujet":"courrier:12"}'
    )
    assert journal.details(ligne) == {"le": "2026-11-17", "mots": "«déjà vu»", "page": 3}


def test_lines_of_one_transaction_are_written_together_and_read_in_it(session: Session) -> None:
    noter(session, 1)
    noter(session, 2)
    assert [ligne.numero for ligne in journal.lire(session, "courrier:2")] == [2]
    noter(session, 2)
    session.commit()
    assert [ligne.numero for ligne in journal.lire(session, "courrier:2")] == [2, 3]
    assert journal.verifier(session) == 3


def test_what_is_rolled_back_leaves_no_line(session: Session) -> None:
    noter(session, 1)
    session.rollback()
    noter(session, 2)
    session.commit()
    assert [ligne.sujet for ligne in session.scalars(select(LigneJournal))] == ["courrier:2"]


def test_a_savepoint_rolled_back_takes_only_its_own_lines(session: Session) -> None:
    noter(session, 1)
    with session.begin_nested():
        noter(session, 2)
        dedans = session.begin_nested()
        noter(session, 3)
        dedans.rollback()
    perdu = session.begin_nested()
    with session.begin_nested():
        noter(session, 4)
    perdu.rollback()
    session.begin_nested()
    noter(session, 5)
    session.commit()
    assert [ligne.sujet for ligne in session.scalars(select(LigneJournal))] == ["courrier:1", "courrier:2", "courrier:5"]
    assert journal.verifier(session) == 3


def test_an_empty_journal_is_sound(session: Session) -> None:
    assert journal.verifier(session) == 0


@pytest.mark.parametrize(("tort", "ligne"), [
    (update(LigneJournal).where(LigneJournal.numero == 2).values(ligne="{}"), 2),
    (update(LigneJournal).where(LigneJournal.numero == 2).values(acteur="paul"), 2),
    (update(LigneJournal).where(LigneJournal.numero == 2).values(sujet="courrier:9"), 2),
    (delete(LigneJournal).where(LigneJournal.numero == 1), 1),
    (delete(LigneJournal).where(LigneJournal.numero == 2), 2),
    (delete(LigneJournal).where(LigneJournal.numero == 3), 3),
    (delete(LigneJournal), 1),
    (delete(JournalTete), 4),
    (update(JournalTete).values(empreinte="f" * 64), 4),
])
def test_a_forger_is_found_at_the_first_bad_line(session: Session, tort: object, ligne: int) -> None:
    trois_lignes(session)
    with figees.levees(session):
        session.execute(tort)
    session.commit()
    with pytest.raises(JournalRompu) as rupture:
        journal.verifier(session)
    assert rupture.value.values["ligne"] == ligne


@pytest.mark.parametrize("tort", ["UPDATE journal SET acteur = 'paul' WHERE numero = 2", "DELETE FROM journal WHERE numero = 3"])
def test_the_database_itself_refuses_to_change_a_line(session: Session, tort: str) -> None:
    trois_lignes(session)
    with pytest.raises(DBAPIError, match="journal"):
        session.execute(text(tort))
    session.rollback()
    assert journal.verifier(session) == 3


def test_a_line_rewritten_with_its_own_digest_breaks_the_next_one(session: Session) -> None:
    trois_lignes(session)
    deuxieme = session.get_one(LigneJournal, 2)
    ligne = json.dumps({**json.loads(deuxieme.ligne), "details": {}}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    with figees.levees(session):
        deuxieme.ligne, deuxieme.empreinte = ligne, journal.sceller(deuxieme.precedente, ligne)
        session.flush()
    session.commit()
    with pytest.raises(JournalRompu) as rupture:
        journal.verifier(session)
    assert rupture.value.values["ligne"] == 3


def test_a_fact_that_is_not_simple_is_refused(session: Session) -> None:
    noter(session, 1, quoi=object())
    with pytest.raises(TypeError, match="simple facts"):
        session.commit()


def test_eight_writers_make_one_chain(database_url: str) -> None:
    """Each transaction writes a row of its own first, as acts do, so that the order of locks is put to the test."""

    def ecrire(rang: int) -> None:
        with atelier(database_url) as session:
            for tour in range(12):
                session.execute(text("SELECT 1"))
                noter(session, rang, tour=tour)
                noter(session, rang, tour=tour, suite=True)
                if tour % 4 == 3:
                    session.rollback()
                session.commit()

    fils = [threading.Thread(target=ecrire, args=(rang,)) for rang in range(8)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    with atelier(database_url) as session:
        assert journal.verifier(session) == 8 * 9 * 2
        for rang in range(8):
            tours = [journal.details(ligne)["tour"] for ligne in journal.lire(session, f"courrier:{rang}")]
            assert tours == sorted(tours)


def verifier_l_export(tmp_path: Path, export: list[str], *attendu: str) -> subprocess.CompletedProcess[str]:
    doc = (RACINE / "docs" / "journal.md").read_text(encoding="utf-8")
    programme = re.search(r"```python\n(.*?)```", doc, re.DOTALL)
    assert programme is not None
    assert len(programme[1].splitlines()) <= 30
    (tmp_path / "verifier.py").write_text(programme[1], encoding="utf-8")
    (tmp_path / "journal.tsv").write_text("".join(f"{ligne}\n" for ligne in export), encoding="utf-8", newline="\n")
    commande = [sys.executable, "-I", str(tmp_path / "verifier.py"), str(tmp_path / "journal.tsv"), *attendu]
    return subprocess.run(commande, capture_output=True, text=True, check=False, env={"PYTHONUTF8": "1"})


def test_the_program_of_the_documentation_verifies_an_export(session: Session, tmp_path: Path) -> None:
    noter(session, 1, mots="tabulation\tet\nfin de ligne\u2028étrange")
    trois_lignes(session)
    export = list(journal.exporter(session))
    fin = session.get_one(JournalTete, 1).empreinte
    bon = verifier_l_export(tmp_path, export)
    assert (bon.returncode, bon.stdout.strip()) == (0, f"4 lignes, dernière empreinte {fin}"), bon.stderr
    assert verifier_l_export(tmp_path, export, fin).returncode == 0
    assert verifier_l_export(tmp_path, export[:-1], fin).returncode == 1
    assert "ligne 2" in verifier_l_export(tmp_path, export[:1] + export[2:]).stderr
    assert "ligne 3" in verifier_l_export(tmp_path, [*export[:2], export[2].replace("claire", "paul"), export[3]]).stderr
