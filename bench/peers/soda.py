"""soda-core on DuckDB over a file of people: a contract in YAML, failing rows counted (soda names none of them).

Arguments: file, reference file, contract file. Prints {"seconds", "failed": {check: rows}, "peak_mib"}: from the file to the counts, the best of four: twice with
the file loaded into a table, as soda itself loads a file, and twice looked at where it lies. Starting Python is not timed.
"""

import json
import logging
import resource
import sys
import time
from pathlib import Path

import duckdb
from soda_core.common.yaml import ContractYamlSource
from soda_core.contracts.contract_verification import ContractVerificationSession
from soda_duckdb.common.data_sources.duckdb_data_source import DuckDBDataSourceImpl

TEXTS = ("id_number", "name", "mobile", "sex", "community")


def relation(file: Path) -> str:
    """How DuckDB reads the file; texts of a CSV are declared, because guessing them eats leading zeros."""
    if file.suffix == ".parquet":
        return f"read_parquet('{file}')"
    types = ", ".join(f"'{name}': 'VARCHAR'" for name in TEXTS)
    return f"read_csv('{file}', types={{{types}}})"


def verify(file: Path, known: str, contract: str, form: str) -> dict[str, float]:
    """Failing rows by check."""
    connection = duckdb.connect()
    connection.execute(f"CREATE {form} people AS SELECT * FROM {relation(file)}")
    connection.execute(f"CREATE TABLE communities AS SELECT * FROM '{known}'")
    source = DuckDBDataSourceImpl.from_existing_cursor(connection, "local")
    done = ContractVerificationSession.execute([ContractYamlSource.from_str(contract)], data_source_impls=[source])
    result = done.contract_verification_results[0]
    assert len(result.check_results) == 10, done.get_errors_str()
    return {one.check.name: one.threshold_value for one in result.check_results}


def main() -> None:
    """Run and print."""
    logging.disable(logging.CRITICAL)
    file, known, contract = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]).read_text(encoding="utf-8")
    took, failed = [], {}
    for form in ("TABLE", "VIEW", "TABLE", "VIEW"):
        begin = time.perf_counter()
        failed = verify(file, known, contract, form)
        took.append(time.perf_counter() - begin)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": min(took), "failed": failed, "peak_mib": peak}))


main()
