"""A document read back as the plain data it was written from."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from yiwang.rules.dmn.documents import Document
from yiwang.rules.dmn.model import Field, TableDecision, TableModel, TypeDefinition, default_namespace
from yiwang.rules.dmn.reading import read_table
from yiwang.rules.dmn.xml import attribute, child, children, local, text_of
from yiwang.rules.errors import InvalidModel


def table_model(document: Document) -> TableModel:
    """The inputs, types and tables of a document.

    Raises:
        InvalidModel: a decision is not made by a table.
    """
    inputs = tuple(Field(attribute(given, "name"), _variable_type(given) or "Any") for given in document.elements("inputData"))
    names = {attribute(given, "id"): attribute(given, "name") for given in document.elements("inputData", "decision")}
    every = tuple(given.name for given in inputs)
    decisions = tuple(_decision(element, names, every) for element in document.elements("decision"))
    types = tuple(_type(element) for element in document.elements("itemDefinition"))
    namespace = "" if document.namespace == default_namespace(document.name) else document.namespace
    return TableModel(document.name, decisions, inputs, types, namespace)


def _variable_type(element: Element) -> str:
    variable = child(element, "variable")
    return "" if variable is None else attribute(variable, "typeRef")


def _decision(element: Element, names: dict[str, str], every: tuple[str, ...]) -> TableDecision:
    table = child(element, "decisionTable")
    if table is None:
        raise InvalidModel(place=attribute(element, "name"), reason="该决策不是决策表")
    needs = tuple(names.get(href.rpartition("#")[2], href) for href in _required(element))
    question = child(element, "question")
    text = "" if question is None else "".join(question.itertext()).strip()
    kind = _variable_type(element)
    return TableDecision(attribute(element, "name"), read_table(table), kind, () if needs == every else needs, text)


def _required(element: Element) -> Iterator[str]:
    for requirement in children(element, "informationRequirement"):
        for required in children(requirement, "requiredInput", "requiredDecision"):
            yield attribute(required, "href")


def _type(element: Element) -> TypeDefinition:
    fields = tuple(Field(attribute(part, "name"), text_of(part, "typeRef").strip()) for part in element if local(part) == "itemComponent")
    is_list = attribute(element, "isCollection") == "true"
    allowed = text_of(child(element, "allowedValues")).strip()
    return TypeDefinition(attribute(element, "name"), text_of(element, "typeRef").strip(), allowed, is_list, fields)
