"""An underlined subject, as letters have it: read on a clean sheet, on a scan and on a bad copy."""

from weasyprint import HTML

from app.outside.reader import Reader
from tests.letters import disposer, imprimer


def test_an_underlined_subject_is_read_like_any_line() -> None:
    told = {
        "expediteur": ["Quentin Gaudry", "7 rue du Lavoir", "72990 Saint-Aubin-des-Prés"], "destinataire": ["Mairie"], "lieu": "",
        "corps": ["Madame, Monsieur,", "Je vous prie de trouver ci-joint le dossier complet."], "signature": "Quentin Gaudry",
        "objet": "Objet : prolongation du stage de jardinage et pièces jointes",
    }  # fmt: skip
    page = disposer.page("", told).replace('class="objet ', 'class="objet souligne ')
    [sheet, *_] = imprimer.sheets(HTML(string=page, base_url=str(imprimer.FOLDER)).write_pdf())
    for spoilt in (sheet, imprimer.clean(sheet, 1), imprimer.bad(sheet, 1)):
        assert told["objet"] in Reader().read(imprimer.jpeg(spoilt)).pages[0].texte
