"""The decision requirements graph made ready to run, and one evaluation of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element

from yiwang.rules.dmn.boxed import KINDS, BoxedCompiler
from yiwang.rules.dmn.documents import DRG_KINDS, Document
from yiwang.rules.dmn.partial import partial
from yiwang.rules.dmn.tables import Hit, Table
from yiwang.rules.dmn.xml import attribute, child, children, local
from yiwang.rules.errors import InvalidModel
from yiwang.rules.feel.compiler import Env, Run
from yiwang.rules.feel.diagnostics import fail
from yiwang.rules.feel.engine import Expression
from yiwang.rules.feel.scope import Scope
from yiwang.rules.feel.types import FeelType, coerce
from yiwang.rules.feel.values import UNKNOWN, Function, UnknownFact, Value

Key = tuple[str, str]
_REQUIREMENTS: Final = {
    "informationRequirement": ("requiredInput", "requiredDecision"),
    "knowledgeRequirement": ("requiredKnowledge",),
}


class Need(NamedTuple):
    """A requirement: under which aliases and name the value appears, and whose value it is."""

    path: tuple[str, ...]
    name: str
    key: Key


@dataclass(slots=True)
class Node:
    """An input, decision, knowledge model or service of the graph."""

    key: Key
    kind: str
    name: str
    type: FeelType | None
    needs: list[Need] = field(default_factory=list)
    run: Run | None = None
    parameters: tuple[tuple[str, FeelType | None], ...] = ()
    returns: FeelType | None = None
    outputs: tuple[Need, ...] = ()
    inputs: tuple[Need, ...] = ()
    tables: list[Table] = field(default_factory=list)
    table: Table | None = None
    expressions: list[Expression] = field(default_factory=list)
    external: bool = False
    question: str = ""
    has_logic: bool = True


class Graph:
    """Every node of a model and its imports."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.nodes: dict[Key, Node] = {}
        self._members = set(_member_names(document, set()))
        self._building: set[int] = set()
        self._add_document(document)

    def _add_document(self, document: Document) -> None:
        if id(document) in self._building:
            return
        self._building.add(id(document))
        for other in document.imports.values():
            self._add_document(other)
        for element in document.elements(*DRG_KINDS):
            node = self._node(document, element)
            self.nodes[node.key] = node

    def _node(self, document: Document, element: Element) -> Node:
        name = attribute(element, "name")
        variable = child(element, "variable")
        name = (attribute(variable, "name") if variable is not None else "") or name
        node = Node((document.namespace, attribute(element, "id") or name), local(element), name, document.variable_type(element))
        question = child(element, "question")
        node.question = "" if question is None else "".join(question.itertext()).strip()
        if node.kind == "decisionService":
            self._service(document, element, node)
        elif node.kind != "inputData":
            node.needs = [need for _, need in self._needs(document, element)]
            self._logic(document, element, node)
        return node

    def _needs(self, document: Document, element: Element) -> Iterator[tuple[str, Need]]:
        for requirement in children(element, *_REQUIREMENTS):
            for required in children(requirement, *_REQUIREMENTS[local(requirement)]):
                yield local(required), self._need(document, attribute(required, "href"))

    def _need(self, document: Document, href: str) -> Need:
        owner, target = document.find(href)
        variable = child(target, "variable")
        name = (attribute(variable, "name") if variable is not None else "") or attribute(target, "name")
        return Need(document.path(owner), name, (owner.namespace, attribute(target, "id") or name))

    def _logic(self, document: Document, element: Element, node: Node) -> None:
        variables = [need.path[0] if need.path else need.name for need in node.needs]
        scope = Scope([*variables, node.name], members=self._members, types=document.types.types)
        compiler = BoxedCompiler(document.types)
        holder = element if node.kind == "decision" else child(element, "encapsulatedLogic")
        if node.kind == "decision":
            body = child(element, *KINDS)
            node.run = compiler.compile(body, scope)
            node.has_logic = body is not None
            if body is not None and local(body) == "decisionTable":
                node.table = compiler.tables[0]
        elif holder is not None:
            node.parameters = tuple(
                (attribute(parameter, "name"), document.types.find(attribute(parameter, "typeRef")))
                for parameter in children(holder, "formalParameter")
            )
            node.external = attribute(holder, "kind") in ("Java", "PMML")
            node.run = compiler.compile(child(holder, *KINDS), scope.plus(name for name, _ in node.parameters))
            node.returns = document.types.find(attribute(holder, "typeRef")) or _plain_result(node.type)
        node.tables, node.expressions = compiler.tables, compiler.expressions

    def _service(self, document: Document, element: Element, node: Node) -> None:
        def needs(*tags: str) -> tuple[Need, ...]:
            return tuple(self._need(document, attribute(part, "href")) for tag in tags for part in children(element, tag))

        node.outputs = needs("outputDecision")
        node.inputs = needs("inputData", "inputDecision")
        found = [document.find(attribute(part, "href")) for tag in ("inputData", "inputDecision") for part in children(element, tag)]
        node.parameters = tuple((need.name, owner.variable_type(target)) for need, (owner, target) in zip(node.inputs, found, strict=True))
        node.returns = _plain_result(node.type)

    def named(self, kind: str, name: str, namespace: str = "") -> Node | None:
        """A node of this model by name (or of an import by namespace)."""
        space = namespace or self.document.namespace
        wanted = " ".join(name.split())
        return next((node for node in self.nodes.values() if node.kind == kind and node.name == wanted and node.key[0] == space), None)

    def inputs(self, node: Node) -> list[Node]:
        """The input data a decision rests on, directly or through other decisions, in reading order."""
        found: dict[Key, Node] = {}
        seen: set[Key] = set()

        def visit(current: Node) -> None:
            if current.key in seen:
                return
            seen.add(current.key)
            if current.kind == "inputData":
                found[current.key] = current
            for need in current.needs:
                visit(self.at(need.key))

        visit(node)
        return list(found.values())

    def at(self, key: Key) -> Node:
        """The node with this key.

        Raises:
            InvalidModel: there is none.
        """
        if key not in self.nodes:
            raise InvalidModel(place=self.document.name, reason=f"元素 {key[1]} 不存在")
        return self.nodes[key]


def _plain_result(kind: FeelType | None) -> FeelType | None:
    """The result type of a callable from its variable's type, which may be a function type."""
    from yiwang.rules.feel.types import FunctionType, plain

    if kind is None:
        return None
    target = plain(kind)
    return target.result if isinstance(target, FunctionType) else kind


def _member_names(document: Document, seen: set[int]) -> Iterator[str]:
    if id(document) in seen:
        return
    seen.add(id(document))
    for element in document.root.iter():
        if local(element) in ("itemComponent", "variable", "column", "output", "decision", "inputData", "businessKnowledgeModel"):
            name = attribute(element, "name")
            if name:
                yield name
    for alias, other in document.imports.items():
        if alias:
            yield alias
        yield from _member_names(other, seen)


class Traced(NamedTuple):
    """What a table saw and which rows fired; ``values`` None when an input lay outside its allowed values."""

    table: Table
    env: Env
    values: Sequence[Value] | None
    hits: Sequence[Hit]


class Evaluation:
    """One evaluation: given inputs, each decision computed at most once.

    ``ready``: the inputs already have the kinds of their types.
    """

    def __init__(self, graph: Graph, inputs: Mapping[Key, Value], *, absent: Value = None, ready: bool = False) -> None:
        self.graph = graph
        self.inputs = inputs
        self.absent = absent
        self.known: dict[Key, Value] = dict(inputs) if ready else {}
        self.trace: dict[Key, Traced] = {}
        self._running: set[Key] = set()

    def value(self, key: Key) -> Value:
        """The value of a node; UNKNOWN when it rests on a fact nobody gave."""
        if key in self.known:
            return self.known[key]
        node = self.graph.at(key)
        if key in self._running:
            return fail(f"{node.name} requires itself")
        self._running.add(key)
        try:
            value = _VALUES[node.kind](self, node)
        except UnknownFact:
            value = UNKNOWN
        finally:
            self._running.discard(key)
        self.known[key] = value
        return value

    def environment(self, node: Node) -> Env:
        """The names a node's logic sees."""
        env: Env = {}
        known = self.known
        for path, name, key in node.needs:
            value = known[key] if key in known else self.value(key)
            if path:
                place = env
                for alias in path:
                    place = place.setdefault(alias, {})
                place[name] = value
            else:
                env[name] = value
        return env

    def _input(self, node: Node) -> Value:
        value = self.inputs.get(node.key, self.absent)
        return value if value is None or value is UNKNOWN else coerce(value, node.type)

    def _decision(self, node: Node) -> Value:
        if node.key in self.inputs:
            return coerce(self.inputs[node.key], node.type)
        if node.run is None:
            return fail(f"{node.name} has no logic")
        env = self.environment(node)
        value = self._table(node, node.table, env) if node.table is not None else node.run(env)
        return value if node.type is None else coerce(value, node.type)

    def _table(self, node: Node, table: Table, env: Env) -> Value:
        try:
            values = table.values(env)
            hits = [] if values is None else table.hits(env, values)
            value = None if values is None else table.result(env, hits)
            self.trace[node.key] = Traced(table, env, values, hits)
        except UnknownFact:
            found = partial(table, env)
            self.trace[node.key] = Traced(table, env, found.values, found.hits)
            value = found.value
        if value is UNKNOWN:
            raise UnknownFact(node.name)
        return value

    def _knowledge(self, node: Node) -> Function:
        names = [name for name, _ in node.parameters]
        run = node.run
        known: Env | None = None

        def body(*values: Value) -> Value:
            nonlocal known
            if node.external or run is None:
                return fail(f"{node.name}: external functions are refused")
            if known is None:
                known = self.environment(node)
            return run({**known, **dict(zip(names, values, strict=True))})

        return Function(node.name, node.parameters, body, returns=node.returns)

    def _service(self, node: Node) -> Function:
        return Function(node.name, node.parameters, lambda *values: self.serve(node, values), returns=node.returns)

    def serve(self, node: Node, values: Sequence[Value]) -> Value:
        """The result of a decision service for its inputs in order."""
        inputs = {need.key: value for need, value in zip(node.inputs, values, strict=True)}
        inner = Evaluation(self.graph, inputs, absent=self.absent)
        results = {need.name: inner.value(need.key) for need in node.outputs}
        return next(iter(results.values())) if len(results) == 1 else results


_VALUES: Final[dict[str, Callable[[Evaluation, Node], Value]]] = {
    "inputData": Evaluation._input,
    "decision": Evaluation._decision,
    "businessKnowledgeModel": Evaluation._knowledge,
    "decisionService": Evaluation._service,
}


def reachable(graph: Graph, node: Node) -> Iterable[Node]:
    """A node and everything it needs."""
    found = {node.key: node}
    queue = [node]
    for current in queue:
        for need in (*current.needs, *current.outputs):
            if need.key not in found:
                found[need.key] = graph.at(need.key)
                queue.append(found[need.key])
    return found.values()
