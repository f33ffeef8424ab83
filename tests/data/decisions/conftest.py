"""A table of an allowance by age, registered for the tests, and the people who write and publish it."""

import pytest

from yiwang.data.decisions import api as decisions
from yiwang.data.decisions import in_force, registering
from yiwang.rules import api as rules
from yiwang.security.access.api import Actor

KEY = "tests/allowance"


def sheet(limit="80"):
    table = rules.DecisionTable(
        (rules.InputClause("age", "number", "年龄"), rules.InputClause("local", "boolean", "本市户籍")),
        (rules.OutputClause("result", "string", "结果", '"yes","no"'), rules.OutputClause("amount", "number", "金额")),
        (
            rules.Rule((f">= {limit}", "true"), ('"yes"', "100"), ("示范办法 第三条",)),
            rules.Rule((f">= {limit}", "false"), ('"no"', "0"), ("示范办法 第四条",)),
            rules.Rule((f"< {limit}", "-"), ('"no"', "0"), ("示范办法 第三条",)),
        ),
        "UNIQUE",
        "",
        ("条款",),
    )
    fields = (rules.Field("age", "number"), rules.Field("local", "boolean"))
    return rules.TableModel("高龄津贴示范", (rules.TableDecision("decision", table),), fields)


CASES = [
    decisions.TestCase("八十岁本市", {"age": "80", "local": "是"}, {"result": "yes", "amount": "100"}),
    decisions.TestCase("八十岁外地", {"age": "85", "local": "否"}, {"result": "no"}),
    decisions.TestCase("不满八十", {"age": "79"}, {"result": "no", "amount": "0.00"}),
]


@pytest.fixture
def key(db, tmp_path):
    """The table, fresh for each test: the memory of the process forgets what the test's rollback takes back."""
    path = tmp_path / "allowance.dmn"
    path.write_bytes(rules.write(sheet()))
    in_force.of_file.cache_clear()
    in_force.memory.forget()
    facts = {"age": "年龄", "local": "本市户籍", "income": "家庭收入"}
    decisions.register(KEY, path=path, title="高龄津贴示范", department="civil", region="990100", facts=facts)
    yield KEY
    registering._tables.pop(KEY)
    in_force.memory.__init__()


def official(name, *roles, department="civil", region="990100"):
    return Actor("staff", f"s-{name}", name, None, department, region, frozenset(roles))


@pytest.fixture
def author():
    return official("甲", "matter_editor")


@pytest.fixture
def second():
    return official("乙", "matter_publisher")
