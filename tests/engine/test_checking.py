"""The token game over small circuits: what is stuck, what turns, what comes twice, each with a way that shows it."""

from engine.checking import Known, check
from engine.drawing import read
from engine.findings import Finding
from tests.engine.sketches import HERE


def _found(key: str, known: Known | None = None) -> dict[str, Finding]:
    drawing = read((HERE / f"{key}.bpmn").read_bytes())
    return {one.rule: one for one in check(drawing, known=known or Known())}


def _drawn(inside: str, *flows: str) -> dict[str, Finding]:
    """`flows` are told as a-b, in the order of their ids f0, f1…; a label follows after a colon."""
    written = ""
    for n, flow in enumerate(flows):
        ends, _, label = flow.partition(":")
        source, _, target = ends.partition("-")
        written += f'<sequenceFlow id="f{n}" name="{label}" sourceRef="{source}" targetRef="{target}"/>'
    head = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">'
    text = f"{head}{inside}{written}</process></definitions>"
    return {one.rule: one for one in check(read(text.encode()), known=Known())}


def test_a_join_that_waits_for_ever_is_told_with_the_choice_that_dooms_it() -> None:
    fault = _found("refus-bloque-la-jonction")["attente-sans-fin"]
    assert fault.level == "erreur"
    assert fault.element == "jonction"
    assert fault.message.startswith("Si «Refuser» est choisi, la jonction «Fin des visas» attend pour toujours")
    assert fault.path == ("si «Refuser» est choisi",)


def test_a_join_that_can_never_fire_is_told_without_a_choice() -> None:
    fault = _found("ou-puis-et")["attente-toujours"]
    assert fault.level == "erreur"
    assert fault.element == "fusion"


def test_a_join_behind_a_stuck_join_is_not_told() -> None:
    found = _drawn(
        '<startEvent id="s"/><exclusiveGateway id="x" name="Choix"/><task id="a"/><task id="b"/>'
        '<parallelGateway id="j" name="J"/>'
        '<parallelGateway id="k" name="K"/><task id="c"/><parallelGateway id="p"/><endEvent id="e"/>',
        "s-p",
        "p-x",
        "p-c",
        "x-a:oui",
        "x-b:non",
        "a-j",
        "b-j",
        "j-k",
        "c-k",
        "k-e",
    )
    assert found["attente-toujours"].element == "j"


def test_an_inclusive_join_waits_only_for_what_can_still_come() -> None:
    assert set(_found("choix-multiple")) == {"etape-sans-acteur"}


def test_a_loop_with_a_person_in_it_is_sound() -> None:
    assert set(_found("boucle-de-correction")) == {"etape-sans-acteur"}


def test_a_loop_that_nobody_leaves_is_told() -> None:
    fault = _found("boucle-sans-sortie")["sans-issue"]
    assert fault.level == "erreur"
    assert fault.element == "a"


def test_a_loop_of_gateways_alone_is_told() -> None:
    assert _found("boucle-automatique")["boucle-sans-fin"].level == "erreur"


def test_a_loop_with_a_service_may_end_and_is_only_a_warning() -> None:
    found = _drawn(
        '<startEvent id="s"/><serviceTask id="a" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" camunda:type="external"'
        ' camunda:topic="t"/><exclusiveGateway id="x" default="f3"/><endEvent id="e"/>',
        "s-a",
        "a-x",
        "x-a:${again}",
        "x-e",
    )
    assert "boucle-sans-fin" not in found


def test_a_step_run_twice_is_told_and_reminders_are_not() -> None:
    assert _found("et-puis-ou")["etape-en-double"].element == "c"
    assert "etape-en-double" not in _found("delai-ecrit")


def test_a_terminate_end_takes_the_other_branch_away() -> None:
    assert set(_found("fin-terminale")) == {"etape-sans-acteur"}


def test_each_sub_process_is_played_on_its_own() -> None:
    found = _drawn(
        '<startEvent id="s"/><subProcess id="sub"><startEvent id="i"/><task id="t" name="T"/><exclusiveGateway id="x"/>'
        '<task id="a"/>'
        '<task id="b"/><parallelGateway id="j" name="Fin"/><endEvent id="z"/></subProcess><endEvent id="e"/>',
        "s-sub",
        "sub-e",
        "i-t",
        "t-x",
        "x-a:oui",
        "x-b:non",
        "a-j",
        "b-j",
        "j-z",
    )
    assert found["attente-toujours"].element == "j"


def test_an_interrupting_border_leaves_a_join_waiting() -> None:
    found = _drawn(
        '<startEvent id="s"/><parallelGateway id="p"/><task id="a" name="A"/><task id="b" name="B"/>'
        '<parallelGateway id="j" name="J"/>'
        '<endEvent id="e"/><boundaryEvent id="t" name="2 jours" attachedToRef="a"><timerEventDefinition/></boundaryEvent>'
        '<endEvent id="f"/>',
        "s-p",
        "p-a",
        "p-b",
        "a-j",
        "b-j",
        "j-e",
        "t-f",
    )
    assert found["attente-sans-fin"].message.startswith("Si «2 jours» survient, la jonction «J» attend pour toujours")


def test_all_that_is_unknown_is_told_at_once() -> None:
    known = Known(
        groups=frozenset({"direction"}),
        forms=frozenset(),
        decisions=frozenset(),
        circuits=frozenset(),
        topics=frozenset(),
        functions=frozenset(),
    )
    drawing = read((HERE / "services-de-la-mairie.bpmn").read_bytes())
    found = [(one.rule, one.element) for one in check(drawing, known=known)]
    assert found == [
        ("service-inconnu", "ar"),
        ("decision-inconnue", "orienter"),
        ("formulaire-inconnu", "instruire"),
        ("circuit-inconnu", "avis"),
        ("service-inconnu", "envoi"),
    ]
    assert _found("delai-ecrit", known)["fonction-inconnue"].values["function"] == "jours_ouvres"
    assert _found("delai-ecrit", known)["groupe-inconnu"].level == "avertissement"


def test_groups_are_known_whatever_their_accents() -> None:
    found = _found("couloirs", Known(groups=frozenset({"bureau d'ordre", "URBANISME", "direction"})))
    assert "groupe-inconnu" not in found


def test_a_name_that_nobody_gives_is_told() -> None:
    found = _found("conditions-sans-defaut", Known(names=frozenset({"montant"})))
    assert found["nom-inconnu"].values["unknown"] == "decision"
    assert "nom-inconnu" not in _found("conditions-sans-defaut", Known(names=frozenset({"decision"})))
    assert "nom-inconnu" not in _found("services-de-la-mairie", Known(names=frozenset()))


def test_a_delay_over_the_legal_one_is_told() -> None:
    found = _found("delai-ecrit", Known(legal_days=10))["delai-trop-long"]
    assert (found.element, found.values["days"]) == ("r3", 14)
    assert "delai-trop-long" not in _found("delai-ecrit", Known(legal_days=60))


def test_a_call_of_a_java_bean_is_named_with_its_element() -> None:
    source = (HERE / "acteur-nomme.bpmn").read_text()
    source = source.replace('camunda:assignee="', 'camunda:assignee="#{annuaire.chef(bureau)}" x="', 1)
    found = {one.rule: one for one in check(read(source.encode()), known=Known())}
    assert (found["methode-java"].level, found["methode-java"].values) == ("erreur", {"method": "annuaire.chef"})
