"""The rules engine beside its peers: a population in DuckDB, and single decisions.

Our rule: a benefit of 12 conditions (number, boolean, text in turn), 3 outputs and 13 exclusive rows, each with its clause. End to end: a Parquet file of people
in, an Arrow table of their answers out (results, row, undetermined), compilation included, the best of five; opening DuckDB is not.
OpenFisca end to end: a Parquet file in, result arrays out, the best of three; starting Python and loading the laws is not. Two rules: parenting_allowance of its country
template (3 conditions over the members of a household, 1 output; 1 M persons in 250,000 households), and our benefit as OpenFisca variables.
SpiffWorkflow runs our 13 rows with their tests in Python, bkflow-feel our 13 rows, each one FEEL expression. Single decisions: processor time of one process, 13 people
in turn (one per row), results compared. Cost: linear in people; about half a minute.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench._peers import run_peer
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
    run_population,
    sql,
    write,
)

Figure = dict[str, Any]
MILLION = 1_000_000
CONDITIONS = 12
KINDS = ("number", "boolean", "string")
OUTPUTS = ("result", "amount", "reason")
# the tests of a condition that holds and of one that fails: FEEL, Python (for SpiffWorkflow), one expression (for bkflow-feel)
HOLDS = ((">= 10", ">= 10", "c{0} >= 10"), ("true", "True", "c{0} = true"), ('"a"', "'a'", 'c{0} = "a"'))
FAILS = (("< 10", "< 10", "c{0} < 10"), ("false", "False", "c{0} = false"), ('not("a")', "!= 'a'", 'c{0} != "a"'))
FEEL, PYTHON, EXPRESSION = 0, 1, 2


def run() -> list[Figure]:
    """All figures; the peers are installed on first use."""
    model = benefit()
    return [*_populations(model), *_singles(model)]


def tests(row: int, language: int) -> list[str]:
    """The tests of a row: row 0 holds when all conditions do, row n when condition n is the first that fails."""
    failing = row - 1
    return [
        FAILS[at % 3][language].format(at) if at == failing else HOLDS[at % 3][language].format(at) if row == 0 or at < failing else ""
        for at in range(CONDITIONS)
    ]


def results(row: int) -> tuple[str, ...]:
    """The results of a row."""
    return ('"no"', "0", f'"c{row - 1}"') if row else ('"yes"', "100", '"all"')


def benefit() -> Model:
    """Yes when all 12 conditions hold; else no, with the first that does not as the reason."""
    inputs = tuple(InputClause(f"c{at}", KINDS[at % 3]) for at in range(CONDITIONS))
    rows = tuple(Rule(tuple(text or "-" for text in tests(row, FEEL)), results(row), ("第一条",)) for row in range(CONDITIONS + 1))
    outputs = tuple(OutputClause(name, "number" if name == "amount" else "string") for name in OUTPUTS)
    table = DecisionTable(inputs, outputs, rows, annotations=("条款",))
    return load(write(TableModel("benefit", (TableDecision("d", table),), tuple(Field(one.expression, one.type) for one in inputs))))


def people() -> list[dict[str, object]]:
    """One person for each row."""
    good, bad = (12, True, "a"), (9, False, "b")
    return [{f"c{at}": (bad if at == row - 1 else good)[at % 3] for at in range(CONDITIONS)} for row in range(CONDITIONS + 1)]


def _populations(model: Model) -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = {count: _written(folder / f"{count}.parquet", count) for count in (MILLION, 10 * MILLION)}
        homes = _households(folder / "households.parquet")
        seconds, yes = {}, {}
        theirs = {
            "benefit": [run_peer("openfisca", "benefit", str(files[MILLION]))],
            "allowance": [run_peer("openfisca", "allowance", str(homes))],
        }
        for count, file in files.items():
            seconds[count], yes[count] = _end_to_end(model, file, count)
        theirs["benefit"].append(run_peer("openfisca", "benefit", str(files[MILLION])))
        theirs["allowance"].append(run_peer("openfisca", "allowance", str(homes)))
        assert theirs["benefit"][0]["yes"] == yes[MILLION], "the peer decides otherwise"
        tables = _table_rate(model, files[MILLION])
    rates = {rule: MILLION / min(answer["seconds"] for answer in answers) for rule, answers in theirs.items()}
    figures = [
        _figure(
            f"rules.population_{count // MILLION}m", count / taken, "people/s", f"openfisca-core 46.0.1, {rule}, 1 M persons", rates[rule]
        )
        for count, taken in seconds.items()
        for rule in rates
    ]
    linear = (seconds[10 * MILLION] / 10) / seconds[MILLION]
    return [*figures, _figure("rules.population_growth (time per person, 10 M : 1 M)", linear, "times"), *tables]


def _written(file: Path, count: int) -> Path:
    """People at random; 985 of 1,000 meet each condition."""
    import duckdb

    share = "hash(i * 12 + {0}) % 1000 < 985"
    column = ("CAST(CASE WHEN {0} THEN 10 + i % 60 ELSE i % 10 END AS INTEGER)", "{0}", "CASE WHEN {0} THEN 'a' ELSE 'b' END")
    columns = ", ".join(f"{column[at % 3].format(share.format(at))} AS c{at}" for at in range(CONDITIONS))
    duckdb.connect().execute(f"COPY (SELECT i AS person, {columns} FROM range({count}) AS r(i)) TO '{file}' (FORMAT parquet)")
    return file


def _households(file: Path) -> Path:
    """A million persons, two adults and two children to a household; role 0 is the adult."""
    import duckdb

    columns = (
        "i AS person, i // 4 AS household, CAST(i % 4 >= 2 AS INTEGER) AS role, "
        "CAST(CASE WHEN i % 4 < 2 THEN 20 + hash(i) % 40 ELSE hash(i) % 18 END AS INTEGER) AS age, "
        "CAST(CASE WHEN i % 4 < 2 THEN hash(i + 7) % 3000 ELSE 0 END AS DOUBLE) AS salary"
    )
    duckdb.connect().execute(f"COPY (SELECT {columns} FROM range({MILLION}) AS r(i)) TO '{file}' (FORMAT parquet)")
    return file


def _end_to_end(model: Model, file: Path, count: int) -> tuple[float, int]:
    """Seconds from the file to the Arrow table, and how many are entitled."""
    import duckdb

    with duckdb.connect() as connection:

        def once() -> Any:
            text = sql(model, "d").over(f"read_parquet('{file}')")
            return connection.sql(f"SELECT person, {', '.join(OUTPUTS)}, rule, undetermined FROM ({text})").to_arrow_table()

        answers = once()
        assert answers.num_rows == count
        entitled = connection.execute("SELECT count(*) FROM answers WHERE result = 'yes'").fetchall()[0][0]
        del answers
        return _best(once, times=5), entitled


def _table_rate(model: Model, file: Path) -> list[Figure]:
    """Arrow in, Arrow out with what is missing; and row by row, which is what a decision without an equal in SQL costs."""
    import pyarrow.parquet as parquet

    table = parquet.read_table(file)
    some = table.slice(0, 50_000)
    rows = some.num_rows / _best(lambda: run_population(model, "d", some, engine="rows"), times=1)
    return [
        _figure("rules.run_population 1 M", MILLION / _best(lambda: run_population(model, "d", table)), "people/s"),
        _figure("rules.run_population row by row", rows, "people/s"),
    ]


def _best(act: Callable[[], object], times: int = 3) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return min(taken)


def _singles(model: Model) -> list[Figure]:
    everybody = people()
    given = {
        "inputs": [f"c{at}" for at in range(CONDITIONS)],
        "outputs": OUTPUTS,
        "people": everybody,
        "rows": [
            {
                "python": tests(row, PYTHON),
                "feel": " and ".join(text for text in tests(row, EXPRESSION) if text),
                "results": results(row),
            }
            for row in range(CONDITIONS + 1)
        ],
    }
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(given, file)
        file.flush()
        ours = {explain: _rate(model, everybody, explain=explain) for explain in (False, True)}
        spiff, feel = run_peer("spiff_table", file.name), run_peer("bkflow_feel_rows", file.name)
    assert spiff["results"] == [decide(model, "d", facts).to_json()["value"] for facts in everybody], "the peer decides otherwise"
    assert feel["rows"] == list(range(CONDITIONS + 1)), "the peer decides otherwise"
    pairs = [
        ("SpiffWorkflow 3.2.0 DMN, the same rows", spiff["rate"]),
        ("bkflow-feel 1.2.0, the same rows, read each time", feel["anew"]),
        ("bkflow-feel 1.2.0, the same rows, trees kept", feel["kept"]),
    ]
    return [
        _figure(f"rules.decide_{'explained' if explain else 'plain'}", rate, "decisions/s", peer, value)
        for explain, rate in ours.items()
        for peer, value in pairs
    ]


def _rate(model: Model, everybody: list[dict[str, object]], *, explain: bool) -> float:
    rates = []
    for _ in range(3):
        began = time.process_time()
        for _ in range(300):
            for facts in everybody:
                decide(model, "d", facts, explain=explain)
        rates.append(300 * len(everybody) / (time.process_time() - began))
    return statistics.median(rates)


def _figure(name: str, value: float, unit: str, peer: str = "", peer_value: float | None = None) -> Figure:
    ratio = round(value / peer_value, 3) if peer_value else None
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "peer": peer,
        "peer_value": peer_value and round(peer_value, 3),
        "ratio": ratio,
    }
