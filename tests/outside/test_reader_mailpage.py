"""An e-mail as pages: who and what on top, its text without code, its own pictures, nothing from elsewhere."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest

from app.courrier.errors import Illisible
from app.outside.reader import Limites, Reader
from app.outside.reader.mailpage import html_of
from tests.releve.corpus import PNG


def mail(html: str) -> bytes:
    built = EmailMessage(policy=SMTP)
    built["From"], built["Subject"] = "Awa Diarra <awa@courrier.example>", "Lampadaire <b>éteint</b>"
    built.set_content("En texte.\n")
    built.add_alternative(html, subtype="html")
    built.get_payload()[1].add_related(PNG, "image", "png", cid="<plan>")  # type: ignore[index, union-attr]
    return built.as_bytes()


HOSTILE = (
    "<p onclick='x()'>Bonjour</p><script>alert(1)</script><style>p{background:url(https://pisteur.example/s)}</style>"
    "<img src='https://pisteur.example/1.gif'><img src='cid:plan'><iframe src='file:///etc/passwd'></iframe>"
    "<table background='https://pisteur.example/f'><tr><td>case</td></tr></table><img src='data:image/svg+xml,<svg/>'>"
)


def test_nothing_of_a_stranger_s_code_nor_addresses_is_left() -> None:
    page = html_of(mail(HOSTILE), Limites())
    for word in ("pisteur", "script", "onclick", "iframe", "passwd", "svg", "cid:", "<b>éteint"):
        assert word not in page
    assert page.count("data:image/jpeg;base64,") == 1
    assert "case" in page


def test_it_is_set_as_pages_that_read_the_same() -> None:
    reader = Reader()
    [page] = reader.read(reader.show(mail(HOSTILE))).pages
    for word in ("Awa Diarra", "Lampadaire <b>éteint</b>", "Bonjour", "case"):
        assert word in page.texte
    assert page.mots


def test_plain_text_keeps_its_lines_and_what_is_refused_says_why() -> None:
    plain = b"From: a@b.example\r\nSubject: x\r\n\r\nune < ligne\r\n  deux"
    assert "une &lt; ligne\n  deux" in html_of(plain, Limites())
    with pytest.raises(Illisible, match="pèse"):
        html_of(plain, Limites(courriel_octets=10))
