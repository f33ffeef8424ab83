"""OpenFisca over people in a Parquet file: the country template's parenting_allowance, or our benefit of 12 conditions as its variables.

Prints {"seconds", "yes"}: from the file to the result arrays, the best of three. Starting Python and loading the laws is not timed. Memberships are given as
numbers and texts as dictionary codes, which is the fastest OpenFisca takes.
"""

import json
import sys
import time

import numpy
import pyarrow.parquet as parquet
from openfisca_core.indexed_enums import Enum
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.variables import Variable
from openfisca_country_template import CountryTaxBenefitSystem
from openfisca_country_template.entities import Person

PERIOD = "2024-01"
CONDITIONS = 12


class Letter(Enum):
    """The values of the text conditions."""

    a = "a"
    b = "b"


class Result(Enum):
    """Whether the benefit is granted."""

    yes = "yes"
    no = "no"


Reason = Enum("Reason", [("all", "all"), *((f"c{at}", f"c{at}") for at in range(CONDITIONS))])


def variable(name, kind, formula=None, **more):
    """A variable of a person for one month."""
    body = {"value_type": kind, "entity": Person, "definition_period": DateUnit.MONTH, "label": name, **more}
    return type(name, (Variable,), {**body, "formula": formula} if formula else body)


def first_failing(person, period):
    """0 when all conditions hold, else one more than the number of the first that fails."""
    fails = []
    for at in range(CONDITIONS):
        value = person(f"c{at}", period)
        fails.append(value < 10 if at % 3 == 0 else ~value if at % 3 == 1 else value != Letter.a)
    return numpy.select(fails, range(1, CONDITIONS + 1), 0)


def benefit_system():
    system = CountryTaxBenefitSystem()
    for at in range(CONDITIONS):
        kind = (int, bool, Enum)[at % 3]
        more = {"possible_values": Letter, "default_value": Letter.a} if kind is Enum else {}
        system.add_variable(variable(f"c{at}", kind, **more))
    system.add_variable(variable("failing", int, first_failing))
    system.add_variable(
        variable(
            "result",
            Enum,
            lambda person, period: numpy.where(person("failing", period) == 0, Result.yes, Result.no),
            possible_values=Result,
            default_value=Result.no,
        )
    )
    system.add_variable(variable("amount", float, lambda person, period: numpy.where(person("failing", period) == 0, 100, 0)))
    system.add_variable(
        variable(
            "reason",
            Enum,
            lambda person, period: person("failing", period),
            possible_values=Reason,
            default_value=Reason["all"],
        )
    )
    return system


def benefit(system, file):
    texts = [f"c{at}" for at in range(2, CONDITIONS, 3)]
    table = parquet.read_table(file, read_dictionary=texts)
    simulation = SimulationBuilder().build_default_simulation(system, table.num_rows)
    for at in range(CONDITIONS):
        column = table.column(f"c{at}")
        if at % 3 == 2:
            column = column.unify_dictionaries().combine_chunks()
            codes = numpy.array([Letter[text].index for text in column.dictionary.to_pylist()])
            simulation.set_input(f"c{at}", PERIOD, codes[column.indices.to_numpy()])
        else:
            simulation.set_input(f"c{at}", PERIOD, column.to_numpy(zero_copy_only=False))
    result = simulation.calculate("result", PERIOD)
    simulation.calculate("amount", PERIOD), simulation.calculate("reason", PERIOD)
    return int((result == Result.yes).sum())


def allowance(system, file):
    table = parquet.read_table(file)
    read = {name: table.column(name).to_numpy() for name in table.column_names}
    builder = SimulationBuilder()
    builder.create_entities(system)
    builder.declare_person_entity("person", read["person"])
    group = builder.declare_entity("household", numpy.unique(read["household"]))
    builder.join_with_persons(group, read["household"], read["role"])
    simulation = builder.build(system)
    simulation.set_input("age", PERIOD, read["age"])
    simulation.set_input("salary", PERIOD, read["salary"])
    return int((simulation.calculate("parenting_allowance", PERIOD) > 0).sum())


def main(rule, file):
    system, act = (benefit_system(), benefit) if rule == "benefit" else (CountryTaxBenefitSystem(), allowance)
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        yes = act(system, file)
        seconds.append(time.perf_counter() - began)
    print(json.dumps({"seconds": min(seconds), "yes": yes}))


main(*sys.argv[1:])
