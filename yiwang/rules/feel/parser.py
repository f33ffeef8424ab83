"""FEEL tokens to nodes: a recursive descent over the DMN 1.5 grammar, aware of the names in scope."""

from __future__ import annotations

from typing import Final

from yiwang.rules.feel import nodes
from yiwang.rules.feel.lexer import FeelSyntaxError, unescape
from yiwang.rules.feel.nodes import Node
from yiwang.rules.feel.scope import Names, Scope
from yiwang.rules.feel.stream import KEYWORDS, Stream
from yiwang.rules.feel.temporal import parse_literal
from yiwang.rules.feel.type_parser import parse_type
from yiwang.rules.feel.types import FeelType
from yiwang.rules.feel.values import number

_COMPARISONS: Final = frozenset({"=", "!=", "<", "<=", ">", ">="})
_DEPTH: Final = 50
_BUDGET: Final = 20_000  # reading steps; brackets that must be read twice multiply when nested


def parse(text: str, scope: Scope) -> Node:
    """Parse one expression.

    Raises:
        FeelSyntaxError: the text is not a FEEL expression; the message names the place.
    """
    parser = _Parser(text, scope)
    node = parser.expression()
    parser.stream.finish()
    return node


def parse_tests(text: str, scope: Scope) -> nodes.Tests:
    """Parse the unary tests of a table cell or of a list of allowed values.

    Raises:
        FeelSyntaxError: the text is not a list of tests.
    """
    parser = _Parser(text, scope)
    stream = parser.stream
    if stream.at("-") and stream.tokens[1].kind == "end":
        return nodes.Tests(())
    if stream.at_word("not") and stream.tokens[1].text == "(":
        try:
            return parser.negated_tests()
        except FeelSyntaxError:
            stream.position = 0
    tests = parser.test_list()
    stream.finish()
    return nodes.Tests(tests)


class _Parser:
    def __init__(self, text: str, scope: Scope) -> None:
        self.stream = Stream(text, scope)
        self.depth = 0
        self.budget = _BUDGET

    # --- tests

    def negated_tests(self) -> nodes.Tests:
        self.stream.position = 2
        tests = self.test_list()
        self.stream.expect(")")
        self.stream.finish()
        return nodes.Tests(tests, negated=True)

    def test_list(self) -> tuple[Node, ...]:
        tests = [self.test()]
        while self.stream.accept(","):
            tests.append(self.test())
        return tuple(tests)

    def test(self) -> Node:
        token = self.stream.token
        if token.kind == "op" and token.text in _COMPARISONS:
            self.stream.advance()
            return nodes.UnaryComparison(token.text, self.additive())
        return self.expression()

    # --- expressions, loosest first

    def expression(self) -> Node:
        self.depth += 1
        self.budget -= 1
        if self.depth > _DEPTH or self.budget <= 0:
            raise FeelSyntaxError("expression nested too deeply")
        try:
            return self.disjunction()
        finally:
            self.depth -= 1

    def disjunction(self) -> Node:
        left = self.conjunction()
        while self.stream.accept_word("or"):
            left = nodes.Logic("or", left, self.conjunction())
        return left

    def conjunction(self) -> Node:
        left = self.comparison()
        while self.stream.accept_word("and"):
            left = nodes.Logic("and", left, self.comparison())
        return left

    def comparison(self) -> Node:
        left = self.additive()
        while True:
            token = self.stream.token
            if token.kind == "op" and token.text in _COMPARISONS:
                self.stream.advance()
                left = nodes.Comparison(token.text, left, self.additive())
            elif self.stream.accept_word("between"):
                low = self.additive()
                self.stream.expect_word("and")
                left = nodes.Between(left, low, self.additive())
            elif self.stream.accept_word("in"):
                left = nodes.In(left, self.in_tests())
            else:
                return left

    def in_tests(self) -> tuple[Node, ...]:
        start = self.stream.position
        if self.stream.accept("("):
            try:
                tests = self._bracketed_tests()
            except FeelSyntaxError:
                tests = ()
            if tests and not self.stream.continues_value():
                return tests
            self.stream.position = start
        token = self.stream.token
        if token.kind == "op" and token.text in _COMPARISONS:
            return (self.test(),)
        return (self.additive(),)

    def _bracketed_tests(self) -> tuple[Node, ...]:
        first = self.test()
        if self.stream.accept(".."):
            return (self._range_rest(first, low_closed=False),)
        tests = [first]
        while self.stream.accept(","):
            tests.append(self.test())
        self.stream.expect(")")
        return tuple(tests)

    def additive(self) -> Node:
        left = self.multiplicative()
        while self.stream.token.kind == "op" and self.stream.token.text in ("+", "-"):
            op = self.stream.advance().text
            left = nodes.Arithmetic(op, left, self.multiplicative())
        return left

    def multiplicative(self) -> Node:
        left = self.power()
        while self.stream.token.kind == "op" and self.stream.token.text in ("*", "/"):
            op = self.stream.advance().text
            left = nodes.Arithmetic(op, left, self.power())
        return left

    def power(self) -> Node:
        left = self.unary()
        while self.stream.accept("**"):
            left = nodes.Arithmetic("**", left, self.unary())
        return left

    def unary(self) -> Node:
        if self.stream.accept("-"):
            self.depth += 1
            if self.depth > _DEPTH:
                raise FeelSyntaxError("expression nested too deeply")
            operand = self.unary()
            self.depth -= 1
            if isinstance(operand, nodes.Literal) and operand.value.__class__ is _DECIMAL:
                return nodes.Literal(-operand.value if operand.value else operand.value)
            return nodes.Negation(operand)
        value = self.postfix()
        while self.stream.at_word("instance") and self.stream.peek_word(1, "of"):
            self.stream.position += 2
            value = nodes.InstanceOf(value, parse_type(self.stream))
        return value

    def postfix(self) -> Node:
        value = self.primary()
        while True:
            if self.stream.accept("."):
                value = nodes.Path(value, self.stream.member_name())
            elif self.stream.at("[") and not isinstance(value, nodes.UnaryComparison):
                value = self._filter(value)
            elif self.stream.accept("("):
                value = self._call(value)
            else:
                return value

    def _filter(self, base: Node) -> Node:
        start = self.stream.position
        self.stream.advance()
        self.stream.push(Names(("item",)), members=True)
        try:
            condition = self.expression()
            self.stream.expect("]")
        except FeelSyntaxError:
            # `(a..b[` closes an open range: the bracket belongs to the range around
            self.stream.position = start
            raise
        finally:
            self.stream.pop()
        return nodes.Filter(base, condition)

    def _call(self, function: Node) -> Node:
        if self.stream.accept(")"):
            return nodes.Call(function, ())
        if self.stream.key_ahead() is not None:
            pairs = [self._named_argument()]
            while self.stream.accept(","):
                pairs.append(self._named_argument())
            self.stream.expect(")")
            return nodes.Call(function, tuple(node for _, node in pairs), tuple(name for name, _ in pairs))
        arguments = [self.expression()]
        while self.stream.accept(","):
            arguments.append(self.expression())
        self.stream.expect(")")
        return nodes.Call(function, tuple(arguments))

    def _named_argument(self) -> tuple[str, Node]:
        name = self.stream.key_ahead()
        if name is None:
            raise self.stream.error("parameter name expected")
        self.stream.take_key()
        return name, self.expression()

    # --- primary

    def primary(self) -> Node:
        token = self.stream.token
        if token.kind == "num":
            self.stream.advance()
            return nodes.Literal(number(token.text))
        if token.kind == "str":
            self.stream.advance()
            return nodes.Literal(unescape(token.text))
        known = self.stream.known_name()
        if known is not None:
            return nodes.Name(known)
        if token.kind == "name":
            return self._word()
        return self._bracketed()

    def _word(self) -> Node:
        word = self.stream.token.text
        constant = {"true": True, "false": False, "null": None}
        if word in constant:
            self.stream.advance()
            return nodes.Literal(constant[word])
        if word == "if":
            return self._if()
        if word == "for":
            return self._for()
        if word in ("some", "every"):
            return self._quantified()
        if word == "function" and self.stream.tokens[self.stream.position + 1].text == "(":
            return self._function()
        if word in KEYWORDS:
            raise self.stream.error(f"'{word}' not expected")
        return nodes.Name(self.stream.unknown_name())

    def _bracketed(self) -> Node:
        if self.stream.accept("("):
            token = self.stream.token
            if token.kind == "op" and token.text in _COMPARISONS:
                value = self.test()
                self.stream.expect(")")
                return value
            first = self.expression()
            if self.stream.accept(".."):
                return self._range_rest(first, low_closed=False)
            self.stream.expect(")")
            return first
        if self.stream.accept("["):
            return self._list_or_range()
        if self.stream.accept("]"):
            low = self.additive()
            self.stream.expect("..")
            return self._range_rest(low, low_closed=False)
        if self.stream.accept("{"):
            return self._context()
        if self.stream.accept("@"):
            text = self.stream.token
            if text.kind != "str":
                raise self.stream.error("a quoted date, time or duration must follow @")
            self.stream.advance()
            return nodes.Literal(parse_literal(unescape(text.text)))
        raise self.stream.error("expression expected")

    def _list_or_range(self) -> Node:
        if self.stream.accept("]"):
            return nodes.ListNode(())
        items = [self.test()]
        if self.stream.accept(".."):
            return self._range_rest(items[0], low_closed=True)
        while self.stream.accept(","):
            items.append(self.test())
        self.stream.expect("]")
        return nodes.ListNode(tuple(items))

    def _range_rest(self, low: Node, *, low_closed: bool) -> Node:
        start = self.stream.position
        try:
            high = self.additive()
            closing = self._closing()
        except FeelSyntaxError:
            # `[a..b[`: the last bracket was read as a filter; read the end without filters
            self.stream.position = start
            high = self.stream.without_filter(self.additive)
            closing = self._closing()
        return nodes.RangeNode(low, low_closed, high, closing == "]")

    def _closing(self) -> str:
        closing = self.stream.token.text
        if closing not in ("]", ")", "["):
            raise self.stream.error("']', ')' or '[' expected")
        self.stream.advance()
        return closing

    def _context(self) -> Node:
        entries: list[tuple[str, Node]] = []
        names = Names()
        self.stream.push(names)
        while not self.stream.accept("}"):
            if entries:
                self.stream.expect(",")
            key = self.stream.take_key()
            entries.append((key, self.expression()))
            names.add(key)
            self.stream.learn_member(key)
        self.stream.pop()
        return nodes.ContextNode(tuple(entries))

    # --- keyword expressions

    def _if(self) -> Node:
        self.stream.advance()
        condition = self.expression()
        self.stream.expect_word("then")
        yes = self.expression()
        self.stream.expect_word("else")
        return nodes.If(condition, yes, self.expression())

    def _iterators(self, names: Names) -> tuple[nodes.Iterated, ...]:
        iterators: list[nodes.Iterated] = []
        while True:
            name = self.stream.declared_name(("in",))
            self.stream.expect_word("in")
            source = self.expression()
            to = self.expression() if self.stream.accept("..") else None
            iterators.append(nodes.Iterated(name, source, to))
            names.add(name)
            if not self.stream.accept(","):
                return tuple(iterators)

    def _for(self) -> Node:
        self.stream.advance()
        names = Names(("partial",))
        self.stream.push(names)
        iterators = self._iterators(names)
        self.stream.expect_word("return")
        body = self.expression()
        self.stream.pop()
        return nodes.For(iterators, body)

    def _quantified(self) -> Node:
        kind = self.stream.advance().text
        names = Names()
        self.stream.push(names)
        iterators = self._iterators(names)
        self.stream.expect_word("satisfies")
        condition = self.expression()
        self.stream.pop()
        return nodes.Quantified("some" if kind == "some" else "every", iterators, condition)

    def _function(self) -> Node:
        self.stream.advance()
        self.stream.expect("(")
        parameters: list[tuple[str, FeelType | None]] = []
        while not self.stream.accept(")"):
            if parameters:
                self.stream.expect(",")
            name = self.stream.declared_name((":", ",", ")"))
            kind = parse_type(self.stream) if self.stream.accept(":") else None
            parameters.append((name, kind))
        self.stream.push(Names(name for name, _ in parameters))
        external = self.stream.accept_word("external")
        body = self.expression()
        self.stream.pop()
        return nodes.FunctionNode(tuple(parameters), body, external)


_DECIMAL: Final = type(number(0))
