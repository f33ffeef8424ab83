"""The XML documents of a model and its imports: finding elements by reference, types by name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import Element

from yiwang.rules.dmn.itemtypes import TypeTable
from yiwang.rules.dmn.xml import attribute, child, children, local, namespace, parse_xml
from yiwang.rules.errors import InvalidModel
from yiwang.rules.feel.types import FeelType

_NAMESPACE: Final = re.compile(
    r"https?://www\.omg\.org/spec/DMN/(20151101|20180521|20191111|20211108|20230324|20240513)/(dmn\.xsd|MODEL/?)"
)
DRG_KINDS: Final = ("inputData", "decision", "businessKnowledgeModel", "decisionService")


@dataclass(slots=True)
class Document:
    """One ``<definitions>`` and what it imports, by alias."""

    root: Element
    namespace: str
    name: str
    types: TypeTable
    imports: dict[str, Document]
    missing: list[str] = field(default_factory=list)

    def alias(self, other: Document) -> str | None:
        """The name under which another document is imported; None for this one."""
        return next((alias for alias, document in self.imports.items() if document is other), None)

    def path(self, other: Document) -> tuple[str, ...]:
        """The aliases through which another document is reached, () for this one."""
        if other is self:
            return ()
        alias = self.alias(other)
        if alias is not None:
            return (alias,) if alias else ()
        for name, document in self.imports.items():
            inner = document.path(other)
            if inner:
                return (name, *inner)
        return ()

    def elements(self, *kinds: str) -> Iterable[Element]:
        """The top elements of these kinds."""
        return children(self.root, *kinds)

    def find(self, href: str) -> tuple[Document, Element]:
        """The element a reference such as ``#id`` or ``namespace#id`` names.

        Raises:
            InvalidModel: there is no such element.
        """
        space, _, identifier = href.rpartition("#")
        for document in self._reachable():
            if not space or document.namespace == space:
                for element in document.elements(*DRG_KINDS):
                    if attribute(element, "id") == identifier:
                        return document, element
        raise InvalidModel(place=self.name, reason=f"引用的元素 {href} 不存在")

    def _reachable(self) -> list[Document]:
        found = [self]
        for document in found:
            found.extend(other for other in document.imports.values() if other not in found)
        return found

    def variable_type(self, element: Element) -> FeelType | None:
        """The type of an element's variable."""
        variable = child(element, "variable")
        return None if variable is None else self.types.find(attribute(variable, "typeRef"))


def read_documents(content: bytes, others: Iterable[bytes] = ()) -> Document:
    """Read a model; ``others`` are the files its imports may be found in.

    Raises:
        InvalidModel: not a DMN 1.1–1.6 model.
    """
    root = _root(content)
    candidates: dict[str, Element] = {}
    for other in others:
        found = parse_xml(other)
        if local(found) == "definitions":
            candidates.setdefault(attribute(found, "namespace"), found)
    return _document(root, candidates, {})


def imported(content: bytes, others: Iterable[bytes]) -> list[bytes]:
    """Those of the other files that a model imports, directly or through another, in the order they are met."""
    by_space: dict[str, tuple[bytes, Element]] = {}
    for other in others:
        root = parse_xml(other)
        by_space.setdefault(attribute(root, "namespace"), (other, root))
    found: dict[str, bytes] = {}
    queue = [parse_xml(content)]
    for root in queue:
        for part in children(root, "import"):
            space = attribute(part, "namespace")
            if space in by_space and space not in found:
                found[space] = by_space[space][0]
                queue.append(by_space[space][1])
    return list(found.values())


def _root(content: bytes) -> Element:
    root = parse_xml(content)
    if local(root) != "definitions" or not _NAMESPACE.fullmatch(namespace(root)):
        raise InvalidModel(place="definitions", reason=f"不是 DMN 模型,命名空间为 {namespace(root) or '空'}")
    return root


def _document(root: Element, candidates: dict[str, Element], made: dict[str, Document]) -> Document:
    space = attribute(root, "namespace")
    imports: dict[str, Document] = {}
    missing: list[str] = []
    for imported in children(root, "import"):
        wanted = attribute(imported, "namespace")
        if "dmn" not in attribute(imported, "importType").lower():
            missing.append(wanted)
        elif wanted in made:
            imports[attribute(imported, "name")] = made[wanted]
        elif wanted in candidates and wanted != space:
            imports[attribute(imported, "name")] = _document(candidates[wanted], candidates, made)
        else:
            missing.append(wanted)
    inherited: dict[str, FeelType] = {}
    for alias, other in imports.items():
        for name, kind in other.types.types.items():
            inherited[f"{alias}.{name}" if alias else name] = kind
    document = Document(root, space, attribute(root, "name"), TypeTable(children(root, "itemDefinition"), inherited), imports, missing)
    made[space] = document
    return document
