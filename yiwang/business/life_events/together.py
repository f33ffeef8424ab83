"""One form and one set of materials out of several matters: each thing counted and asked once. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from yiwang.business.cases.api import LedgerRow, Prepared, PreparedField, PreparedMaterial
from yiwang.business.life_events.answering import ancestors
from yiwang.business.life_events.values import Definition, Node, PlanField, PlanMaterial
from yiwang.business.matters.api import Material, MatterVersion
from yiwang.support.forms.api import Field, Merged, fields_from_json, merge


@dataclass(frozen=True, slots=True)
class Part:
    """One node with its matter and what ``cases.prepare`` found for it."""

    node: Node
    version: MatterVersion
    prepared: Prepared


@dataclass(frozen=True, slots=True)
class MergedMaterial:
    """One material for several matters; ``sources``: node → the keys its own matter uses."""

    key: str
    sources: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Together:
    """The merged form and materials, and how they are told apart again."""

    fields: tuple[PlanField, ...]
    materials: tuple[PlanMaterial, ...]
    form: Merged
    bundle: tuple[MergedMaterial, ...]


def together(definition: Definition, parts: Sequence[Part]) -> Together:
    """Merge what was prepared for each matter."""
    forms = {part.node.key: _form(part, definition) for part in parts}
    merged = merge(forms)
    nodes = tuple(part.node for part in parts)
    given = {part.node.key: _given_before(part, parts, nodes) for part in parts}
    by_key = {part.node.key: {one.row.key: one for one in part.prepared.fields} for part in parts}
    subjects = {name: about for part in parts for name, about in part.prepared.keys.items()}
    names = {part.node.key: part.node.name or part.version.name for part in parts}
    fields = tuple(_field(one, merged.sources[one.key], by_key, given, names, subjects) for one in merged.fields)
    bundle, materials = _materials(parts, nodes, names)
    return Together(fields, materials, merged, bundle)


def _form(part: Part, definition: Definition) -> tuple[Field, ...]:
    """The form of one matter. Whoever turns out to be the applicant (the mother applies) is called so, to be asked once."""
    subjects = part.prepared.keys
    same = {name for name, about in subjects.items() if about == subjects.get("applicant")}
    made = fields_from_json([_overridden(one.field, definition) for one in part.prepared.fields])
    return tuple(replace(one, subject="applicant") if one.subject in same else one for one in made)


def _overridden(field: Mapping[str, Any], definition: Definition) -> dict[str, Any]:
    return {**field, **definition.overrides.get(str(field.get("key")), {})}


def _given_before(part: Part, parts: Sequence[Part], nodes: tuple[Node, ...]) -> dict[str, str]:
    """``element@subject`` → name of the earlier matter whose result brings it."""
    before = ancestors(nodes, part.node.key)
    return {given: other.node.name or other.version.name for other in parts if other.node.key in before for given in other.node.gives}


def _field(
    one: Field,
    sources: Mapping[str, tuple[str, ...]],
    prepared: Mapping[str, Mapping[str, PreparedField]],
    given: Mapping[str, Mapping[str, str]],
    names: Mapping[str, str],
    subjects: Mapping[str, str],
) -> PlanField:
    """One field with what is known: asked as soon as one of its matters cannot know it without the applicant."""
    found = [(node, prepared[node][key]) for node, keys in sources.items() for key in keys]
    meaning = f"{one.element}@{one.subject}"
    asking = [each for node, each in found if _asks(each.row) and not (one.element and meaning in given[node])]
    known = next((each for _, each in found if not _asks(each.row)), None)
    uses = tuple(names[node] for node in sources)
    about = subjects.get(one.subject, "")
    if asking:
        return PlanField(one, None, True, "applicant", None, asking[0].row.why, uses, about)
    if known is not None:
        return PlanField(one, known.value, False, known.row.origin, known.row.source, known.row.why, uses, about)
    earlier = next(given[node][meaning] for node, _ in found if meaning in given[node])
    return PlanField(one, None, False, "previous_case", None, f"由前一步「{earlier}」的结果自动填入", uses, about)


def _asks(row: LedgerRow) -> bool:
    """Whether the applicant must say it. What he once typed in another case may be wrong for this one (another child): it is asked."""
    return row.asked or (row.kind == "field" and row.origin == "previous_case")


def _materials(
    parts: Sequence[Part], nodes: tuple[Node, ...], names: Mapping[str, str]
) -> tuple[tuple[MergedMaterial, ...], tuple[PlanMaterial, ...]]:
    groups: dict[tuple[str, ...], list[tuple[Part, Material, PreparedMaterial]]] = {}
    for part in parts:
        for one in part.prepared.materials:
            material = part.version.material(one.key)
            if material is not None:
                groups.setdefault(_meaning(material, part.prepared.keys), []).append((part, material, one))
    taken: set[str] = set()
    bundle, materials = [], []
    for group in groups.values():
        part, first, _ = group[0]
        key = first.key if first.key not in taken else f"{part.node.key}.{first.key}"
        taken.add(key)
        sources: dict[str, tuple[str, ...]] = {}
        for each, material, _ in group:
            sources[each.node.key] = (*sources.get(each.node.key, ()), material.key)
        bundle.append(MergedMaterial(key, sources))
        materials.append(_material(key, group, parts, nodes, names))
    return tuple(bundle), tuple(materials)


def _meaning(material: Material, subjects: Mapping[str, str]) -> tuple[str, ...]:
    """What makes two materials the same paper: the same licence of the same holder, else the same name of the same person."""
    if material.licence_kind:
        holder = material.licence_holder or "applicant"
        return (material.licence_kind, subjects.get(holder, holder))
    whose = material.element_subject or "applicant"
    return ("", material.name, subjects.get(whose, whose))


def _material(
    key: str,
    group: Sequence[tuple[Part, Material, PreparedMaterial]],
    parts: Sequence[Part],
    nodes: tuple[Node, ...],
    names: Mapping[str, str],
) -> PlanMaterial:
    name = group[0][1].name
    uses = tuple(dict.fromkeys(names[part.node.key] for part, _, _ in group))
    earlier = [_earlier(part, material, parts, nodes, names) for part, material, _ in group]
    asking = [one for (_, _, one), made in zip(group, earlier, strict=True) if _asks(one.row) and not made]
    needed = any(material.needed for _, material, _ in group)
    if asking:
        ways = tuple(way for way in asking[0].ways if all(way in one.ways for one in asking))
        return PlanMaterial(key, name, needed, True, ways or asking[0].ways, "applicant", None, asking[0].row.why, uses)
    known = next((one.row for _, _, one in group if not one.row.asked), None)
    if known is not None:
        return PlanMaterial(key, name, needed, False, (), known.origin, known.source, known.why, uses)
    made = next(one for one in earlier if one)
    return PlanMaterial(key, name, needed, False, (), "previous_case", None, f"由前一步「{made}」的结果自动取得", uses)


def _earlier(part: Part, material: Material, parts: Sequence[Part], nodes: tuple[Node, ...], names: Mapping[str, str]) -> str:
    """The name of an earlier matter of the plan whose licence is this material, '' if there is none."""
    if not material.licence_kind:
        return ""
    before = ancestors(nodes, part.node.key)
    for other in parts:
        result = other.version.result
        same = result.licence_kind == material.licence_kind and (result.holder or "applicant") == (material.licence_holder or "applicant")
        if other.node.key in before and same:
            return names[other.node.key]
    return ""


def optional(one: PlanField) -> Field:
    """The field as it is cleaned when it need not be answered: whatever is typed is still checked."""
    return one.field if one.asked else replace(one.field, required=False)
