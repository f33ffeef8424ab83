"""bkflow-feel has expressions but no tables: each row's tests joined by ``and``, tried in order until one is true.

Prints the decisions a second with the syntax trees kept, with every text read anew (what its own API does), and the rows found.
"""

import json
import logging
import sys
import time
from pathlib import Path

from bkflow_feel import parser, transformer
from bkflow_feel.api import parse_expression

logging.disable(logging.CRITICAL)


def main(path):
    given = json.loads(Path(path).read_text())
    texts = [row["feel"] for row in given["rows"]]
    trees = [transformer.transform(parser.parse(text)) for text in texts]

    def kept(facts):
        return next(number for number, tree in enumerate(trees) if tree.evaluate(facts))

    def anew(facts):
        return next(number for number, text in enumerate(texts) if parse_expression(text, facts))

    people = given["people"]
    answer = {"rows": [kept(facts) for facts in people]}
    for name, decide, rounds in (("kept", kept, 100), ("anew", anew, 5)):
        began = time.process_time()
        for _ in range(rounds):
            for facts in people:
                decide(facts)
        answer[name] = rounds * len(people) / (time.process_time() - began)
    print(json.dumps(answer))


main(sys.argv[1])
