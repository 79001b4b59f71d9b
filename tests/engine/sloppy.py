"""Draws diagrams at random in the habits of people: well meant, labelled in words, with things forgotten."""

from random import Random
from xml.sax.saxutils import quoteattr

STEPS = (
    "Enregistrer le courrier",
    "Qualifier",
    "Rédiger la réponse",
    "Viser le projet",
    "Valider",
    "Signer la lettre",
    "Expédier",
    "Check invoice",
    "Send answer",
    "Prüfen",
    "Antwort unterschreiben",
    "Contacter l’usager\nau téléphone",
    "",
)
TASKS = (
    "task",
    "task",
    "task",
    "userTask",
    "userTask",
    "manualTask",
    "serviceTask",
    "sendTask",
    "receiveTask",
    "scriptTask",
    "businessRuleTask",
    "callActivity",
)
WAITS = ("message", "message", "timer", "timer", "signal", "conditional", "")
TIMES = ("48 h", "5 jours ouvrés", "after 2 days", "nach 3 Tagen", "sous 3 semaines", "fin du mois", "Délai dépassé", "")
ANSWERS = (("oui", "non"), ("Yes", "No"), ("Ja", "Nein"), ("Accordé", "Refusé"), ("", ""), ("ok", ""))


class Sketch:
    """One drawing in the making: blocks are laid one after another, then things go wrong."""

    def __init__(self, rnd: Random) -> None:
        self.rnd = rnd
        self.count = 0
        self.body: list[str] = []
        self.flows: list[list[str]] = []
        self.parents: list[list[str]] = []

    def fresh(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}-{self.count}"

    def node(self, tag: str, name: str = "", inside: str = "", **attributes: str) -> str:
        identifier = self.fresh("sid")
        given = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
        self.body.append(f"<{tag} id={quoteattr(identifier)} name={quoteattr(name)}{given}>{inside}</{tag}>")
        return identifier

    def flow(self, source: str, target: str, name: str = "") -> None:
        self.flows.append([self.fresh("fl"), source, target, name])

    def event(self, tag: str, kind: str, name: str = "", **attributes: str) -> str:
        inside = f"<{kind}EventDefinition/>" if kind else ""
        return self.node(
            tag, name or (self.rnd.choice(TIMES) if kind == "timer" else self.rnd.choice(STEPS)), inside, **attributes
        )

    def step(self) -> tuple[str, str]:
        rnd = self.rnd
        loop = rnd.choice(("",) * 12 + ("<standardLoopCharacteristics/>", "<multiInstanceLoopCharacteristics/>"))
        one = self.node(rnd.choice(TASKS), rnd.choice(STEPS), loop)
        if rnd.random() < 0.15:
            kind = rnd.choice(("timer", "timer", "message", "error", "escalation", "signal", "conditional", "compensate"))
            border = self.event("boundaryEvent", kind, attachedToRef=one, cancelActivity=rnd.choice(("true", "false")))
            if rnd.random() < 0.8:
                entry, _ = self.step()
                self.flow(border, entry)
        return one, one

    def block(self, depth: int) -> tuple[str, str]:
        """A piece with one way in and one way out."""
        kind = self.rnd.choice(("step", "step", "step", "line", "line", "xor", "xor", "and", "or", "race", "loop", "wait", "sub"))
        if depth <= 0 or kind == "step":
            return self.step()
        return getattr(self, kind)(depth - 1)

    def line(self, depth: int) -> tuple[str, str]:
        first, last = self.block(depth)
        for _ in range(self.rnd.randint(1, 3)):
            entry, out = self.block(depth)
            self.flow(last, entry)
            last = out
        return first, last

    def wait(self, depth: int) -> tuple[str, str]:  # noqa: ARG002
        one = self.event(self.rnd.choice(("intermediateCatchEvent", "intermediateThrowEvent")), self.rnd.choice(WAITS))
        return one, one

    def branches(self, depth: int, gateway: str, labels: tuple[str, ...], join: str) -> tuple[str, str]:
        split, merge = self.node(gateway, self.rnd.choice(("", "Accord ?", "Complete?"))), self.node(join)
        for label in labels:
            if self.rnd.random() < 0.2:
                self.flow(split, merge, label)
                continue
            entry, out = self.block(depth)
            self.flow(split, entry, label)
            self.flow(out, merge)
        return split, merge

    def xor(self, depth: int) -> tuple[str, str]:
        return self.branches(depth, "exclusiveGateway", self.rnd.choice(ANSWERS), "exclusiveGateway")

    def both(self, depth: int, tag: str) -> tuple[str, str]:
        return self.branches(depth, tag, ("",) * self.rnd.randint(2, 3), tag)

    def __getattr__(self, name: str) -> object:
        if name == "and":
            return lambda depth: self.both(depth, "parallelGateway")
        if name == "or":
            return lambda depth: self.both(depth, "inclusiveGateway")
        raise AttributeError(name)

    def race(self, depth: int) -> tuple[str, str]:
        gateway, merge = self.node("eventBasedGateway"), self.node("exclusiveGateway")
        for _ in range(self.rnd.randint(1, 3)):
            event = self.event("intermediateCatchEvent", self.rnd.choice(("message", "timer", "signal")))
            entry, out = self.block(depth)
            self.flow(gateway, event)
            self.flow(event, entry)
            self.flow(out, merge)
        return gateway, merge

    def loop(self, depth: int) -> tuple[str, str]:
        merge, split = self.node("exclusiveGateway"), self.node("exclusiveGateway", "Encore ?")
        entry, out = self.block(depth)
        self.flow(merge, entry)
        self.flow(out, split)
        self.flow(split, merge, "oui")
        last = self.node("task", "Continuer")
        self.flow(split, last, "non")
        return merge, last

    def sub(self, depth: int) -> tuple[str, str]:
        outer, self.body = self.body, []
        flows, self.flows = self.flows, []
        self.whole(depth)
        inside = "".join(self.body) + self.drawn_flows()
        self.body, self.flows = outer, flows
        tag = self.rnd.choice(("subProcess", "subProcess", "transaction"))
        one = self.node(tag, "Sous-processus", inside)
        if self.rnd.random() < 0.3:
            border = self.event("boundaryEvent", self.rnd.choice(("timer", "message", "error")), attachedToRef=one)
            entry, _ = self.step()
            self.flow(border, entry)
        return one, one

    def whole(self, depth: int) -> None:
        rnd = self.rnd
        entry, out = self.line(depth)
        for _ in range(rnd.choice((0, 1, 1, 1, 1, 1, 2))):
            self.flow(self.event("startEvent", rnd.choice(("", "", "message", "timer"))), entry)
        if rnd.random() < 0.85:
            self.flow(out, self.event("endEvent", rnd.choice(("", "", "", "message", "terminate", "signal", "error"))))
        self.slip()

    def slip(self) -> None:
        """What hands do: an arrow to nowhere, a forgotten step, two arrows out of a box, a jump back."""
        rnd = self.rnd
        if rnd.random() < 0.15:
            self.flow(self.flows[-1][1], "nowhere")
        if rnd.random() < 0.15:
            self.node("task", "Oubliée")
        if rnd.random() < 0.2 and self.flows:
            one = rnd.choice(self.flows)
            extra = self.node("task", "En plus")
            self.flow(one[1], extra)

    def drawn_flows(self) -> str:
        return "".join(
            f"<sequenceFlow id={quoteattr(i)} sourceRef={quoteattr(s)} targetRef={quoteattr(t)} name={quoteattr(n)}/>"
            for i, s, t, n in self.flows
        )


def sloppy(seed: int) -> bytes:
    """One random drawing; the same for the same `seed`."""
    sketch = Sketch(Random(seed))
    sketch.whole(sketch.rnd.randint(1, 3))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x">'
        f'<process id="p{seed}" name="Essai {seed}">{"".join(sketch.body)}{sketch.drawn_flows()}</process></definitions>'
    ).encode()
