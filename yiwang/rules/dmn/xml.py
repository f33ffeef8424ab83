"""Reading XML safely: no document type, no entities, limited size; and small helpers to walk it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers.expat import ExpatError, ParserCreate

from yiwang.rules.errors import InvalidModel

_LIMIT: Final = 64 * 1024 * 1024
_DEPTH: Final = 200


def parse_xml(content: bytes) -> Element:
    """The root element of an XML document.

    Raises:
        InvalidModel: not well formed, too large or too deep, or it declares a document type.
    """
    if len(content) > _LIMIT:
        raise InvalidModel(place="XML", reason=f"超过 {_LIMIT // 1024 // 1024} MB")
    builder = TreeBuilder()
    parser = ParserCreate(namespace_separator="}")
    depth = 0

    def refuse(*_: object) -> None:
        raise InvalidModel(place="XML", reason="不允许 DOCTYPE 或实体声明")

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEPTH:
            raise InvalidModel(place="XML", reason=f"嵌套超过 {_DEPTH} 层")
        builder.start(_braced(tag), {_braced(name): value for name, value in attributes.items()})

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_braced(tag))

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(content, True)
    except ExpatError as error:
        raise InvalidModel(place=f"XML 第 {error.lineno} 行", reason=str(error)) from error
    return builder.close()


def _braced(name: str) -> str:
    return "{" + name if "}" in name else name


def local(element: Element) -> str:
    """The tag without its namespace."""
    return element.tag.rpartition("}")[2]


def namespace(element: Element) -> str:
    """The namespace of the tag."""
    return element.tag.rpartition("}")[0].lstrip("{")


def children(element: Element, *names: str) -> Iterator[Element]:
    """The child elements with one of these names."""
    return (child for child in element if local(child) in names)


def child(element: Element, *names: str) -> Element | None:
    """The first child element with one of these names."""
    return next(children(element, *names), None)


def text_of(element: Element | None, name: str = "text") -> str:
    """The text of a child element, '' when absent."""
    found = None if element is None else child(element, name)
    return "" if found is None else "".join(found.itertext())


def attribute(element: Element, name: str) -> str:
    """An attribute without surrounding white space, '' when absent."""
    return " ".join((element.get(name) or "").split())
