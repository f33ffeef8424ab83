"""presidio-analyzer over columns in a JSON file: each value is analysed, the entity found in most values (at least half) is the column's.

The recognizers of presidio_texts, and one for dates, addresses, names and credit codes by pattern; no model. Prints seconds and the kinds.
"""

import json
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from presidio_texts import analyzer, recognizer


def main(path):
    columns = json.loads(Path(path).read_text(encoding="utf-8"))
    engine = analyzer()
    for one in (
        recognizer("date", r"^(?:19|20)\d{2}-\d{2}-\d{2}$"),
        recognizer("credit_code", r"^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$"),
        recognizer("address", r"^.*[市区县].*(?:路|街|道|巷).*\d+号.*$"),
        recognizer(
            "name",
            r"^[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶余潘杜戴夏钟汪田姜方石姚谭廖邹熊金陆郝孔白崔康毛邱秦][\u4e00-\u9fff]{1,2}$",
        ),
    ):
        engine.registry.add_recognizer(one)
    engine.analyze("一", language="zh")
    begun = time.perf_counter()
    kinds = []
    for values in columns:
        filled = [one for one in values if one]
        seen = Counter(kind for value in filled for kind in {one.entity_type for one in engine.analyze(value, language="zh")})
        best = seen.most_common(1)
        kinds.append(best[0][0] if best and best[0][1] >= len(filled) / 2 else "")
    print(json.dumps({"seconds": time.perf_counter() - begun, "kinds": kinds}))


if __name__ == "__main__":
    main(sys.argv[1])
