"""Decisions a second for a table of 12 conditions and 3 outputs: ``python -m tests.rules.speed`` (processor time of one process)."""

from time import process_time

from yiwang.rules.api import (
    DecisionTable,
    Field,
    InputClause,
    Model,
    OutputClause,
    Rule,
    TableDecision,
    TableModel,
    decide,
    load,
    sql,
    write,
)

KINDS = ("number", "boolean", "string")
HOLDS, FAILS = (">= 10", "true", '"a"'), ("< 10", "false", 'not("a")')


def benefit() -> Model:
    """Yes when all 12 conditions hold; else no, with the first that does not as the reason."""
    inputs = tuple(InputClause(f"c{place}", KINDS[place % 3]) for place in range(12))
    rules = [Rule(tuple(HOLDS[place % 3] for place in range(12)), ('"yes"', "100", '"all"'), ("第一条",))]
    for failing in range(12):
        tests = tuple(FAILS[place % 3] if place == failing else HOLDS[place % 3] if place < failing else "-" for place in range(12))
        rules.append(Rule(tests, ('"no"', "0", f'"c{failing}"'), ("第二条",)))
    outputs = (OutputClause("result", "string"), OutputClause("amount", "number"), OutputClause("reason", "string"))
    table = DecisionTable(inputs, outputs, tuple(rules), annotations=("条款",))
    return load(write(TableModel("benefit", (TableDecision("d", table),), tuple(Field(one.expression, one.type) for one in inputs))))


def single(model: Model, *, explain: bool, count: int = 5000) -> int:
    """Decisions a second, the best of three runs."""
    facts = {f"c{place}": (12, True, "a")[place % 3] for place in range(12)}
    best = 0.0
    for _ in range(3):
        started = process_time()
        for _ in range(count):
            decide(model, "d", facts, explain=explain)
        best = max(best, count / (process_time() - started))
    return round(best)


def population(model: Model, people: int) -> float:
    """Wall seconds for so many people in DuckDB, two threads, the answers counted."""
    from time import perf_counter

    import duckdb

    connection = duckdb.connect(config={"threads": 2})
    columns = ", ".join(
        (f"i % {7 + p} + 8 AS c{p}", f"i % {50 + p} <> 0 AS c{p}", f"if(i % {40 + p} = 0, 'b', 'a') AS c{p}")[p % 3] for p in range(12)
    )
    connection.execute(f"CREATE TABLE people AS SELECT {columns} FROM range({people}) AS r(i)")
    started = perf_counter()
    connection.execute(f"SELECT result, reason, count(*), sum(amount) FROM ({sql(model, 'd').over('people')}) GROUP BY ALL").fetchall()
    return perf_counter() - started


if __name__ == "__main__":
    made = benefit()
    print(f"single, explanation off: {single(made, explain=False):,}/s; on: {single(made, explain=True):,}/s")
    for people in (1_000_000, 10_000_000):
        seconds = population(made, people)
        print(f"DuckDB, {people:,} people: {seconds:.2f} s, {people / seconds:,.0f}/s")
