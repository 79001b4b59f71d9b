"""What each drawing of the zoo becomes: every warning and every fault at its element, and whether it may be deployed."""

import pytest

from engine.checking import Known, check
from engine.drawing import read
from tests.engine.draw import Writer
from tests.engine.sketches import HERE, Sketch, sketches

FORMS = ("qualifier", "annoter", "rediger", "avis", "viser", "valider", "signer", "expedier")
TOPICS = ("courrier.accuser_reception", "courrier.relancer", "courrier.expedier")
KNOWN = Known(
    forms=frozenset(FORMS),
    decisions=frozenset({"orientation"}),
    circuits=frozenset({"demande_avis"}),
    topics=frozenset(TOPICS),
    functions=frozenset({"jours_ouvres", "aujourdhui"}),
)
ZOO = {sketch.key: sketch for sketch in sketches()}


@pytest.mark.parametrize("sketch", ZOO.values(), ids=ZOO.keys())
def test_a_drawing_becomes_what_its_designer_meant(sketch: Sketch) -> None:
    drawing = read((HERE / f"{sketch.key}.bpmn").read_bytes(), known_forms=FORMS)
    found = [*drawing.findings, *check(drawing, known=KNOWN)]
    told = {(one.rule, one.element) for one in found}
    grave = {(one.rule, one.element) for one in found if one.level != "information" and one.rule != "etape-sans-acteur"}
    expected = {(rule, sketch.id(element)) for rule, element in sketch.expected}
    assert expected <= told
    assert grave <= expected
    assert any(one.level == "erreur" for one in found) == (sketch.outcome == "refuse")
    assert all(one.message and one.element is not None for one in found)


def test_the_files_of_the_zoo_are_those_its_script_writes() -> None:
    for sketch in ZOO.values():
        assert (HERE / f"{sketch.key}.bpmn").read_bytes() == Writer(sketch).write(), sketch.key
