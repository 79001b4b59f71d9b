"""What was typed for a letter becomes safe HTML, and text again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.courrier.reponse.propre import en_html, en_texte, nettoyer
from tests.courrier.lettres import CORPS


def test_text_becomes_paragraphs_and_lists() -> None:
    assert nettoyer("Madame,\n\nUn\nDeux & <3\n\n- a\n- b\n") == (
        "<p>Madame,</p>\n<p>Un<br>Deux &amp; &lt;3</p>\n<ul><li>a</li><li>b</li></ul>")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<p>Oui<script>alert(1)</script></p>", "<p>Oui</p>"),
        ('<p onclick="x" style="position:fixed" id="signature" class="place">Oui</p>', "<p>Oui</p>"),
        ('<p><img src="file:///etc/passwd"><a href="javascript:x">lien</a></p>', "<p>lien</p>"),
        ("<style>body{display:none}</style><p>Oui</p>", "<p>Oui</p>"),
        ('<table><tr><td colspan="2">a</td></tr></table>', '<table><tbody><tr><td colspan="2">a</td></tr></tbody></table>'),
        ("<p>a</p></main><section>b</section>", "<p>a</p>b"),
    ],
)
def test_an_editors_html_is_cleaned(typed: str, kept: str) -> None:
    assert nettoyer(typed) == kept


@given(st.text(alphabet="ab é<>&-\n•{}", max_size=60))
def test_text_comes_back_as_it_was_read(typed: str) -> None:
    once = en_html(typed)
    assert en_html(en_texte(once)) == once


def test_a_letter_comes_back_as_text() -> None:
    assert en_texte(nettoyer(CORPS)) == CORPS
