"""Peer of `bench ingest`: pandas with the same checks of companies as a person would write them; prints {good, bad, seconds, mebibytes}."""

import json
import resource
import sys
import time
from pathlib import Path

import pandas

sys.path.insert(0, str(Path(__file__).parents[2]))  # the check characters alone: yiwang.standards needs no other package
from yiwang.standards.identifiers import credit_code

source, target = sys.argv[1:3]
FACTORS = {"万元人民币": 1e4, "万": 1e4, "万元": 1e4, "万人民币": 1e4}
begin = time.perf_counter()
good = bad = 0
frames = []
for frame in pandas.read_csv(source, dtype=str, chunksize=250_000, on_bad_lines="skip", engine="c", keep_default_na=False):
    frame = frame.replace("N/A", None)
    right = frame["统一社会信用代码"].map(lambda text: isinstance(text, str) and credit_code.is_valid(text))
    frame["注册日期"] = pandas.to_datetime(frame["注册日期"], format="%Y-%m-%d", errors="coerce")
    parts = frame["注册资金"].str.extract(r"([0-9.,]+)\(?([^)]*)\)?")
    frame["元"] = pandas.to_numeric(parts[0].str.replace(",", ""), errors="coerce") * parts[1].map(FACTORS)
    frame["企业名称"] = frame["企业名称"].str.replace("(", "\uff08", regex=False).str.replace(")", "\uff09", regex=False)
    keep = right & frame["注册日期"].notna()
    good, bad = good + int(keep.sum()), bad + int((~keep).sum())
    frames.append(frame[keep])
pandas.concat(frames).drop_duplicates("统一社会信用代码").to_parquet(target, compression="zstd")
seconds = time.perf_counter() - begin
print(json.dumps({"good": good, "bad": bad, "seconds": seconds, "mebibytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
