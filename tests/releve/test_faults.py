"""What fails in the middle of a collection: nothing is lost, nothing waits for ever, and it is said once."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from app.courrier import journal
from app.courrier.errors import ReleveImpossible
from app.db import db
from app.outside.inbox import mailbox as mailboxes
from app.outside.inbox.mailbox import Mailbox
from app.outside.vault import Vault
from tests.releve.bureau import box, collect, depots, mailbox
from tests.releve.conftest import session
from tests.releve.test_mailbox import letter
from tests.support.disque import full
from tests.support.dovecot import Dovecot


def filled(app: Flask, imap: Dovecot, user: str, count: int, **said: Any) -> int:
    with session(imap, user) as client:
        for number in range(count):
            client.append("INBOX", letter(number))
    return mailbox(app, imap, user, **said)


def bodies(fails: Callable[[int], object]) -> Callable[..., Any]:
    """The server's answers, but for the messages for which `fails` raises or tells."""
    real = IMAPClient.fetch

    def fetch(client: IMAPClient, uids: list[int], wanted: list[str]) -> Any:
        return {} if wanted == ["BODY.PEEK[]"] and fails(uids[0]) else real(client, uids, wanted)

    return fetch


def test_a_server_that_always_stops_half_way_gives_all_in_the_end(
    mairie: Flask, imap: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = filled(mairie, imap, "coupe", 5, destination="")
    left, given = [2], Mailbox.lire

    def cut(source: Mailbox, waiting: Any) -> bytes:
        if not left[0]:
            raise ReleveImpossible(motif="le serveur a coupé la connexion")
        left[0] -= 1
        return given(source, waiting)

    monkeypatch.setattr(Mailbox, "lire", cut)
    for _ in range(3):
        left[0] = 2
        collect(mairie, number)
    assert [raw for _depot, raw in depots(mairie)] == [letter(n) for n in range(5)]


def test_a_message_that_is_not_given_once_is_taken_the_next_time(
    mairie: Flask, imap: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = filled(mairie, imap, "absent", 3, destination="")
    with monkeypatch.context() as patch:
        patch.setattr(IMAPClient, "fetch", bodies(lambda uid: uid == 1))
        assert collect(mairie, number).pris == 2
    assert (collect(mairie, number).pris, collect(mairie, number).pris) == (1, 0)
    assert sorted(raw for _depot, raw in depots(mairie)) == [letter(n) for n in range(3)]


@pytest.mark.parametrize("gives", [True, False])
def test_a_message_of_which_the_server_says_nothing_holds_nothing_back(
    mairie: Flask, imap: Dovecot, monkeypatch: pytest.MonkeyPatch, gives: bool
) -> None:
    number, real = filled(mairie, imap, f"muet{gives:d}", 3, destination=""), IMAPClient.fetch

    def fetch(client: IMAPClient, uids: list[int], wanted: list[str]) -> Any:
        if 2 in uids and not (gives and wanted == ["BODY.PEEK[]"]):
            raise IMAPClientError("FETCH command error: NO [SERVERBUG] Internal error")
        return real(client, uids, wanted)

    monkeypatch.setattr(IMAPClient, "fetch", fetch)
    done = [collect(mairie, number) for _ in range(2)]
    assert [bilan.pris for bilan in done] == ([3, 0] if gives else [2, 0])
    assert ("ne donne pas le message 2" in "".join(done[1].refuses)) is not gives


@pytest.mark.parametrize("destination", ["", "Pris"])
def test_a_message_that_the_server_never_gives_is_told_once_and_holds_nothing_back(
    mairie: Flask, imap: Dovecot, monkeypatch: pytest.MonkeyPatch, destination: str
) -> None:
    number = filled(mairie, imap, f"jamais{len(destination)}", 3, destination=destination)

    def broken(uid: int) -> bool:
        if uid == 2:
            raise IMAPClientError("FETCH command error: NO [SERVERBUG] Internal error")
        return False

    monkeypatch.setattr(IMAPClient, "fetch", bodies(broken))
    done = [collect(mairie, number) for _ in range(4)]
    assert [bilan.pris for bilan in done] == [2, 0, 0, 0]
    assert "ne donne pas le message 2" in "".join(done[1].refuses)
    with mairie.app_context():
        told = [line for line in journal.lire(db.session(), f"boite:{number}") if journal.details(line).get("refuses")]
    assert len(told) == 1


def test_a_server_that_gives_nothing_is_what_fails(mairie: Flask, imap: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    number = filled(mairie, imap, "rien", mailboxes._NOT_GIVEN + 2, destination="")
    with monkeypatch.context() as patch:
        patch.setattr(IMAPClient, "fetch", bodies(lambda _uid: True))
        assert "ne donne plus les messages" in collect(mairie, number).erreur
    collect(mairie, number)
    assert len(depots(mairie)) == mailboxes._NOT_GIVEN + 2


def test_a_full_disk_is_said_and_what_waits_is_taken_once_there_is_room(
    mairie: Flask, imap: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = filled(mairie, imap, "plein", 2)
    with monkeypatch.context() as patch:
        patch.setattr(Vault, "put", full)
        assert "plein" in collect(mairie, number).erreur
    assert collect(mairie, number).pris == 2


def test_a_message_withheld_once_is_still_asked_for_after_a_full_disk(
    mairie: Flask, imap: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = filled(mairie, imap, "retenu", 2, destination="")
    with monkeypatch.context() as patch:
        patch.setattr(IMAPClient, "fetch", bodies(lambda uid: uid == 1))
        assert collect(mairie, number).pris == 1
    with monkeypatch.context() as patch:
        patch.setattr(Vault, "put", full)
        assert "plein" in collect(mairie, number).erreur
    assert collect(mairie, number).pris == 1


def test_a_message_withheld_once_then_taken_away_is_asked_for_no_more(
    mairie: Flask, imap: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = filled(mairie, imap, "parti", 2, destination="")
    with monkeypatch.context() as patch:
        patch.setattr(IMAPClient, "fetch", bodies(lambda uid: uid == 1))
        collect(mairie, number)
    with session(imap, "parti") as client:
        client.delete_messages([1])
        client.expunge()
    collect(mairie, number)
    assert box(mairie, number).position.count(":") == 1


def test_what_is_refused_is_told_though_the_server_fails_behind_it(
    mairie: Flask, imap: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = filled(mairie, imap, "refuse", 3, destination="")
    monkeypatch.setattr(IMAPClient, "fetch", bodies(lambda uid: uid == 1))
    collect(mairie, number)
    with session(imap, "refuse") as client:
        client.append("INBOX", letter(3))
    with monkeypatch.context() as patch:
        patch.setattr(Vault, "put", full)
        assert "plein" in collect(mairie, number).erreur
    with mairie.app_context():
        told = [journal.details(line).get("refuses") for line in journal.lire(db.session(), f"boite:{number}")]
    assert any("ne donne pas le message 1" in "".join(refused or ()) for refused in told)
