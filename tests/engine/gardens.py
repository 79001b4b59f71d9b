"""Circuits grown at random out of sound blocks, and the changes a designer makes to them: every one can be gone to its end."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random

from tests.engine.office import border, user

Block = "Step | Row | Fork"


@dataclass(frozen=True, kw_only=True)
class Step:
    """A user task, plain, with a delay on its border, asked of several people, or in a sub-process with its followers."""

    id: str
    delay: str = ""
    interrupting: bool = False
    several: str = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    """Blocks one after the other; `inside`: in a sub-process of that id."""

    blocks: tuple["Step | Row | Fork", ...]
    inside: str = ""


@dataclass(frozen=True, kw_only=True)
class Fork:
    """Branches: all of them (`parallel`), one (`exclusive`), some (`inclusive`)."""

    id: str
    kind: str
    branches: tuple["Step | Row | Fork", ...]


@dataclass(kw_only=True)
class Garden:
    """Grows and changes circuits; ids are never used twice."""

    chance: Random
    count: int = field(default=0)

    def fresh(self, prefix: str) -> str:
        """An id that no other block has."""
        self.count += 1
        return f"{prefix}{self.count}"

    def grow(self, depth: int = 2) -> Row:
        """A circuit."""
        return Row(blocks=tuple(self.block(depth) for _ in range(self.chance.randint(1, 3))))

    def block(self, depth: int) -> "Step | Row | Fork":
        """One block, at most `depth` deep."""
        kind = self.chance.choice(["step", "step", "fork", "fork", "inside"]) if depth else "step"
        if kind == "step":
            return self.step()
        if kind == "inside":
            return replace(self.grow(depth - 1), inside=self.fresh("etude"))
        branches = tuple(self.grow(depth - 1) for _ in range(self.chance.randint(2, 3)))
        return Fork(id=self.fresh("f"), kind=self.chance.choice(["parallel", "exclusive", "inclusive"]), branches=branches)

    def step(self) -> Step:
        """A step of some kind."""
        kind = self.chance.choice(["", "", "delay", "several"])
        if kind == "delay":
            return Step(id=self.fresh("s"), delay="P3D", interrupting=self.chance.random() < 0.5)
        return Step(id=self.fresh("s"), several=self.chance.choice(["false", "true"]) if kind else "")

    def change(self, row: Row, times: int) -> Row:
        """The same circuit after as many changes."""
        for _ in range(times):
            row = self._changed(row)
        return row

    def _changed(self, block: "Step | Row | Fork") -> "Row":
        assert isinstance(block, Row)
        blocks = list(block.blocks)
        rank = self.chance.randrange(len(blocks))
        inner = blocks[rank]
        if isinstance(inner, (Row, Fork)) and self.chance.random() < 0.6:
            blocks[rank] = self._deeper(inner)
            return replace(block, blocks=tuple(blocks))
        edit = self.chance.choice(["add", "add", "remove", "rename", "swap", "delay", "wrap", "branch"])
        if edit == "add":
            blocks.insert(rank, self.block(1))
        elif edit == "remove" and len(blocks) > 1:
            del blocks[rank]
        elif edit == "swap":
            self.chance.shuffle(blocks)
        elif isinstance(inner, Step) and edit in ("rename", "delay"):
            delay = "" if inner.delay else "P5D"
            blocks[rank] = replace(inner, id=self.fresh("s")) if edit == "rename" else replace(inner, delay=delay)
        elif edit == "wrap":
            blocks[rank] = Row(blocks=(inner,), inside=self.fresh("etude"))
        elif edit == "branch":
            beside = Row(blocks=(self.step(),))
            blocks[rank] = Fork(id=self.fresh("f"), kind="parallel", branches=(Row(blocks=(inner,)), beside))
        return replace(block, blocks=tuple(blocks))

    def _deeper(self, block: "Row | Fork") -> "Row | Fork":
        if isinstance(block, Row):
            return self._changed(block)
        branches = list(block.branches)
        rank = self.chance.randrange(len(branches))
        branches[rank] = self._changed(branches[rank])
        if self.chance.random() < 0.2:
            branches.append(Row(blocks=(self.step(),)))
        return replace(block, branches=tuple(branches))


def drawn(row: Row) -> bytes:
    """The circuit as BPMN."""
    body = _Writer().scope(row, "debut", "fin")
    return (
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
        ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="essai">'
        f'<bpmn:process id="essai" name="essai" isExecutable="true">{body}</bpmn:process></bpmn:definitions>'
    ).encode()


class _Writer:
    """Nodes and arrows of one circuit."""

    def scope(self, row: Row, begin: str, end: str) -> str:
        """The inside of a process."""
        nodes = [f'<bpmn:startEvent id="{begin}"/>', f'<bpmn:endEvent id="{end}"/>']
        return "".join([*nodes, *self._line(row, begin), flow(leaving(row), end)])

    def _line(self, row: Row, last: str) -> list[str]:
        written: list[str] = []
        for block in row.blocks:
            written += [flow(last, entry(block)), *self._block(block)]
            last = leaving(block)
        return written

    def _block(self, block: "Step | Row | Fork") -> list[str]:
        if isinstance(block, Step):
            return list(_step(block))
        if isinstance(block, Fork):
            return self._fork(block)
        if block.inside:
            inside = self.scope(replace(block, inside=""), f"{block.inside}_d", f"{block.inside}_f")
            return [f'<bpmn:subProcess id="{block.inside}">{inside}</bpmn:subProcess>']
        head, *others = block.blocks
        return [*self._block(head), *self._line(Row(blocks=tuple(others)), leaving(head))]

    def _fork(self, block: Fork) -> list[str]:
        split, join = entry(block), leaving(block)
        default = f' default="{split}_{entry(block.branches[0])}"' if block.kind != "parallel" else ""
        tag = f"bpmn:{block.kind}Gateway"
        written = [f'<{tag} id="{split}"{default}/><{tag} id="{join}"/>']
        for rank, branch in enumerate(block.branches):
            condition = "" if block.kind == "parallel" or rank == 0 else f"${{choix_{split} >= {rank}}}"
            written += [flow(split, entry(branch), condition), *self._block(branch), flow(leaving(branch), join)]
        return written


def entry(block: "Step | Row | Fork") -> str:
    """The node by which a block is entered."""
    if isinstance(block, Step):
        return block.id
    return f"{block.id}_s" if isinstance(block, Fork) else block.inside or entry(block.blocks[0])


def leaving(block: "Step | Row | Fork") -> str:
    """The node by which a block is left."""
    if isinstance(block, Step):
        return f"{block.id}_m" if block.delay and block.interrupting else block.id
    return f"{block.id}_j" if isinstance(block, Fork) else block.inside or leaving(block.blocks[-1])


def _step(step: Step) -> Iterator[str]:
    loop = (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{step.several}" camunda:collection="viseurs"'
        ' camunda:elementVariable="viseur"/>'
    )
    yield user(step.id, "", loop if step.several else "")
    if not step.delay:
        return
    yield border(f"{step.id}_t", step.id, step.delay, interrupting=step.interrupting)
    yield user(f"{step.id}_r") + flow(f"{step.id}_t", f"{step.id}_r")
    if step.interrupting:
        yield f'<bpmn:exclusiveGateway id="{step.id}_m"/>' + flow(step.id, f"{step.id}_m") + flow(f"{step.id}_r", f"{step.id}_m")
    else:
        yield f'<bpmn:endEvent id="{step.id}_e"/>' + flow(f"{step.id}_r", f"{step.id}_e")


def flow(source: str, target: str, condition: str = "") -> str:
    """An arrow."""
    body = f"<bpmn:conditionExpression><![CDATA[{condition}]]></bpmn:conditionExpression>" if condition else ""
    ends = f'id="{source}_{target}" sourceRef="{source}" targetRef="{target}"'
    return f"<bpmn:sequenceFlow {ends}>{body}</bpmn:sequenceFlow>"
