"""The one file that touches Spark: a session, and a compiled decision run on it. Needs pyspark (``make spark``) and Java 17 or newer."""

from __future__ import annotations

import importlib.util
import shutil
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from yiwang.rules.errors import EngineMissing

if TYPE_CHECKING:
    import pyarrow as pa

LOCAL: Final = "local[2]"
_SETTINGS: Final = {
    "spark.ui.enabled": "false",
    "spark.sql.ansi.enabled": "true",  # an overflow is an error, never a silent null
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",  # nor a silent rounding
    "spark.sql.session.timeZone": "UTC",
}
_LOCAL_SETTINGS: Final = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": "2",
    "spark.log.level": "ERROR",
}


def missing() -> str:
    """Why Spark cannot run here; '' when it can."""
    if importlib.util.find_spec("pyspark") is None:
        return "没有安装 pyspark(make spark)"
    return "" if shutil.which("java") else "没有 Java(17 或更新)"


def session(master: str = LOCAL) -> Any:
    """The session of this process, started when it is first asked for (about ten seconds).

    Args:
        master: ``local[2]`` for two threads of this process, or the address of a cluster, ``spark://host:7077``.

    Raises:
        EngineMissing: pyspark or Java is not installed.
    """
    if reason := missing():
        raise EngineMissing(engine="Spark", reason=reason)
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName("yiwang")
    for name, value in {**_SETTINGS, **(_LOCAL_SETTINGS if master.startswith("local") else {})}.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def run(text: str, people: pa.Table, *, master: str = LOCAL) -> pa.Table:
    """Run a query over an Arrow table; ``{people}`` in the text is the table. The order of the rows is not kept."""
    spark = session(master)
    view = f"people_{uuid4().hex}"
    spark.createDataFrame(people).createOrReplaceTempView(view)
    try:
        return spark.sql(text.replace("{people}", view)).toArrow()
    finally:
        spark.catalog.dropTempView(view)
