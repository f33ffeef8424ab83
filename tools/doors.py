"""A room is entered by its door: other rooms may import ``<storey>.<room>.api`` only.

A contract type of our own for import-linter, which has none that says "only this file of every package".
"""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class DoorsContract(Contract):
    """Every import into a room from outside must name one of the room's public files."""

    storeys = fields.ListField(subfield=fields.StringField())
    public = fields.SetField(subfield=fields.StringField())
    open_to = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Collect every (importer, target) that walks through a wall."""

        storeys, public, open_to = set(self.storeys), set(self.public), set(self.open_to)  # type: ignore[call-overload]

        def room(module: str) -> str | None:
            parts = module.split(".")
            return ".".join(parts[:3]) if len(parts) > 3 and parts[1] in storeys else None

        trespasses = [
            (importer, target)
            for target in sorted(graph.modules)
            if room(target) and target.split(".")[3] not in public
            for importer in sorted(graph.find_modules_that_directly_import(target))
            if room(importer) != room(target) and importer not in open_to
        ]
        return ContractCheck(kept=not trespasses, metadata={"trespasses": trespasses})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say who walked where."""
        for importer, target in check.metadata["trespasses"]:
            output.print_error(f"{importer} walks through the wall into {target}; use its api.py.")
