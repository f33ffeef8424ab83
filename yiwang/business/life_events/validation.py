"""Whether a definition holds together; every finding names the rule, the place and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from yiwang.business.life_events.answering import combinations, included
from yiwang.business.life_events.graphs import described
from yiwang.business.life_events.values import Definition, Finding, Node
from yiwang.business.matters.api import MatterVersion
from yiwang.data.catalogue import api as catalogue
from yiwang.standards.errors import YiwangError
from yiwang.support.forms.api import Field, fields_from_json, merge

Described = dict[str, MatterVersion]


def validate(definition: Definition) -> list[Finding]:
    """See ``api.validate``."""
    found = {node.key: version for node in definition.nodes if (version := described(node)) is not None}
    findings = [one for rule in _RULES for one in rule(definition, found)]
    return list(dict.fromkeys(findings))


def _texts(definition: Definition, found: Described) -> Iterator[Finding]:
    for name in ("code", "name", "name_en", "summary", "batch", "document"):
        if not getattr(definition, name):
            yield Finding("text_missing", name, f"缺少 {name},请补充。")
    if not definition.nodes:
        yield Finding("no_matters", "nodes", "没有任何事项,请至少列出一个。")


def _matters(definition: Definition, found: Described) -> Iterator[Finding]:
    seen: set[str] = set()
    for node in definition.nodes:
        place = f"nodes.{node.key}"
        if node.key in seen:
            yield Finding("node_twice", place, f"节点「{node.key}」出现两次,请改名或删除一个。")
        seen.add(node.key)
        version = found.get(node.key)
        if not node.external and version is None:
            yield Finding("unknown_matter", place, f"事项「{node.matter}」不存在或没有发布,请核对短码,或标为 external。")
        if node.external and not node.name:
            yield Finding("text_missing", place, "未接入的事项须写明名称,请补充 name。")
        if version is not None and version.subject_kind not in (definition.subject_kind, "both"):
            yield Finding("wrong_subject", place, f"「{version.name}」不是由{definition.subject_kind}申请的事项,请移出或改申请主体。")


def _dependencies(definition: Definition, found: Described) -> Iterator[Finding]:
    by_key = {node.key: node for node in definition.nodes}
    for node in definition.nodes:
        for before in node.depends_on:
            if before not in by_key:
                yield Finding("unknown_node", f"nodes.{node.key}", f"前置节点「{before}」不存在,请核对。")
    for node in definition.nodes:
        if (circle := _circle(node, by_key)) is not None:
            yield Finding("cycle", f"nodes.{min(circle)}", f"节点互相等待:{' → '.join(sorted(circle))},请去掉其中一条依赖。")


def _circle(node: Node, by_key: dict[str, Node]) -> frozenset[str] | None:
    """The nodes that wait for each other and include this one."""
    behind: set[str] = set()
    stack = list(node.depends_on)
    while stack:
        key = stack.pop()
        if key in behind or key not in by_key:
            continue
        behind.add(key)
        stack += by_key[key].depends_on
    if node.key not in behind:
        return None
    return frozenset(key for key in behind if node.key in _behind(by_key[key], by_key))


def _behind(node: Node, by_key: dict[str, Node]) -> set[str]:
    seen: set[str] = set()
    stack = list(node.depends_on)
    while stack:
        key = stack.pop()
        if key in by_key and key not in seen:
            seen.add(key)
            stack += by_key[key].depends_on
    return seen


def _questions(definition: Definition, found: Described) -> Iterator[Finding]:
    known = {one.key: {option.value for option in one.options} for one in definition.questions}
    for one in definition.questions:
        place = f"questions.{one.key}"
        if not one.options:
            yield Finding("no_option", place, f"问题「{one.text}」没有选项,请补充。")
        if one.default and one.default not in known[one.key]:
            yield Finding("unknown_answer", place, f"默认答案「{one.default}」不在选项中,请改正。")
        if one.otherwise and one.otherwise not in known[one.key]:
            yield Finding("unknown_answer", place, f"不显示时的答案「{one.otherwise}」不在选项中,请改正。")
        if one.derive is not None and not {one.derive.present, one.derive.absent} <= known[one.key]:
            yield Finding("unknown_answer", place, "由登记库得出的答案不在选项中,请改正。")
    conditions = [(f"nodes.{node.key}", node.when) for node in definition.nodes]
    conditions += [(f"questions.{one.key}", one.shown_when) for one in definition.questions]
    for place, wanted in conditions:
        for question, values in wanted.items():
            if question not in known:
                yield Finding("unknown_question", place, f"条件中的问题「{question}」不存在,请核对。")
            elif unknown := set(values) - known[question]:
                yield Finding("unknown_answer", place, f"条件中的答案「{'、'.join(sorted(unknown))}」不在选项中,请改正。")


def _own_questions(definition: Definition, found: Described) -> Iterator[Finding]:
    """Every question of a matter is asked here, with its own options; every question here is used by somebody."""
    known = {one.key: {option.value for option in one.options} for one in definition.questions}
    used = {key for node in definition.nodes for key in node.when} | {key for one in definition.questions for key in one.shown_when}
    for key, version in found.items():
        for question in version.questions:
            used.add(question.key)
            if question.key not in known:
                yield Finding("open_question", f"nodes.{key}", f"事项自己的问题「{question.text}」没有在这里提出,请加上 {question.key}。")
            elif unknown := known[question.key] - {option.value for option in question.options}:
                yield Finding(
                    "unknown_answer", f"questions.{question.key}", f"答案「{'、'.join(sorted(unknown))}」不是「{version.name}」的选项。"
                )
    if len(found) == len(definition.nodes):
        for key in known.keys() - used:
            yield Finding("idle_question", f"questions.{key}", "没有事项用到这个问题,请删除,不要让申请人多答。")


def _reachable(definition: Definition, found: Described) -> Iterator[Finding]:
    reached: set[str] = set()
    for answers in combinations(definition):
        reached |= {node.key for node in included(definition, answers)}
        if len(reached) == len(definition.nodes):
            return
    for node in definition.nodes:
        if node.key not in reached:
            yield Finding("unreachable", f"nodes.{node.key}", "怎样回答都不会办到这个事项,请检查条件。")


def _names(definition: Definition) -> set[str]:
    """Everybody and everything the definition has a name for."""
    return {"applicant", *definition.subjects} | ({definition.anchor.name} if definition.anchor else set())


def _subjects(definition: Definition, found: Described) -> Iterator[Finding]:
    names = _names(definition)
    wanted = [(f"subjects.{name}", who.element, who.of) for name, who in definition.subjects.items()]
    wanted += [(f"questions.{one.key}", one.derive.element, one.derive.of) for one in definition.questions if one.derive is not None]
    for place, element, of in wanted:
        yield from _element(element, place)
        if of not in names:
            yield Finding("unknown_key", place, f"「{of}」没有定义,请写进 anchor 或 subjects。")


def _keys(definition: Definition, found: Described) -> Iterator[Finding]:
    names = _names(definition)
    for node in definition.nodes:
        place = f"nodes.{node.key}"
        for name in node.takes:
            if name not in definition.subjects:
                yield Finding("unknown_key", place, f"要取得的「{name}」没有定义,请写进 subjects。")
        for given in node.gives:
            yield from _element(given.partition("@")[0], place)
        version = found.get(node.key)
        for who in version.subjects.values() if version else ():
            if who.get("key") and who["key"] not in names:
                yield Finding("unknown_key", place, f"这个事项需要「{who['key']}」,这里没有定义,请写进 anchor 或 subjects。")


def _element(code: str, place: str) -> Iterator[Finding]:
    try:
        catalogue.element(code)
    except YiwangError:
        yield Finding("unknown_element", place, f"数据元「{code}」不在目录中,请核对。")


def _form(definition: Definition, found: Described) -> Iterator[Finding]:
    """No two fields of the merged form ask the same: same words about the same person, known to no register."""
    merged = merge({key: fields_from_json(list(version.fields)) for key, version in found.items()})
    known = {one.key for one in merged.fields}
    for key in definition.overrides.keys() - known:
        if len(found) == len(definition.nodes):
            yield Finding("unknown_field", f"form.{key}", f"合并后的表单没有字段「{key}」,请核对。")
    seen: dict[tuple[str, str], Field] = {}
    for one in merged.fields:
        same = seen.setdefault((one.label, one.subject), one)
        if same is not one:
            yield Finding(
                "asked_twice", f"form.{one.key}", f"「{one.label}」在合并后的表单里出现两次({same.key}、{one.key}),请统一键、类型和数据元。"
            )


Rule = Callable[[Definition, Described], Iterator[Finding]]
_RULES: Final[tuple[Rule, ...]] = (_texts, _matters, _dependencies, _questions, _own_questions, _reachable, _subjects, _keys, _form)
