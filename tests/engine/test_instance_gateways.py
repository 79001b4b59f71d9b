"""Joins count the tokens that are there, loops end, and no diagram makes the engine fall."""

import itertools

import pytest

from tests.engine.memory import Run
from tests.engine.office import border, draw, service, user

START = '<bpmn:startEvent id="debut"/>'
END = '<bpmn:endEvent id="fin"/>'


def gateway(kind: str, identifier: str, more: str = "") -> str:
    return f'<bpmn:{kind}Gateway id="{identifier}" {more}/>'


def visas(*, returns: bool = False) -> bytes:
    """Two visas at once, then a decision that may send both back."""
    return draw(
        f"""
        {START}
        {gateway("exclusive", "entree")}
        {gateway("parallel", "fourche")}
        {user("voirie")}
        {user("finances")}
        {gateway("parallel", "jonction")}
        {user("decider")}
        {gateway("exclusive", "choix", 'default="choix_fin"')}
        {END}
        debut -> entree
        entree -> fourche
        fourche -> voirie
        fourche -> finances
        voirie -> jonction
        finances -> jonction
        jonction -> decider
        decider -> choix
        choix -> entree : ${{refaire = true}}
        choix -> fin
        """
    )


def test_a_join_waits_for_both() -> None:
    run = Run(visas())
    assert sorted(run.open) == ["finances", "voirie"]
    assert run.do("voirie").open == ["finances"]
    assert run.do("finances").open == ["decider"]
    assert run.do("decider").circuit.ended


@pytest.mark.parametrize("first", ["voirie", "finances"])
def test_a_join_in_a_loop_waits_for_both_each_time_whoever_comes_first(first: str) -> None:
    run = Run(visas())
    run.do("voirie").do("finances").do("decider", refaire=True)
    other = {"voirie": "finances", "finances": "voirie"}[first]
    assert run.do(first).open == [other]
    assert run.do(other).open == ["decider"]
    assert run.do("decider", refaire=False).circuit.ended


def test_each_answer_is_kept_when_branches_join() -> None:
    run = Run(visas()).do("voirie", avis=["favorable"]).do("finances", avis=["reserve"])
    assert run.data["voirie_resultat"] == {"avis": ["favorable"], "par": "claire"}
    assert run.data["finances_resultat"] == {"avis": ["reserve"], "par": "claire"}


def test_an_inclusive_join_waits_only_for_who_was_asked() -> None:
    source = draw(
        f"""
        {START}
        {gateway("inclusive", "qui")}
        {user("voirie")}
        {user("finances")}
        {user("juridique")}
        {gateway("inclusive", "jonction")}
        {END}
        debut -> qui
        qui -> voirie : ${{list contains(bureaux, "voirie")}}
        qui -> finances : ${{list contains(bureaux, "finances")}}
        qui -> juridique : ${{list contains(bureaux, "juridique")}}
        voirie -> jonction
        finances -> jonction
        juridique -> jonction
        jonction -> fin
        """
    )
    run = Run(source, bureaux=["voirie", "juridique"])
    assert sorted(run.open) == ["juridique", "voirie"]
    assert run.do("voirie").open == ["juridique"]
    assert run.do("juridique").circuit.ended


def test_an_inclusive_join_waits_for_a_token_that_is_still_far() -> None:
    source = draw(
        f"""
        {START}
        {gateway("inclusive", "qui")}
        {user("court")}
        {user("long")}
        <bpmn:subProcess id="etude">
        <bpmn:startEvent id="e0"/>{user("etudier")}<bpmn:endEvent id="e9"/>
        <bpmn:sequenceFlow id="e1" sourceRef="e0" targetRef="etudier"/>
        <bpmn:sequenceFlow id="e2" sourceRef="etudier" targetRef="e9"/>
        </bpmn:subProcess>
        {gateway("inclusive", "jonction")}
        {user("apres")}
        {END}
        debut -> qui
        qui -> court : ${{true}}
        qui -> long : ${{true}}
        court -> jonction
        long -> etude
        etude -> jonction
        jonction -> apres
        apres -> fin
        """
    )
    run = Run(source).do("court").do("long")
    assert run.open == ["etudier"]
    assert run.do("etudier").open == ["apres"]
    assert run.do("apres").circuit.ended


def test_no_condition_that_holds_is_an_incident_of_that_token_alone() -> None:
    source = draw(
        f"""
        {START}
        {gateway("parallel", "fourche")}
        {user("lire")}
        {gateway("exclusive", "choix")}
        {user("oui")}
        {user("non")}
        <bpmn:endEvent id="fin1"/><bpmn:endEvent id="fin2"/><bpmn:endEvent id="fin3"/>
        debut -> fourche
        fourche -> lire
        fourche -> choix
        lire -> fin1
        choix -> oui : ${{reponse = "oui"}}
        choix -> non : ${{reponse = "non"}}
        oui -> fin2
        non -> fin3
        """
    )
    run = Run(source, raw=True, reponse="peut-être")
    assert run.open == ["lire"]
    (cause,) = run.causes
    assert "choix" in cause
    (token,) = run.circuit.faults()
    run.restore()
    run.circuit.skip(token, "choix_non")
    assert run.open == ["lire", "non"]
    assert run.causes == []


def test_a_condition_that_is_neither_true_nor_false_is_an_incident() -> None:
    source = draw(
        f"""
        {START}
        {gateway("exclusive", "choix", 'default="choix_fin"')}
        {user("relire")}
        {END}
        debut -> choix
        choix -> relire : ${{montant}}
        choix -> fin
        relire -> fin
        """
    )
    assert "ni vrai ni faux" in Run(source, montant=12).causes[0]
    assert Run(source, montant=None).circuit.ended


def test_a_loop_of_500_returns_costs_no_more_at_its_end() -> None:
    run = Run(visas())
    for _ in range(500):
        run.circuit.complete(run.token("voirie"), {})
        run.circuit.complete(run.token("finances"), {})
        run.circuit.complete(run.token("decider"), {"refaire": True})
    run.restore()
    assert len(run.circuit.workflow.tasks) < 500
    assert sorted(run.open) == ["finances", "voirie"]
    assert {"voirie", "finances", "decider"} <= set(run.circuit.workflow.history["done"])
    assert run.do("voirie").do("finances").do("decider", refaire=False).circuit.ended


def test_an_endless_automatic_loop_is_an_incident() -> None:
    source = draw(
        f"""
        {START}
        {gateway("exclusive", "encore")}
        {service("noter")}
        {gateway("exclusive", "choix", 'default="choix_encore"')}
        {END}
        debut -> encore
        encore -> noter
        noter -> choix
        choix -> encore
        choix -> fin : ${{assez = true}}
        """
    )
    run = Run(source, raw=True)
    assert "sans s’arrêter" in run.causes[0]
    (token,) = run.circuit.faults()
    run.restore()
    run.data["assez"] = True
    run.circuit.retry(token)
    assert run.circuit.ended


def test_fourteen_diamonds_in_a_row_stay_small() -> None:
    lines, before = [START, END], "debut"
    for rank in range(14):
        lines += [gateway("parallel", f"f{rank}"), user(f"a{rank}"), user(f"b{rank}"), gateway("parallel", f"j{rank}")]
        lines += [f"{before} -> f{rank}", f"f{rank} -> a{rank}", f"f{rank} -> b{rank}"]
        lines += [f"a{rank} -> j{rank}", f"b{rank} -> j{rank}"]
        before = f"j{rank}"
    run = Run(draw("\n".join([*lines, f"{before} -> fin"])))
    assert len(run.circuit.workflow.tasks) < 20
    for rank in range(14):
        run.do(f"b{rank}").do(f"a{rank}")
    assert run.circuit.ended


def test_nine_hundred_steps_in_a_line_are_parsed() -> None:
    steps = [f"s{rank}" for rank in range(900)]
    way = ["debut", *steps, "fin"]
    lines = [START, END, *map(service, steps), *(f"{a} -> {b}" for a, b in itertools.pairwise(way))]
    run = Run(draw("\n".join(lines)), raw=True)
    assert run.circuit.ended
    assert run.calls == steps


def test_a_token_lost_before_a_join_is_a_dead_instance() -> None:
    source = draw(
        f"""
        {START}
        {gateway("exclusive", "choix", 'default="choix_a"')}
        {user("a")}
        {user("b")}
        {gateway("parallel", "jonction")}
        {END}
        debut -> choix
        choix -> a
        choix -> b : ${{urgent = true}}
        a -> jonction
        b -> jonction
        jonction -> fin
        """
    )
    run = Run(source, raw=True).do("a")
    assert run.open == []
    assert not run.circuit.ended
    assert "jonction" in run.causes[0]


def test_an_interrupting_delay_takes_the_step_away() -> None:
    source = draw(
        f"""
        {START}
        {user("repondre")}
        {border("trop_tard", "repondre", "P8D", interrupting=True)}
        {user("escalader")}
        {END}
        <bpmn:endEvent id="fin2"/>
        debut -> repondre
        repondre -> fin
        trop_tard -> escalader
        escalader -> fin2
        """
    )
    run = Run(source)
    assert run.fire("trop_tard").open == ["escalader"]
    assert run.timers == {}
    assert run.do("escalader").circuit.ended
    assert Run(source).do("repondre").circuit.ended
