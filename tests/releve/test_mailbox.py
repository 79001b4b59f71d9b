"""A mailbox: each message is filed byte for byte, once, and touched only when it is safe."""

import logging
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from app import releve, travaux
from app.courrier import collecte, habilitations, journal, organisation, propositions
from app.courrier.errors import ReleveImpossible, SaisieRefusee
from app.courrier.registre import Contact
from app.db import db
from app.outside.inbox.mailbox import Mailbox
from app.web.context import parts
from tests.releve.bureau import add, box, collect, depots, mailbox
from tests.releve.conftest import session
from tests.support.circuits import deploy_shipped
from tests.support.dovecot import PASSWORD, Dovecot


def letter(number: int, *, body: str = "Bonjour, il manque un lampadaire.", subject: str = "Lampadaire", mark: str = "") -> bytes:
    head = f"{mark}From: Awa Diarra <awa@courrier.example>\nTo: accueil@mairie.example\nSubject: {subject}\n"
    head += f"Message-ID: <{number}@courrier.example>\nDate: Mon, 16 Nov 2026 08:12:00 +0100\n"
    return f"{head}\n{body}\n".replace("\n", "\r\n").encode()


def test_messages_become_depots_then_move(town: Flask, imap: Dovecot, request: pytest.FixtureRequest) -> None:
    user = request.node.name.replace("[", "-").rstrip("]")
    came = datetime(2026, 11, 14, 22, 5, tzinfo=UTC)
    with session(imap, user) as client:
        for number in range(3):
            client.append("INBOX", letter(number), (), came)
    number = mailbox(town, imap, user)
    assert collect(town, number).pris == 3
    filed = depots(town)
    assert [raw for _depot, raw in filed] == [letter(0), letter(1), letter(2)]
    first = filed[0][0]
    assert (first.canal, first.origine, first.etat, first.recu_le) == ("courriel", "Lampadaire.eml", "a_lire", came)
    with session(imap, user) as client:
        assert client.search("ALL") == []
        client.select_folder("Pris")
        assert all(b"\\Seen" in flags for flags in client.get_flags(client.search("ALL")).values())
    with town.app_context():
        (line,) = journal.lire(db.session(), f"depot:{first.id}")
        assert journal.details(line)["message_id"] == "<0@courrier.example>"
        assert "UIDVALIDITY" in str(journal.details(line)["lieu"])
        (_made, pass_) = journal.lire(db.session(), f"boite:{number}")
        assert (pass_.acte, journal.details(pass_)["pris"]) == ("relever", 3)
    assert collect(town, number).pris == 0


def test_left_in_place_they_are_marked_and_not_asked_for_again(
    mairie: Flask, imap: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with session(imap, "place") as client:
        client.append("INBOX", letter(1))
        number = mailbox(mairie, imap, "place", destination="")
        assert collect(mairie, number).pris == 1
        client.noop()
        assert client.get_flags([1])[1] == (b"\\Seen",) or b"\\Seen" in client.get_flags([1])[1]
        client.append("INBOX", letter(2))
    read: list[str] = []
    given = Mailbox.lire
    monkeypatch.setattr(Mailbox, "lire", lambda self, waiting: read.append(waiting.repere) or given(self, waiting))
    assert collect(mairie, number).pris == 1
    assert read == ["2"]


def test_a_mailbox_made_again_doubles_nothing(mairie: Flask, imap: Dovecot) -> None:
    number = mailbox(mairie, imap, "refaite", destination="")
    with session(imap, "refaite") as client:
        for each in range(3):
            client.append("INBOX", letter(each))
    assert collect(mairie, number).pris == 3
    before = box(mairie, number).position
    imap.drop("refaite")
    time.sleep(1.1)  # a server numbers its mailboxes by the second at which they are made
    with session(imap, "refaite") as client:
        for each in range(3):
            # Delivered again: the servers on its way leave other marks.
            client.append("INBOX", letter(each, mark=f"Received: from relais{each}\n"))
        client.append("INBOX", letter(1, body="Un autre corps sous le même Message-ID."))
        client.append("INBOX", letter(1, subject="Un autre objet"))
    again = collect(mairie, number)
    assert (again.pris, again.connus) == (2, 3)
    assert box(mairie, number).position.partition(":")[0] != before.partition(":")[0]
    assert len(depots(mairie)) == 5


def test_the_same_message_in_two_boxes_is_one(mairie: Flask, imap: Dovecot) -> None:
    for user in ("copie-a", "copie-b"):
        with session(imap, user) as client:
            client.append("INBOX", letter(7, mark=f"Delivered-To: {user}\n"))
    assert collect(mairie, mailbox(mairie, imap, "copie-a")).pris == 1
    assert collect(mairie, mailbox(mairie, imap, "copie-b")).connus == 1
    with session(imap, "copie-b") as client:
        assert client.search("ALL") == []


@pytest.mark.parametrize("destination", ["Pris", ""])
def test_a_crash_after_the_commit_leaves_it_to_be_known_again(
    mairie: Flask, imap: Dovecot, monkeypatch: pytest.MonkeyPatch, destination: str
) -> None:
    user = f"panne{len(destination)}"
    with session(imap, user) as client:
        client.append("INBOX", letter(1))
        client.append("INBOX", letter(2))
    number = mailbox(mairie, imap, user, destination=destination)

    def dead(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Mailbox, "pris", dead)
        with pytest.raises(KeyboardInterrupt):
            collect(mairie, number)
    assert len(depots(mairie)) == 1
    with mairie.app_context():
        assert releve.relever(parts(), number) is None  # the dead one's lease
    again = collect(mairie, number, later=collecte.BAIL + timedelta(seconds=1))
    assert (again.pris, again.connus) == (1, 1)
    assert [raw for _depot, raw in depots(mairie)] == [letter(1), letter(2)]


def test_why_a_box_does_not_open_is_said_and_no_password_is(
    mairie: Flask, imap: Dovecot, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    closed = imap.address.replace(str(imap.port), "1")
    doors = {
        "mot de passe": mailbox(mairie, imap, "refus", mot_de_passe=PASSWORD + "!"),
        "certificat": add(mairie, "inconnu", adresse=f"imaps://localhost:{imap.port}", utilisateur="x", mot_de_passe=PASSWORD),
        "refuse la connexion": add(mairie, "ferme", adresse=closed, utilisateur="x", mot_de_passe=PASSWORD),
        "Mailbox doesn't exist": mailbox(mairie, imap, "sans", source="Absent"),
        "chiffrée": add(mairie, "clair", adresse=f"imaps://localhost:{imap.clear}", utilisateur="x", mot_de_passe=PASSWORD),
    }
    for words, number in doors.items():
        done = collect(mairie, number)
        row = box(mairie, number)
        assert words in done.erreur
        assert words in row.erreur
        assert (row.echecs, row.reprise_le) == (1, None)
        assert row.prochaine_le > datetime.now(UTC) + timedelta(seconds=90)  # later each time
    with mairie.app_context():
        lines = "".join(journal.exporter(db.session()))
        assert lines.count("releve-echouee") == len(doors)
    kept = (tmp_path / "ville.db").read_bytes() + (tmp_path / "ville.db-wal").read_bytes()
    for word in (PASSWORD, PASSWORD + "!"):
        assert word not in caplog.text
        assert word not in lines
        assert word.encode() not in kept
        assert word not in repr(collecte.ouverture(box(mairie, doors["certificat"]), mairie.extensions["vaguemestre"].cachette))


def test_starttls_is_asked_for_before_any_password(mairie: Flask, imap: Dovecot) -> None:
    with session(imap, "start") as client:
        client.append("INBOX", letter(1))
    clear = imap.address.replace("imaps", "imap").replace(str(imap.port), str(imap.clear))
    assert collect(mairie, mailbox(mairie, imap, "start", adresse=clear)).pris == 1


def test_a_password_is_asked_for_again_when_it_would_go_elsewhere(mairie: Flask, imap: Dovecot) -> None:
    number = mailbox(mairie, imap, "garde")
    said = {"nom": "garde", "utilisateur": "garde", "destination": "Pris"}
    with mairie.app_context():
        now, cachette = datetime.now(UTC), parts().cachette
        kept = collecte.Saisie(adresse=imap.address, **said)
        collecte.modifier(db.session(), number, kept, cachette=cachette, par="ines", now=now)
        db.session.remove()
        elsewhere = collecte.Saisie(adresse="imaps://ailleurs.example", **said)
        with pytest.raises(SaisieRefusee, match="mot de passe"):
            collecte.modifier(db.session(), number, elsewhere, cachette=cachette, par="ines", now=now)


def test_a_changed_secret_key_is_said(mairie: Flask) -> None:
    from app.outside.cachette import SecretCachette

    hidden = SecretCachette("a" * 64).cacher(PASSWORD)
    assert SecretCachette("a" * 64).montrer(hidden) == PASSWORD
    with pytest.raises(ReleveImpossible, match="saisissez-le de nouveau"):
        SecretCachette("b" * 64).montrer(hidden)


def test_the_rules_of_a_box_propose_nature_and_bureau(mairie: Flask, imap: Dovecot) -> None:
    with session(imap, "regles") as client:
        client.append("INBOX", letter(1, subject="Ma demande de PERMIS"))
        client.append("INBOX", letter(2))
    rule = {"champ": "objet", "contient": "permis", "nature": "", "bureau": "urbanisme"}
    number = mailbox(mairie, imap, "regles", regles=(rule,))
    assert collect(mairie, number).pris == 2
    with mairie.app_context():
        for depot, _raw in depots(mairie):
            travaux.lire(parts(), depot.id)
    (first, second) = [{p["champ"]: p for p in depot.propositions} for depot, _raw in depots(mairie)]
    assert "contient « permis »" in first["bureau"]["raison"]
    assert "bureau" not in second
    with mairie.app_context():
        deploy_shipped(parts())
        waiting = next(depot for depot, _raw in depots(mairie) if any(p["champ"] == "bureau" for p in depot.propositions))
        moi = habilitations.moi(db.session(), organisation.agent(db.session(), "odile"))
        offers = propositions.proposer(db.session(), parts().engine, moi, waiting, Contact(), now=datetime.now(UTC))
        assert offers["bureau"].premier.valeur == "urbanisme", "the form of registration offers it"


def test_the_clock_collects_what_is_due(mairie: Flask, imap: Dovecot) -> None:
    with session(imap, "horloge") as client:
        client.append("INBOX", letter(1))
    number = mailbox(mairie, imap, "horloge")
    with mairie.app_context():
        assert releve.dues(parts(), fichiers=True) == 0
        assert releve.dues(parts(), fichiers=False) == 1
        assert releve.dues(parts(), fichiers=False) == 0
    assert len(depots(mairie)) == box(mairie, number).pris == 1
