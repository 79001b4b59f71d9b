"""The parser: what an operand may be, from a number to a loop; then whole sources."""

from decimal import Decimal

from engine.expressions.grammar import Operators
from engine.expressions.loops import For, Quantified, Span
from engine.expressions.nodes import Call, ContextOf, Define, ListOf, Literal, Name, Node, Path, RangeOf
from engine.expressions.operations import If, Tests
from engine.expressions.temporal import read_any
from engine.expressions.typenames import type_here
from engine.expressions.types import Type
from engine.expressions.values import number

_SUM = 4


class Parser(Operators):
    """One source being parsed."""

    def primary(self) -> Node:
        """An operand alone."""
        token = self.token
        if token.kind == "number":
            self.place += 1
            return Literal(value=number(Decimal(token.text)))
        if token.kind == "text":
            self.place += 1
            return Literal(value=token.value)
        if token.kind == "at":
            return self._moment()
        if token.kind == "name":
            return self._worded()
        openers = {"(": self._group, "[": self._list, "]": self._open_range, "{": self._context, "?": self._asked}
        if token.kind == "sign" and token.text in openers:
            return openers[token.text]()
        if self.at("<", "<=", ">", ">=") and self._compared_before():
            return self._half_range(self.take("<", "<=", ">", ">="))
        found = f"« {token.text} » trouvé" if token.text else "fin trouvée"
        raise self.fault(f"une valeur est attendue, {found}")

    def _moment(self) -> Node:
        """`@"2026-03-01"`."""
        value = read_any(self.token.value)
        if value is None:
            raise self.fault("ni une date, ni une heure, ni une durée")
        self.place += 1
        return Literal(value=value)

    def _asked(self) -> Node:
        """`?`, the value under test."""
        self.place += 1
        self.asked = True
        return Name(name="?")

    def _worded(self) -> Node:
        """What a word starts: a condition, a loop, a function, or a name."""
        following = self.ahead()
        if not self.is_known():
            if self.at("if"):
                return self._if()
            if self.at("for", "some", "every") and following.kind == "name":
                return self._loop()
            if self.at("function") and following.text == "(":
                return self._function()
        return self.name()

    def _group(self) -> Node:
        """`(a)`, or the range `(a..b)`, or `(< a)` which is open to infinity, or `(= a)`."""
        self.expect("(")
        sign = self.take("<", "<=", ">", ">=", "=")
        if sign:
            half = self._half_range(sign)
            self.expect(")")
            return half
        node = self.expression()
        if self.at(".."):
            return self.range_tail(node, included=False)
        self.expect(")")
        return node

    def _compared_before(self) -> bool:
        """Whether a sign here begins a range: it is the first word, or what stands before it is `=` or `!=`."""
        return self.place == 0 or self.tokens[self.place - 1].text in ("=", "==", "!=")

    def _half_range(self, sign: str) -> Node:
        """`a` after `<`, `<=`, `>`, `>=` or `(=`: a range open to infinity, or one of a single value."""
        bound, nothing = self.operators(_SUM), Literal(value=None)
        if sign == "=":
            return RangeOf(start=bound, end=bound, start_included=True, end_included=True)
        below, included = sign[0] == "<", len(sign) == 2
        return RangeOf(
            start=nothing if below else bound,
            end=bound if below else nothing,
            start_included=included and not below,
            end_included=included and below,
        )

    def _open_range(self) -> Node:
        """`]a..b[`."""
        self.expect("]")
        return self.range_tail(self.expression(), included=False)

    def range_tail(self, start: Node, *, included: bool) -> Node:
        """`..b]`, `..b)` or `..b[`."""
        self.expect("..")
        outer, self.closing_bound = self.closing_bound, True
        with self.deeper():
            end = self.operators(_SUM)
        self.closing_bound = outer
        closed = bool(self.take("]"))
        if not closed and not self.take(")", "["):
            raise self.fault("l’intervalle n’est pas fermé")
        return RangeOf(start=start, end=end, start_included=included, end_included=closed)

    def _list(self) -> Node:
        """`[a, b]`, or the range `[a..b]`."""
        self.expect("[")
        items: list[Node] = []
        while not self.at("]"):
            items.append(self.expression())
            if len(items) == 1 and self.at(".."):
                return self.range_tail(items[0], included=True)
            if not self.take(","):
                break
        self.expect("]")
        return ListOf(items=tuple(items))

    def _context(self) -> Node:
        """`{a: 1, "b c": 2}`."""
        self.expect("{")
        entries: list[tuple[str, Node]] = []
        with self.locals():
            while not self.at("}"):
                key = self._key_of_entry()
                self.expect(":")
                if self.at("function"):
                    # A function may call itself; another entry is not seen by its own value.
                    self.declare(key)
                entries.append((key, self.expression()))
                self.declare(key)
                if not self.take(","):
                    break
        self.expect("}")
        return ContextOf(entries=tuple(entries))

    def _key_of_entry(self) -> str:
        """A key: a text between quotes or a name."""
        if self.token.kind != "text":
            return self.declared(":", ",", "}")
        self.place += 1
        return self.tokens[self.place - 1].value

    def _if(self) -> Node:
        """`if a then b else …`; a chain of `else if` is one flat part."""
        branches: list[tuple[Node, Node]] = []
        while self.take("if"):
            condition = self.expression()
            self.expect("then")
            branches.append((condition, self.expression()))
            self.expect("else")
        return If(branches=tuple(branches), otherwise=self.expression())

    def _loop(self) -> Node:
        """`for … return …`, `some … satisfies …`, `every … satisfies …`."""
        word = self.take("for", "some", "every")
        iterators: list[tuple[str, Node]] = []
        with self.locals("partial"):
            while True:
                name = self.declared("in", ",", "return", "satisfies")
                self.expect("in")
                iterators.append((name, self._walked()))
                self.declare(name)
                if not self.take(","):
                    break
            self.expect("return" if word == "for" else "satisfies")
            body = self.expression()
        if word == "for":
            return For(iterators=tuple(iterators), result=body)
        return Quantified(iterators=tuple(iterators), every=word == "every", condition=body)

    def _walked(self) -> Node:
        """What a loop walks: a list, or `a..b`."""
        start = self.expression()
        return Span(start=start, end=self.expression()) if self.take("..") else start

    def _function(self) -> Node:
        """`function(a, b: number) body`."""
        self.expect("function")
        self.expect("(")
        names: list[str] = []
        types: list[Type | None] = []
        while not self.at(")"):
            names.append(self.declared(",", ":", ")"))
            types.append(type_here(self) if self.take(":") else None)
            if not self.take(","):
                break
        self.expect(")")
        if self.at("external"):
            raise self.fault("une fonction externe (Java, PMML) n’est pas permise")
        with self.locals(*names):
            return Define(parameters=tuple(names), types=tuple(types), body=self.expression())

    def arguments(self, callee: Node) -> Call:
        """`(a, b)` or `(x: a, y: b)`."""
        self.expect("(")
        placed: list[Node] = []
        named: list[tuple[str, Node]] = []
        while not self.at(")"):
            name = self._argument_name()
            value = self.expression()
            if name:
                named.append((name, value))
            else:
                placed.append(value)
            if not self.take(","):
                break
        if placed and named:
            raise self.fault("les arguments sont donnés soit tous par leur nom, soit tous par leur place")
        self.expect(")")
        if isinstance(callee, Path) and isinstance(callee.base, Name):
            self.methods.add(f"{callee.base.name}.{callee.name}")
        return Call(callee=callee, placed=tuple(placed), named=tuple(named))

    def _argument_name(self) -> str:
        """The name before a colon, if this argument has one."""
        place = self.place
        if self.token.kind != "name":
            return ""
        while self.tokens[place].kind in ("name", "number") or self.tokens[place].text in "-+*/'":
            if self.tokens[place].kind == "end":
                return ""
            place += 1
        if self.tokens[place].text != ":":
            return ""
        start, self.place = self.place, place
        name = self.slice(start)
        self.expect(":")
        return name

    def whole(self) -> Node:
        """The whole source as one expression."""
        node = self.expression()
        self._finish()
        return node

    def whole_tests(self) -> Node:
        """The whole source as unary tests."""
        if self.at("-") and self.ahead().kind == "end":
            self.place += 1
            return Tests(tests=(Literal(value=True),))
        negated = self.at("not") and self.ahead().text == "(" and "." in self._shape(self.place + 1)
        grouped = negated or (self.at("(") and "," in self._shape(self.place))
        if grouped:
            self.place += 1 + negated
        found = [self.test()]
        while self.take(","):
            found.append(self.test())
        if grouped:
            self.expect(")")
        self._finish()
        return Tests(tests=tuple(found), negated=negated)

    def _shape(self, opened: int) -> str:
        """Of a parenthesis that the last token closes: a full stop, behind a comma for each that separates what it holds."""
        level, commas = 0, ""
        for place in range(opened, len(self.tokens) - 1):
            text = self.tokens[place].text if self.tokens[place].kind == "sign" else ""
            level += (text in ("(", "[", "{")) - (text in (")", "]", "}"))
            commas += text if level == 1 and text == "," else ""
            if level == 0:
                return commas + "." if place == len(self.tokens) - 2 else ""
        return ""

    def _finish(self) -> None:
        """Nothing may follow."""
        if self.token.kind != "end":
            raise self.fault(f"« {self.token.text} » est de trop")
