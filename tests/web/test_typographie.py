"""French is set as it is printed; what somebody typed is shown as they typed it."""

from flask import Flask

from app.web.typographie import composer
from tests.support.visitors import visitor
from tests.web.guichet import register


def test_no_sign_that_ends_a_sentence_begins_a_line() -> None:
    assert composer("Où est « %(nom)s » ? Voici : 30 %%, %(n)d") == "Où est «\xa0%(nom)s\xa0»\xa0? Voici\xa0: 30\xa0%%, %(n)d"


def test_pages_are_set_so_in_french_alone_and_no_typed_word_is_changed(office: Flask) -> None:
    number = register(office, objet="Banc : place de la Halle ?")
    page = visitor(office, "odile").get(f"/courriers/{number}/suivi").text
    assert "Où en est ce courrier\xa0?" in page
    assert "Banc : place de la Halle ?" in page
