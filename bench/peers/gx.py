"""great_expectations (pandas) over a file of people, with the failing row numbers.

Arguments: file, reference file, day. Prints {"seconds", "failed": {rule: rows}, "peak_mib"}: from the file to the result, the best of two. Starting Python is not
timed. Its own expectations say eight of the ten rules; for the check character and the day of birth of an identity number it is
given the cheaper shape alone, because both would need expectations written by hand.
"""

import json
import logging
import resource
import sys
import time
import warnings
from datetime import date, timedelta
from pathlib import Path

import great_expectations as gx
import great_expectations.expectations as expect
import pandas as pd

COUNTED = {"result_format": "COMPLETE", "unexpected_index_column_names": ["row"]}


def read(file: Path) -> pd.DataFrame:
    """The whole file with its row numbers; great_expectations takes a frame in memory."""
    if file.suffix == ".parquet":
        frame = pd.read_parquet(file)
    else:
        frame = pd.read_csv(file, engine="pyarrow", dtype={"id_number": str, "mobile": str, "sex": str})
    for name in ("birth_date", "registered_on", "ended_on", "updated_on"):
        frame[name] = pd.to_datetime(frame[name])
    frame["row"] = range(len(frame))
    return frame


def expectations(known: list[str], today: date) -> dict[str, expect.Expectation]:
    """The rules that its own expectations can say."""
    first = pd.Timestamp(today - timedelta(days=365))
    return {
        "id_number": expect.ExpectColumnValuesToMatchRegex(column="id_number", regex="^[0-9]{17}[0-9X]$"),
        "mobile": expect.ExpectColumnValuesToMatchRegex(column="mobile", regex="^1[3-9][0-9]{9}$"),
        "not_null": expect.ExpectColumnValuesToNotBeNull(column="name"),
        "unique": expect.ExpectColumnValuesToBeUnique(column="id_number"),
        "range": expect.ExpectColumnValuesToBeBetween(column="income", min_value=0, max_value=10_000_000),
        "reference": expect.ExpectColumnValuesToBeInSet(column="community", value_set=known),
        "order": expect.ExpectColumnPairValuesAToBeGreaterThanB(column_A="ended_on", column_B="registered_on", or_equal=True),
        "fresh": expect.ExpectColumnValuesToBeBetween(column="updated_on", min_value=first, max_value=pd.Timestamp(today)),
        "code": expect.ExpectColumnValuesToBeInSet(column="sex", value_set=["1", "2"]),
    }


def main() -> None:
    """Run and print."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    file, known, today = Path(sys.argv[1]), pd.read_parquet(sys.argv[2])["community"].tolist(), date.fromisoformat(sys.argv[3])
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    asset = context.data_sources.add_pandas("local").add_dataframe_asset("people")
    batches = asset.add_batch_definition_whole_dataframe("all")
    rules = expectations(known, today)
    for code, rule in rules.items():
        rule.meta = {"code": code}
    suite = gx.ExpectationSuite("people", expectations=list(rules.values()))
    took, failed = [], {}
    for _ in range(2):
        begin = time.perf_counter()
        result = batches.get_batch({"dataframe": read(file)}).validate(suite, result_format=COUNTED)
        took.append(time.perf_counter() - begin)
        failed = {one.expectation_config.meta["code"]: one.result["unexpected_count"] for one in result.results}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": min(took), "failed": failed, "peak_mib": peak}))


main()
