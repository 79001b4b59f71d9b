"""E-mails as they really come: odd charsets, HTML only, attachments with wild names, crowds and nests of parts."""

import re
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from app.courrier.errors import Illisible
from app.courrier.ports import Lecture
from app.outside.reader import Reader
from tests.letters import imprimer, mauvais

READER = Reader()


def message(**headers: str) -> EmailMessage:
    built = EmailMessage(policy=SMTP)
    for name, value in {"From": "Awa Diarra <awa@courrier.example>", "Subject": "Crèche", **headers}.items():
        built[name] = value
    return built


def read(raw: bytes | EmailMessage) -> Lecture:
    return READER.read(raw if isinstance(raw, bytes) else raw.as_bytes())


def body(raw: bytes | EmailMessage) -> str:
    return read(raw).pages[0].texte


def test_a_letter_by_email_gives_headers_text_and_attachments() -> None:
    mail = message(To="mairie@saint-aubin.example", Date="Mon, 31 Aug 2026 21:30:00 +0200", **{"Message-ID": "<1@c.example>"})
    mail.set_content("Bonjour,\n\nvoici ma demande.\n")
    mail.add_attachment(imprimer.pdf("place_creche"), maintype="application", subtype="pdf", filename="Demande été.pdf")
    reading = read(mail)
    assert reading.mime == "message/rfc822"
    assert reading.entetes["from"] == "Awa Diarra <awa@courrier.example>"
    assert reading.entetes["subject"] == "Crèche"
    assert reading.entetes["message-id"] == "<1@c.example>"
    assert [page.texte for page in reading.pages] == ["Bonjour,\n\nvoici ma demande."]
    assert reading.jointes == (("Demande été.pdf", imprimer.pdf("place_creche")),)
    # An attachment becomes a piece of its own, and is read as such.
    assert "crèche" in READER.read(reading.jointes[0][1]).pages[0].texte


def test_html_alone_gives_its_words_and_none_of_its_code() -> None:
    mail = message()
    mail.set_content(
        "<html><head><style>p{color:red}</style></head><body><p>Bonjour&nbsp;Madame,</p><div>une&eacute; ligne</div>"
        "a<br>b<script>alert('non')</script><img src='https://pisteur.example/x.gif'></body></html>",
        subtype="html",
    )
    assert body(mail) == "Bonjour Madame,\nuneé ligne\na\nb"


def test_plain_text_is_taken_before_html() -> None:
    mail = message()
    mail.set_content("le texte\n")
    mail.add_alternative("<p>le html</p>", subtype="html")
    assert body(mail) == "le texte"


HEAD = b"From: a@b.example\r\nSubject: voirie\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: 8bit\r\n"


@pytest.mark.parametrize(
    ("charset", "raw"),
    [
        (b"x-unknown", "Réclamation à l’été".encode()),
        (b"x-unknown", "Réclamation à l’été".encode("cp1252")),
        (b"utf-8", "Réclamation à l’été".encode("cp1252")),
        (b"us-ascii", "Réclamation à l’été".encode()),
        (b"iso-8859-1", "Réclamation à l'été".encode("latin-1")),
        (b'"', "Réclamation à l’été".encode()),
    ],
)
def test_a_broken_charset_is_survived(charset: bytes, raw: bytes) -> None:
    text = body(HEAD + b"Content-Type: text/plain; charset=" + charset + b"\r\n\r\n" + raw)
    assert text.replace("’", "'") == "Réclamation à l'été"


@pytest.mark.parametrize("raw", ["Réclamation".encode(), "Réclamation".encode("latin-1")])
def test_a_bare_header_is_read_all_the_same(raw: bytes) -> None:
    assert read(b"From: a@b.example\r\nSubject: " + raw + b"\r\n\r\nx").entetes["subject"] == "Réclamation"


def test_headers_that_break_the_parser_are_given_as_they_are() -> None:
    entetes = read(b"From: Dupont, Jean <j@e.example>\r\nTo: <<>>\r\nDate: hier\r\nSubject: =?x?q?a?=\r\n\r\nBonjour").entetes
    assert "j@e.example" in entetes["from"]
    assert entetes["date"] == "hier"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Awa\\acte.pdf", "acte.pdf"),
        ("/etc/cron.d/x", "x"),
        ("a" * 400 + ".pdf", "a" * 150),
        ("..", "piece-2.pdf"),
        ("acte\x07.pdf", "acte.pdf"),
    ],
)
def test_an_attachment_keeps_its_base_name_only(name: str, kept: str) -> None:
    head = b'From: a@b.example\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="z"\r\n\r\n'
    part = f'--z\r\nContent-Type: application/pdf; name="{name}"\r\n\r\n%PDF-1.4\r\n--z--\r\n'.replace("\\", "\\\\").encode()
    [(found, content)] = read(head + b"--z\r\n\r\nBonjour\r\n" + part).jointes
    assert found == kept
    assert content.strip() == b"%PDF-1.4"


def test_a_forwarded_message_is_an_attachment_of_its_own() -> None:
    inner = message(Subject="la demande")
    inner.set_content("le corps transmis\n")
    outer = message(Subject="TR: la demande")
    outer.set_content("pour suite à donner\n")
    outer.add_attachment(inner)
    reading = read(outer)
    assert reading.pages[0].texte == "pour suite à donner"
    [(name, raw)] = reading.jointes
    assert name.endswith(".eml")
    forwarded = READER.read(raw)
    assert forwarded.entetes["subject"] == "la demande"
    assert forwarded.pages[0].texte == "le corps transmis"


def test_a_message_without_a_body_is_kept_with_its_headers() -> None:
    reading = read(b"From: a@b.example\r\nSubject: voirie\r\n\r\n")
    assert reading.entetes["subject"] == "voirie"
    assert reading.pages[0].source == "vide"


@pytest.mark.parametrize("depth", [10, 60, 200, 400, 1200])
def test_messages_within_messages_are_refused_or_read_but_never_fatal(depth: int) -> None:
    try:
        outcome = read(mauvais.nested_mail(depth)).mime
    except Illisible as refusal:
        outcome = str(refusal)
    assert re.search("^message/rfc822$|trop de parties|l’un dans l’autre", outcome)


def test_multiparts_within_multiparts_are_refused_in_words() -> None:
    layers = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (depth, depth) for depth in range(60))
    with pytest.raises(Illisible, match="l’une dans l’autre"):
        read(b"From: a@b.example\r\nMIME-Version: 1.0\r\n" + layers + b"\r\nfin")


def test_what_no_database_takes_is_marked_as_lost() -> None:
    raw = b"From: a@b.example\r\nSubject: vo\x00irie\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nbon\x00jour"
    reading = read(raw)
    assert reading.pages[0].texte == "bon\ufffdjour"
    assert "\x00" not in "".join(reading.entetes.values())


def test_lines_drawn_with_dashes_are_no_crowd_of_parts() -> None:
    mail = message()
    mail.set_content("\n".join(["--------------------", "une ligne"] * 300))
    assert "une ligne" in body(mail)


def test_an_email_has_no_picture_of_its_pages() -> None:
    with pytest.raises(Illisible, match="son texte s’affiche"):
        READER.render(message().as_bytes(), page=1, largeur=400)
