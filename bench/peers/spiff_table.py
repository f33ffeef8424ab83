"""SpiffWorkflow's DMN engine on a table given as JSON (its tests in Python): decisions a second, and the results to compare."""

import json
import sys
import time
from pathlib import Path
from types import SimpleNamespace

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine
from SpiffWorkflow.dmn.specs.model import DecisionTable, Input, InputEntry, Output, OutputEntry, Rule


def table(given):
    made = DecisionTable("table", "table", "UNIQUE")
    made.inputs = [Input(name, name, name, name, "") for name in given["inputs"]]
    made.outputs = [Output(name, name, name, "") for name in given["outputs"]]
    for number, row in enumerate(given["rows"]):
        rule = Rule(str(number))
        for column, test in zip(made.inputs, row["python"], strict=True):
            entry = InputEntry(column.id, column)
            entry.lhs = [test or None]
            rule.inputEntries.append(entry)
        for column, text in zip(made.outputs, row["results"], strict=True):
            entry = OutputEntry(column.id, column)
            entry.text = text
            rule.outputEntries.append(entry)
        made.rules.append(rule)
    return made


def main(path):
    given = json.loads(Path(path).read_text())
    engine = DMNEngine(table(given))
    workflow = SimpleNamespace(script_engine=PythonScriptEngine())
    tasks = [SimpleNamespace(data=facts, workflow=workflow, task_spec=SimpleNamespace(name="t")) for facts in given["people"]]
    results = [engine.result(task) for task in tasks]
    rounds, began = 20, time.process_time()
    for _ in range(rounds):
        for task in tasks:
            engine.result(task)
    print(json.dumps({"rate": rounds * len(tasks) / (time.process_time() - began), "results": results}))


main(sys.argv[1])
