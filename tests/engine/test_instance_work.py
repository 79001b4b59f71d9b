"""Steps done several times, sub-processes, called circuits, services that fail."""

from tests.engine.memory import NOW, Run
from tests.engine.office import border, draw, service, user


def inner(identifier: str, inside: str, more: str = "") -> str:
    return f'<bpmn:subProcess id="{identifier}" {more}>{inside}</bpmn:subProcess>'


STUDY = (
    '<bpmn:startEvent id="d1"/>' + user("etudier") + user("conclure") + '<bpmn:endEvent id="f1"/>'
    '<bpmn:sequenceFlow id="i1" sourceRef="d1" targetRef="etudier"/>'
    '<bpmn:sequenceFlow id="i2" sourceRef="etudier" targetRef="conclure"/>'
    '<bpmn:sequenceFlow id="i3" sourceRef="conclure" targetRef="f1"/>'
)


def test_each_time_of_a_repeated_sub_process_has_data_of_its_own() -> None:
    loop = (
        '<bpmn:multiInstanceLoopCharacteristics camunda:collection="bureaux" camunda:elementVariable="un_bureau"/>'
    )
    source = draw(
        f"""
        <bpmn:startEvent id="debut"/>
        {inner("instruire", STUDY + loop)}
        <bpmn:endEvent id="fin"/>
        debut -> instruire
        instruire -> fin
        """
    )
    run = Run(source, bureaux=["voirie", "finances"])
    assert run.open == ["etudier", "etudier"]
    run.do("etudier", 0, note=1).do("etudier", 0, note=2)
    notes = [run.circuit.seen(token) for token in run.circuit.opened()]
    assert [(one["un_bureau"], one["note"]) for one in notes] == [("voirie", 1), ("finances", 2)]
    assert run.do("conclure").do("conclure").circuit.ended


def test_a_delay_takes_a_whole_sub_process_away() -> None:
    source = draw(
        f"""
        <bpmn:startEvent id="debut"/>
        {inner("instruire", STUDY)}
        {border("trop_tard", "instruire", "P30D", interrupting=True)}
        {user("escalader")}
        <bpmn:endEvent id="fin"/>
        <bpmn:endEvent id="fin2"/>
        debut -> instruire
        instruire -> fin
        trop_tard -> escalader
        escalader -> fin2
        """
    )
    run = Run(source).do("etudier")
    assert run.open == ["conclure"]
    assert run.fire("trop_tard").open == ["escalader"]
    assert run.do("escalader").circuit.ended
    assert Run(source).do("etudier").do("conclure").circuit.ended


def test_a_called_circuit_shares_the_data_and_keeps_its_own_names() -> None:
    called = draw(
        f"""
        <bpmn:startEvent id="debut"/>
        {inner("instruire", STUDY)}
        <bpmn:endEvent id="fin"/>
        debut -> instruire
        instruire -> fin
        """,
        key="etude",
    )
    source = draw(
        f"""
        <bpmn:startEvent id="debut"/>
        {inner("instruire", STUDY.replace("etudier", "lire").replace("conclure", "resumer"))}
        <bpmn:callActivity id="appel" calledElement="etude"><bpmn:extensionElements>
        <camunda:in source="objet" target="sujet"/><camunda:out source="conclusion" target="reponse"/>
        </bpmn:extensionElements></bpmn:callActivity>
        {user("signer")}
        <bpmn:endEvent id="fin"/>
        debut -> instruire
        instruire -> appel
        appel -> signer
        signer -> fin
        """.replace("\n        <camunda", "<camunda").replace("\n        </bpmn:ext", "</bpmn:ext")
    )
    run = Run(source, called={"etude": called}, objet="permis")
    assert run.do("lire").do("resumer").open == ["etudier"]
    assert run.data["sujet"] == "permis"
    assert run.do("etudier", conclusion="accord").do("conclure").open == ["signer"]
    assert run.data["reponse"] == "accord"
    assert run.do("signer").circuit.ended


def test_a_service_that_fails_waits_until_it_is_retried_or_skipped() -> None:
    source = draw(
        f"""
        <bpmn:startEvent id="debut"/>
        {user("lire")}
        {service("expedier")}
        {user("classer")}
        <bpmn:endEvent id="fin"/>
        debut -> lire
        lire -> expedier
        expedier -> classer
        classer -> fin
        """
    )
    run = Run(source)
    run.failing = {"expedier"}
    run.do("lire")
    (token,) = run.circuit.faults()
    assert "la machine est en panne" in run.causes[0]
    run.restore()
    run.circuit.retry(token)
    assert run.causes
    run.restore()
    run.circuit.skip(token)
    assert (run.open, run.calls, run.causes) == (["classer"], [], [])


def test_a_failure_that_was_foreseen_takes_its_own_way() -> None:
    source = draw(
        f"""
        <bpmn:startEvent id="debut"/>
        {service("expedier")}
        <bpmn:boundaryEvent id="echec" attachedToRef="expedier"><bpmn:errorEventDefinition/></bpmn:boundaryEvent>
        {user("poster")}
        {user("classer")}
        <bpmn:endEvent id="fin"/>
        <bpmn:endEvent id="fin2"/>
        debut -> lire
        lire -> expedier
        expedier -> classer
        classer -> fin
        echec -> poster
        poster -> fin2
        {user("lire")}
        """
    )
    run = Run(source)
    run.failing = {"expedier"}
    run.do("lire")
    assert (run.open, run.causes) == (["poster"], [])
    assert run.do("poster").circuit.ended
    assert Run(source).do("lire").open == ["classer"]


def reminded(cycle: str) -> Run:
    """A step that is reminded again and again."""
    return Run(draw(
        f"""
        <bpmn:startEvent id="debut"/>
        {user("repondre")}
        {border("rappel", "repondre", cycle, kind="timeCycle")}
        {service("relancer")}
        <bpmn:endEvent id="fin"/>
        <bpmn:endEvent id="fin2"/>
        debut -> repondre
        repondre -> fin
        rappel -> relancer
        relancer -> fin2
        """
    ))


def test_a_repeated_reminder_leaves_the_step_and_ends_with_its_count() -> None:
    run = reminded("R3/P1D")
    for count in (1, 2, 3):
        run.fire("rappel")
        assert (run.calls, run.open) == (["relancer"] * count, ["repondre"])
    assert run.timers == {}
    assert run.do("repondre").circuit.ended


def test_missed_reminders_are_one() -> None:
    run = reminded("R/PT1H")
    run.now = NOW.replace(day=21, hour=10, minute=45)
    run.fire("rappel")
    assert run.calls == ["relancer"]
    assert run.timers == {"rappel": NOW.replace(day=21, hour=11)}


def test_first_of_two_delays_takes_the_other_away() -> None:
    def wait(identifier: str, delay: str) -> str:
        definition = f"<bpmn:timerEventDefinition><bpmn:timeDuration>{delay}</bpmn:timeDuration></bpmn:timerEventDefinition>"
        return f'<bpmn:intermediateCatchEvent id="{identifier}">{definition}</bpmn:intermediateCatchEvent>'

    source = draw(
        f"""
        <bpmn:startEvent id="debut"/>
        <bpmn:eventBasedGateway id="attendre"/>
        {wait("court", "P2D")}
        {wait("long", "P9D")}
        {user("a")}
        {user("b")}
        <bpmn:endEvent id="fin"/>
        <bpmn:endEvent id="fin2"/>
        debut -> attendre
        attendre -> court
        attendre -> long
        court -> a
        long -> b
        a -> fin
        b -> fin2
        """
    )
    run = Run(source, raw=True)
    assert sorted(run.timers) == ["court", "long"]
    assert run.fire("court").open == ["a"]
    assert run.timers == {}
    assert run.do("a").circuit.ended


def test_an_event_sub_process_listens_without_holding_the_end_back() -> None:
    listening = inner(
        "alerte",
        '<bpmn:startEvent id="quand" isInterrupting="false"><bpmn:timerEventDefinition><bpmn:timeDuration>P5D</bpmn:timeDuration>'
        "</bpmn:timerEventDefinition></bpmn:startEvent>" + service("prevenir") + '<bpmn:endEvent id="f9"/>'
        '<bpmn:sequenceFlow id="a1" sourceRef="quand" targetRef="prevenir"/>'
        '<bpmn:sequenceFlow id="a2" sourceRef="prevenir" targetRef="f9"/>',
        'triggeredByEvent="true"',
    )
    source = draw(
        f"""
        <bpmn:startEvent id="debut"/>
        {user("lire")}
        {listening}
        <bpmn:endEvent id="fin"/>
        debut -> lire
        lire -> fin
        """
    )
    assert Run(source, raw=True).do("lire").circuit.ended
    run = Run(source, raw=True).fire("quand")
    assert (run.calls, run.open) == (["prevenir"], ["lire"])
    assert run.do("lire").circuit.ended
    stopping = Run(source.replace(b'isInterrupting="false"', b""), raw=True).fire("quand")
    assert stopping.open == []
    assert stopping.circuit.ended


def test_names_that_the_library_keeps_for_itself_are_ours_to_use() -> None:
    source = draw(
        f"""
        <bpmn:startEvent id="Start"/>
        {user("Root")}
        <bpmn:endEvent id="End"/>
        Start -> Root
        Root -> End
        """
    )
    run = Run(source)
    (one,) = run.circuit.opened().values()
    assert one.element.saved == "Root"
    run.restore()
    run.circuit.complete(one.token, {})
    assert run.circuit.ended


def test_who_is_at_work_on_a_reminder_goes_on_when_the_step_it_was_about_is_done() -> None:
    source = draw(
        f"""
        <bpmn:startEvent id="debut"/>
        {user("instruire")}
        {border("relance", "instruire", "R3/P7D", kind="timeCycle")}
        {inner("rappeler", STUDY)}
        <bpmn:endEvent id="fin"/>
        <bpmn:endEvent id="fin2"/>
        debut -> instruire
        instruire -> fin
        relance -> rappeler
        rappeler -> fin2
        """
    )
    run = Run(source).fire("relance").fire("relance").do("etudier").do("instruire")
    assert run.open == ["conclure", "etudier"]
    assert run.timers == {}
    run.do("conclure").do("etudier")
    assert not run.circuit.ended
    assert run.do("conclure").circuit.ended


def test_a_sub_process_in_a_sub_process_in_another_runs() -> None:
    deep = STUDY
    for name in ("coeur", "milieu", "exterieur"):
        deep = f'<bpmn:startEvent id="avant_{name}"/>{inner(name, deep)}'
        deep += f'<bpmn:sequenceFlow id="vers_{name}" sourceRef="avant_{name}" targetRef="{name}"/>'
    run = Run(draw(deep))
    assert run.do("etudier").do("conclure").circuit.ended
