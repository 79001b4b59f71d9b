"""Durations, dates and rhythms told in the words of labels, in three languages; and acts told by verbs."""

import pytest

from engine.drawing.delays import LAST_OF_MONTH, read_delay
from engine.drawing.words import act, is_expression

DELAYS = {
    "48 h": "P2D",
    "48h": "P2D",
    "24/48h": "P2D",
    "24 à 48 heures": "P2D",
    "2h30": "PT2H30M",
    "1,5 h": "PT1H30M",
    "5 jours ouvrés": "${jours_ouvres(5)}",
    "sous 5 jours ouvrables": "${jours_ouvres(5)}",
    "5 j.o.": "${jours_ouvres(5)}",
    "sous 3 semaines": "P21D",
    "quinze jours": "P15D",
    "sous huit jours": "P8D",
    "sous quinzaine": "P15D",
    "2 mois": "P2M",
    "après 1 jour 12 heures": "P1DT12H",
    "dans un délai de 10 minutes": "PT10M",
    "un an": "P1Y",
    "un trimestre": "P3M",
    "J+3": "P3D",
    "30 j": "P30D",
    "le lendemain": "P1D",
    "jour ouvré suivant": "${jours_ouvres(1)}",
    "within 2 days": "P2D",
    "after 14 days deadline": "P14D",
    "5 business days": "${jours_ouvres(5)}",
    "one week later": "P7D",
    "Guest did not appear after 5 min": "PT5M",
    "next day": "P1D",
    "2 working days": "${jours_ouvres(2)}",
    "90 seconds": "PT1M30S",
    "nach 3 Tagen": "P3D",
    "zwei Werktage": "${jours_ouvres(2)}",
    "1 Woche": "P7D",
    "nach 24 Stunden": "P1D",
    "30 Min.": "PT30M",
    "in einem Monat": "P1M",
    "P3D": "P3D",
    "PT15M": "PT15M",
    "fin du mois": LAST_OF_MONTH,
    "end of month": LAST_OF_MONTH,
    "Monatsende": LAST_OF_MONTH,
    "le 31/12/2026": "2026-12-31T00:00:00",
    "15 mars 2027": "2027-03-15T00:00:00",
    "March 15, 2027": "2027-03-15T00:00:00",
    "am 1. Mai 2027": "2027-05-01T00:00:00",
    "2027-02-01": "2027-02-01T00:00:00",
    "tous les 7 jours": "R/P7D",
    "chaque semaine": "R/P7D",
    "every 2 days": "R/P2D",
    "alle 3 Tage": "R/P3D",
    "täglich": "R/P1D",
    "jeden Montag": "R/P7D",
    "quotidien": "R/P1D",
    "monthly": "R/P1M",
    "toutes les heures": "R/PT1H",
}


@pytest.mark.parametrize(("label", "text"), DELAYS.items(), ids=DELAYS.keys())
def test_a_label_tells_a_time(label: str, text: str) -> None:
    delay = read_delay(label)
    assert delay is not None
    assert delay.text == text


@pytest.mark.parametrize(
    "label", ["Délai dépassé", "Timeout", "", "bientôt", "31/31/2026", "étape 3", "article 12", "Frist abgelaufen"]
)
def test_a_label_that_tells_no_time_is_not_guessed(label: str) -> None:
    assert read_delay(label) is None


ACTS = {
    "Signer la réponse": "signer",
    "Signature de la lettre": "signer",
    "Sign letter": "signer",
    "Antwort unterschreiben": "signer",
    "Valider le projet": "valider",
    "Faire valider par le chef": "valider",
    "Approve request": "valider",
    "Antrag genehmigen": "valider",
    "Rédiger la réponse": "rediger",
    "Préparer le courrier": "rediger",
    "Draft answer": "rediger",
    "Antwort verfassen": "rediger",
    "Donner un avis": "avis",
    "Viser le projet": "viser",
    "VISA DU DIRECTEUR": "viser",
    "Annoter": "annoter",
    "Expédier le recommandé": "expedier",
    "Send reply": "expedier",
    "Brief versenden": "expedier",
    "Qualifier la demande": "qualifier",
    "Vérifier l’identité": "",
    "Préparer la salle": "",
    "": "",
    "Check invoice": "",
    "Informer le signataire": "",
}


@pytest.mark.parametrize(("label", "expected"), ACTS.items(), ids=ACTS.keys())
def test_a_verb_tells_the_act(label: str, expected: str) -> None:
    assert act(label) == expected


@pytest.mark.parametrize("text", ["${ok}", "= montant > 3", "montant > 1000", 'decision = "oui"', "#{a && b}", "not(ok)", "true"])
def test_these_are_expressions(text: str) -> None:
    assert is_expression(text)


@pytest.mark.parametrize(
    "text", ["oui", "Yes", "montant élevé", "> 1000 €", "plus de 1000 €", "Accepté (avec réserve)", "ja/nein", "a = = b"]
)
def test_these_are_words(text: str) -> None:
    assert not is_expression(text)
