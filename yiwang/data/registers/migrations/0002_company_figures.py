"""Four registers with figures of companies: insured staff, tax filings, innovation, operation."""

from pathlib import Path

from django.db import migrations

_SQL = (Path(__file__).parent / "0002_company_figures.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("registers", "0001_initial")]
    operations = [
        migrations.RunSQL(
            ["SET LOCAL ROLE yiwang_registers", _SQL, "RESET ROLE"],
            "DROP TABLE registers.company_insurance, registers.tax_filing, registers.innovation, registers.operation;"
            " DROP INDEX registers.company_changed;"
            " DELETE FROM registers.register_state WHERE register IN ('company_insurance', 'tax_filing', 'innovation', 'operation')",
        ),
    ]
