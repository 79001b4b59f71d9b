"""The typesetter makes a PDF/A of real, accessible text, the same one each time, and fetches nothing."""

import base64
import http.server
import subprocess
import sys
import threading
from io import BytesIO
from pathlib import Path

import pdfplumber
import pikepdf
import pytest
from PIL import Image

from app.courrier.errors import Illisible
from app.outside.typesetter import Typesetter

PHRASE = "Le règlement départemental relatif à l’assainissement a été réactualisé. "


def lettre(corps: str) -> str:
    return (
        '<!doctype html><html lang="fr"><body>'
        '<footer class="pied"><p>1 place de l’Église, 14000 Saint-Aubin</p></footer>'
        '<header class="entete"><p class="organisme">Mairie de Saint-Aubin-des-Prés</p></header>'
        '<div class="haut"><section class="suivi"><p>Affaire suivie par Claire Morel</p></section>'
        '<address class="destinataire"><span>Madame Yolande CARADEC</span><span>14000 SAINT-AUBIN</span></address></div>'
        f'<p class="objet">Bruit</p><main class="corps">{corps}</main>'
        '<section class="signature"><p>Le maire,</p><div class="place" id="signature"></div><p>Jean Prévost</p></section>'
        "</body></html>"
    )


def compose(corps: str) -> bytes:
    return Typesetter().pdf(lettre(corps), titre="Réponse D-2026-00007", auteur="Mairie de Saint-Aubin-des-Prés")


def pages(pdf: bytes) -> list[str]:
    with pdfplumber.open(BytesIO(pdf)) as document:
        return [page.extract_text() for page in document.pages]


def test_the_letter_is_real_text_with_its_title_and_author() -> None:
    pdf = compose("<p>Œuvre, cœur, 12 €, déjà là…</p>")
    [texte] = pages(pdf)
    assert "Œuvre, cœur, 12 €, déjà là…" in texte
    assert "Objet : Bruit" in texte
    assert "Page 1 / 1" in texte
    with pikepdf.open(BytesIO(pdf)) as document:
        assert str(document.docinfo["/Title"]) == "Réponse D-2026-00007"
        assert str(document.docinfo["/Author"]) == "Mairie de Saint-Aubin-des-Prés"
        assert str(document.Root.Lang) == "fr"
        assert document.Root.MarkInfo.Marked
        with document.open_metadata() as metadata:
            assert metadata.pdfa_status == "2B"
            assert metadata["dc:title"] == "Réponse D-2026-00007"
        fonts = [item for item in document.objects if isinstance(item, pikepdf.Dictionary) and "/FontName" in item]
        assert fonts
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)


def test_the_addressee_stands_in_the_window_of_the_envelope() -> None:
    with pdfplumber.open(BytesIO(compose("<p>Madame,</p>"))) as document:
        words = {word["text"]: word for word in document.pages[0].extract_words()}
        mm = 25.4 / 72
        assert 100 < words["CARADEC"]["x0"] * mm < 200
        assert 45 < words["CARADEC"]["top"] * mm < 80
        assert 100 < words["SAINT-AUBIN"]["x0"] * mm < 200
        assert words["SAINT-AUBIN"]["bottom"] * mm < 90


def test_long_words_are_cut_as_french_cuts_them() -> None:
    [texte] = pages(compose('<table style="width:20mm"><tr><td>intercommunalité</td></tr></table>'))
    assert "intercommunalité" not in texte
    assert "intercommunalité" in texte.replace("‐", "").replace("-\n", "").replace("\n", "")


def test_pages_are_numbered_and_the_signature_is_never_alone() -> None:
    for count in range(20, 60, 4):
        *_, last = texts = pages(compose(f"<p>{PHRASE}</p>" * count))
        for number, texte in enumerate(texts, 1):
            assert f"Page {number} / {len(texts)}" in texte
        assert "Le maire," in last
        assert "Jean Prévost" in last
        assert "assainissement" in last


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_same_letter_has_the_same_bytes_in_every_process(seed: str) -> None:
    code = (
        "import sys; sys.path[:0] = ['.']\n"
        "from tests.outside.test_typesetter import compose, PHRASE\n"
        "sys.stdout.buffer.write(compose(f'<p>{PHRASE}</p>'))"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env={"PYTHONHASHSEED": seed}, capture_output=True, check=True)
    assert done.stdout == compose(f"<p>{PHRASE}</p>")
    assert done.stdout != compose(f"<p>{PHRASE}!</p>")


def test_nothing_is_fetched_from_anywhere(tmp_path: Path) -> None:
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text y="20">CONFIDENTIEL</text></svg>')
    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        here = f"http://127.0.0.1:{server.server_port}"
        try:
            pdf = compose(
                f'<link rel="stylesheet" href="{here}/a.css"><link rel="attachment" href="{secret.as_uri()}">'
                f'<style>@import "{here}/b.css"; p {{ background: url({here}/c.png) }}</style>'
                f'<img src="{here}/d.png"><img src="{secret.as_uri()}"><img src="police:../secret.svg">'
                f'<object data="{here}/e.svg"></object><embed src="{secret.as_uri()}">'
                f'<svg><image href="{here}/f.png"/><use href="{secret.as_uri()}#a"/></svg>'
                '<img src="data:text/plain,CONFIDENTIEL"><p>Madame,</p>'
            )
        finally:
            server.shutdown()
            thread.join()
    assert asked == []
    assert "CONFIDENTIEL" not in "".join(pages(pdf))
    assert b"EmbeddedFile" not in pdf
    assert "Madame," in pages(pdf)[0]


def test_the_letterhead_image_is_written_in_the_letter() -> None:
    picture = BytesIO()
    Image.new("RGB", (40, 40), "red").save(picture, "PNG")
    data = base64.b64encode(picture.getvalue()).decode()
    with pdfplumber.open(BytesIO(compose(f'<img alt="Blason" src="data:image/png;base64,{data}">'))) as document:
        assert len(document.pages[0].images) == 1


def test_a_packaged_font_is_used_before_those_of_the_system(tmp_path: Path) -> None:
    found = subprocess.run(["fc-match", "-f", "%{file}", "DejaVu Sans Mono"], capture_output=True, check=True, text=True).stdout
    (tmp_path / "maison-latin-400-normal.ttf").write_bytes(Path(found).read_bytes())
    (tmp_path / "LISEZ-MOI.txt").write_text("")
    pdf = Typesetter(tmp_path).pdf(lettre("<p>Madame,</p>"), titre="t", auteur="a")
    with pdfplumber.open(BytesIO(pdf)) as document:
        [word] = [word for word in document.pages[0].extract_words(extra_attrs=["fontname"]) if word["text"] == "Madame,"]
        assert word["fontname"].endswith("+Courrier")


def test_an_endless_letter_is_refused() -> None:
    with pytest.raises(Illisible, match="trop longue"):
        compose("a" * (5 << 20))
