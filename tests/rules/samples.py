"""Models used by the tests."""

from yiwang.rules.api import DecisionTable, Field, InputClause, Model, OutputClause, Rule, TableDecision, TableModel, load, write

SPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def definitions(body: str, *, name: str = "sample", namespace: str = "urn:sample", spaces: str = "") -> bytes:
    """A DMN 1.5 file around some elements."""
    return f'<definitions xmlns="{SPACE}" {spaces} name="{name}" namespace="{namespace}">{body}</definitions>'.encode()


def decision(logic: str, *, name: str = "d", kind: str = "", needs: str = "") -> str:
    """A decision element with some logic."""
    type_ref = f' typeRef="{kind}"' if kind else ""
    return f'<decision id="_{name}" name="{name}"><variable name="{name}"{type_ref}/>{needs}{logic}</decision>'


def literal(text: str) -> str:
    """A boxed literal expression."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<literalExpression><text>{escaped}</text></literalExpression>"


def table_model(
    inputs: dict[str, str], rows: list[tuple], *, outputs: tuple[OutputClause, ...] = (OutputClause("result"),), **options
) -> TableModel:
    """One table over plain inputs; a row is (tests…, outputs…, clause)."""
    clauses = tuple(InputClause(name, kind) for name, kind in inputs.items())
    rules = tuple(
        Rule(tuple(row[: len(clauses)]), tuple(row[len(clauses) : len(clauses) + len(outputs)]), tuple(row[len(clauses) + len(outputs) :]))
        for row in rows
    )
    annotations = ("条款",) if rows and len(rows[0]) > len(clauses) + len(outputs) else ()
    table = DecisionTable(clauses, outputs, rules, annotations=annotations, **options)
    return TableModel("sample", (TableDecision("d", table),), tuple(Field(name, kind) for name, kind in inputs.items()))


def loaded(*args, **options) -> Model:
    """The same, written and loaded."""
    return load(write(table_model(*args, **options)))


ALLOWANCE_ROWS = [
    (">= 80", '"本市"', "false", '"yes"', "年龄 * 2", "《高龄津贴办法》第三条"),
    (">= 80", '"本市"', "true", '"no"', "0", "《高龄津贴办法》第五条"),
    (">= 80", 'not("本市")', "-", '"no"', "0", "《高龄津贴办法》第四条"),
    ("< 80", "-", "-", '"no"', "0", "《高龄津贴办法》第三条"),
]
ALLOWANCE_INPUTS = {"年龄": "number", "户籍": "string", "领取其他补贴": "boolean"}
ALLOWANCE_OUTPUTS = (OutputClause("result", "string"), OutputClause("amount", "number"))


def allowance() -> Model:
    """The allowance for the very old: four rows with their clauses."""
    return loaded(ALLOWANCE_INPUTS, ALLOWANCE_ROWS, outputs=ALLOWANCE_OUTPUTS)
