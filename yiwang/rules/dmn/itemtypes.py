"""Item definitions of a model as FEEL types with their constraints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element

from yiwang.rules.dmn.xml import attribute, child, children, text_of
from yiwang.rules.feel.engine import Cell, cell
from yiwang.rules.feel.nodes import Literal, walk
from yiwang.rules.feel.scope import Scope
from yiwang.rules.feel.types import ANY, BASIC, ContextType, FeelType, FunctionType, ListType, NamedType


def plain_reference(reference: str) -> str:
    """A type reference without the prefix of the FEEL namespace (``feel:number``)."""
    prefix, colon, name = reference.partition(":")
    return name if colon and prefix else reference


class TypeTable:
    """Every type of a model by name, imported ones as ``alias.name``."""

    def __init__(self, definitions: Iterable[Element], imported: Mapping[str, FeelType]) -> None:
        self._elements = {attribute(element, "name"): element for element in definitions}
        self._building: set[str] = set()
        self.types: dict[str, FeelType] = dict(imported)
        self.unknown: list[str] = []
        for name in self._elements:
            self.find(name)
        for name, kind in list(self.types.items()):
            self._add_components(name, kind)

    def find(self, reference: str) -> FeelType | None:
        """The type a reference names; None when there is no reference."""
        name = plain_reference(reference.strip())
        if not name:
            return None
        if name in self.types:
            return self.types[name]
        if name in self._elements and name not in self._building:
            self._building.add(name)
            self.types[name] = self._build(self._elements[name], name)
            self._building.discard(name)
            return self.types[name]
        if name not in BASIC and name not in self._elements:
            self.unknown.append(name)
        return BASIC.get(name, ANY)

    def _add_components(self, path: str, kind: FeelType) -> None:
        target = kind.target if isinstance(kind, NamedType) else kind
        if isinstance(target, ContextType):
            for name, field in target.fields:
                inner = f"{path}.{name}"
                if inner not in self.types and inner.count(".") < 6:
                    self.types[inner] = field
                    self._add_components(inner, field)

    def _build(self, element: Element, name: str) -> FeelType:
        is_list = attribute(element, "isCollection") == "true"
        base = self._structure(element)
        allowed = _constraint(element, "allowedValues", self.types)
        whole = _constraint(element, "typeConstraint", self.types)
        if is_list:
            inner = _named(name, base, allowed) if allowed else base
            return _named(name, ListType("list", inner), whole)
        if allowed and whole:
            return _named(name, _named(name, base, allowed), whole)
        return _named(name, base, allowed or whole)

    def _structure(self, element: Element) -> FeelType:
        function = child(element, "functionItem")
        if function is not None:
            parameters = tuple(self.find(attribute(parameter, "typeRef")) or ANY for parameter in children(function, "parameters"))
            return FunctionType("function", parameters, self.find(attribute(function, "outputTypeRef")) or ANY)
        components = list(children(element, "itemComponent"))
        if components:
            fields = [(attribute(part, "name"), self._build(part, attribute(part, "name"))) for part in components]
            return ContextType("context", tuple(fields))
        return self.find(text_of(element, "typeRef")) or ANY


def _constraint(element: Element, tag: str, types: Mapping[str, FeelType]) -> Cell | None:
    text = text_of(child(element, tag)).strip()
    return cell(text, Scope(types=types)) if text else None


def _named(name: str, target: FeelType, constraint: Cell | None) -> NamedType:
    if constraint is None:
        return NamedType(name, target)
    test, node = constraint.test, constraint.node
    tests = () if node is None or node.negated else node.tests
    literals = tuple(part.value for item in tests for part in walk(item) if isinstance(part, Literal) and part.value is not None)
    choices = literals if tests and all(isinstance(item, Literal) for item in tests) else ()
    return NamedType(name, target, lambda value: test({}, value) is True, choices, literals)
