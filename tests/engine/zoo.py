"""A zoo of circuits with every shape that a state must survive."""

import itertools

from tests.engine.memory import Run
from tests.engine.office import border, draw, service, user

START = '<bpmn:startEvent id="debut"/>'
END = '<bpmn:endEvent id="fin"/>'


def inner(identifier: str, steps: list[str], more: str = "", attributes: str = "") -> str:
    """A sub-process of user tasks in a line."""
    way = [f"{identifier}_d", *steps, f"{identifier}_f"]
    flows = "".join(
        f'<bpmn:sequenceFlow id="{identifier}_{rank}" sourceRef="{a}" targetRef="{b}"/>'
        for rank, (a, b) in enumerate(itertools.pairwise(way))
    )
    ends = f'<bpmn:startEvent id="{identifier}_d"/><bpmn:endEvent id="{identifier}_f"/>'
    return f'<bpmn:subProcess id="{identifier}" {attributes}>{ends}{"".join(map(user, steps))}{flows}{more}</bpmn:subProcess>'


def several(sequential: bool) -> str:
    """Visas of a list of people, until one refuses."""
    return user(
        "viser",
        'camunda:assignee="${viseur}"',
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}" camunda:collection="viseurs"'
        ' camunda:elementVariable="viseur"><bpmn:completionCondition>${refus = true}</bpmn:completionCondition>'
        "</bpmn:multiInstanceLoopCharacteristics>",
    )


def line(*nodes: str, names: list[str], more: str = "") -> bytes:
    """Nodes in a line from start to end."""
    way = ["debut", *names, "fin"]
    arrows = "\n".join(f"{a} -> {b}" for a, b in itertools.pairwise(way))
    return draw("\n".join([START, *nodes, END, arrows, more]))


TIMES = '<bpmn:multiInstanceLoopCharacteristics camunda:collection="bureaux" camunda:elementVariable="un_bureau"/>'
REMINDER = f'{border("rappel", "a", "R4/P1D", kind="timeCycle")}\n{service("relancer")}\n<bpmn:endEvent id="fin2"/>'
CALLED = line(inner("etude", ["etudier", "conclure"]), user("relire"), names=["etude", "relire"])
LOOP = '<bpmn:standardLoopCharacteristics loopMaximum="3"><bpmn:loopCondition>${encore = true}</bpmn:loopCondition>'

CIRCUITS: dict[str, bytes] = {
    "visas": draw(
        f"""
        {START}
        <bpmn:exclusiveGateway id="entree"/>
        <bpmn:parallelGateway id="fourche"/>
        {user("a")}
        {user("b")}
        <bpmn:parallelGateway id="jonction"/>
        {user("decider")}
        <bpmn:exclusiveGateway id="choix" default="choix_fin"/>
        {END}
        debut -> entree
        entree -> fourche
        fourche -> a
        fourche -> b
        a -> jonction
        b -> jonction
        jonction -> decider
        decider -> choix
        choix -> entree : ${{refus = true}}
        choix -> fin
        """
    ),
    "plusieurs": draw(
        f"""
        {START}
        <bpmn:inclusiveGateway id="qui" default="qui_c"/>
        {user("a")}
        {user("b")}
        {user("c")}
        <bpmn:inclusiveGateway id="jonction"/>
        {END}
        debut -> qui
        qui -> a : ${{true}}
        qui -> b : ${{refus = null}}
        qui -> c
        a -> jonction
        b -> jonction
        c -> jonction
        jonction -> fin
        """
    ),
    "paralleles": line(several(False), user("signer"), names=["viser", "signer"]),
    "successifs": line(several(True), user("signer"), names=["viser", "signer"]),
    "sous_processus": line(inner("etude", ["a", "b"]), user("signer"), names=["etude", "signer"]),
    "repetes": line(inner("etude", ["a", "b"], TIMES), user("signer"), names=["etude", "signer"]),
    "voisins": draw(
        f"""
        {START}
        <bpmn:parallelGateway id="fourche"/>
        {user("a")}
        {user("b")}
        {inner("etude", ["c", "d"])}
        {inner("visite", ["e", "f"], TIMES)}
        {inner("calcul", ["g"])}
        {END}
        debut -> fourche
        fourche -> a
        fourche -> b
        fourche -> calcul
        a -> etude
        b -> visite
        etude -> fin
        visite -> fin
        calcul -> fin
        """
    ),
    "interrompu": line(
        inner("etude", ["a", "b"]), border("tard", "etude", "P9D", interrupting=True), user("c"), '<bpmn:endEvent id="fin2"/>',
        names=["etude"], more="tard -> c\nc -> fin2",
    ),
    "rappels": line(user("a"), REMINDER, user("b"), names=["a", "b"], more="rappel -> relancer\nrelancer -> fin2"),
    "appel": line('<bpmn:callActivity id="appel" calledElement="etude"/>', user("signer"), names=["appel", "signer"]),
    "boucle": line(user("a", "", LOOP + "</bpmn:standardLoopCharacteristics>"), user("b"), names=["a", "b"]),
    "ecoute": line(
        user("a"),
        inner("alerte", ["c"], attributes='triggeredByEvent="true"').replace(
            '<bpmn:startEvent id="alerte_d"/>',
            '<bpmn:startEvent id="alerte_d" isInterrupting="false"><bpmn:timerEventDefinition>'
            "<bpmn:timeDuration>P2D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:startEvent>",
        ),
        names=["a"],
    ),
}  # fmt: skip


def run(name: str) -> Run:
    """A new instance of one of the circuits."""
    called = {"etude": CALLED} if name == "appel" else None
    people, bureaux = ["paul", "zoe", "omar"], ["voirie", "finances"]
    return Run(CIRCUITS[name], called=called, raw=name == "ecoute", viseurs=people, bureaux=bureaux)
