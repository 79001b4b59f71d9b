"""The grammar: operators by rank, then what follows an operand, then what an operand may be."""

from abc import ABC, abstractmethod

from engine.expressions.cursor import KEYWORDS, MAX_DEPTH, Cursor
from engine.expressions.nodes import Call, Filter, Literal, Name, Node, Path
from engine.expressions.operations import (
    Between,
    Both,
    Chain,
    Either,
    Empty,
    In,
    InstanceOf,
    Negative,
    Not,
    Test,
    Tests,
)
from engine.expressions.typenames import type_here

_SYNONYMS = {"==": "=", "&&": "and", "||": "or"}
_RANKS = {
    "or": 1, "and": 2,
    "=": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "in": 3, "between": 3,
    "+": 4, "-": 4, "*": 5, "/": 5, "**": 6,
}  # fmt: skip
_SUM = 4
_COMPARISONS = ("<", "<=", ">", ">=", "=", "==", "!=")


class Operators(Cursor, ABC):
    """Expressions as operators over operands; the operands are the business of the class that extends it."""

    closing_bound = False

    @abstractmethod
    def primary(self) -> Node:
        """An operand alone."""

    @abstractmethod
    def range_tail(self, start: Node, *, included: bool) -> Node:
        """The rest of a range, from its `..`."""

    @abstractmethod
    def arguments(self, callee: Node) -> Call:
        """The call of what stands before a parenthesis."""

    def expression(self) -> Node:
        """A whole expression."""
        outer, self.closing_bound = self.closing_bound, False
        with self.deeper():
            node = self.operators(1)
        self.closing_bound = outer
        return node

    def operators(self, least: int) -> Node:
        """Operands joined by signs of rank `least` or more; signs of one rank make one flat part."""
        first, rank, rest = self._signed(), 0, list[tuple[str, Node]]()
        tested = False
        while (sign := self._sign(least)) is not None:
            if _RANKS[sign] != rank:
                first, rank, rest = _close(first, rank, rest), _RANKS[sign], []
            if sign in ("in", "between"):
                if tested:
                    raise self.fault(f"« {sign} » ne peut pas être enchaîné sans parenthèses")
                tested = True
                first, rank, rest = self._tested(sign, _close(first, rank, rest)), 0, []
            else:
                self.place += 1
                rest.append((sign, self.operators(_RANKS[sign] + 1)))
        return _close(first, rank, rest)

    def _sign(self, least: int) -> str | None:
        """The sign here, when its rank is at least that."""
        if self.token.kind not in ("sign", "name"):
            return None
        sign = _SYNONYMS.get(self.token.text, self.token.text)
        return sign if _RANKS.get(sign, 0) >= least else None

    def _tested(self, sign: str, left: Node) -> Node:
        """`left between a and b`, or `left in tests`."""
        self.place += 1
        if sign == "between":
            low = self.operators(_SUM)
            self.expect("and")
            return Between(of=left, low=low, high=self.operators(_SUM))
        asked = self.asked
        tests = self.tests() if self.at("(") else self.test()
        self.asked = asked
        return In(of=left, tests=tests)

    def tests(self) -> Node:
        """`(test, test)` after `in`, or the range that its parenthesis opens."""
        self.expect("(")
        with self.deeper():
            found = [self.test()]
            if self.at(".."):
                start = found[0].of if isinstance(found[0], Test) else found[0]
                return Test(of=self.range_tail(start, included=False))
            while self.take(","):
                found.append(self.test())
        self.expect(")")
        return Tests(tests=tuple(found))

    def test(self) -> Node:
        """One unary test: a comparison without its left side, or an expression."""
        sign = self.take(*_COMPARISONS)
        if sign:
            return Test(sign=_SYNONYMS.get(sign, sign), of=self.operators(_SUM))
        self.asked = False
        with self.deeper():
            node = self.operators(1)
        return Test(of=node, condition=self.asked)

    def _signed(self) -> Node:
        """An operand with what stands before it (`-`, `!`, `not`, `empty`) and `instance of` after it."""
        minus = 0
        while self.take("-"):
            minus += 1
        node = self._prefixed()
        node = Negative(of=node) if minus % 2 else Negative(of=Negative(of=node)) if minus else node
        if self.at("instance") and self.ahead().text == "of":
            self.place += 2
            node = InstanceOf(of=node, wanted=type_here(self))
        return node

    def _prefixed(self) -> Node:
        """An operand behind `!`, `not` or `empty`, or an operand and what follows it."""
        if self.take("!"):
            with self.deeper():
                return Not(of=self._prefixed())
        following = self.ahead()
        if self.at("empty") and not self.is_known() and (following.kind in ("name", "text") or following.text == "("):
            self.place += 1
            with self.deeper():
                return Empty(of=self._prefixed())
        if self.at("not") and following.text != "(" and not self.is_known():
            self.place += 1
            with self.deeper():
                return Not(of=self._prefixed())
        return self._followed(self.primary())

    def _followed(self, node: Node) -> Node:
        """What follows an operand: `.name`, `[condition]`, `(arguments)`."""
        for _ in range(MAX_DEPTH):
            if self.take("."):
                node = Path(base=node, name=self.member())
            elif self.at("[") and not self.closing_bound:
                node = self._filtered(node)
            elif self.at("("):
                node = self.arguments(node)
            else:
                return node
        raise self.fault("trop d’accès enchaînés")

    def _filtered(self, node: Node) -> Node:
        """`node[condition]`; the entries of its items may be named inside."""
        self.expect("[")
        self.filters += 1
        with self.locals("item"):
            condition = self.expression()
        self.filters -= 1
        self.expect("]")
        return Filter(base=node, condition=condition)

    def name(self) -> Node:
        """A name, or one of the three words that are values."""
        values: dict[str, object] = {"null": None, "true": True, "false": False}
        if self.token.text in values and not self.is_known(2):
            self.place += 1
            return Literal(value=values[self.tokens[self.place - 1].text])
        if self.token.text in KEYWORDS - {"not", "empty"} and not self.is_known():
            raise self.fault(f"« {self.token.text} » n’a pas de sens ici")
        return Name(name=self.root())


def _close(first: Node, rank: int, rest: list[tuple[str, Node]]) -> Node:
    """The part made by operands joined by signs of one rank."""
    if not rest:
        return first
    parts = (first, *(node for _, node in rest))
    if rank == _RANKS["or"]:
        return Either(parts=parts)
    return Both(parts=parts) if rank == _RANKS["and"] else Chain(first=first, rest=tuple(rest))
