"""The registers: roles, tables and the write-only door. Run by the owner; the tables belong to yiwang_registers."""

from pathlib import Path

from django.db import migrations

HERE = Path(__file__).parent


def sql(name: str) -> str:
    """The text of a file beside this one."""
    return (HERE / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(
            [
                sql("0001_roles.sql"),
                "SET LOCAL ROLE yiwang_registers",
                sql("0001_tables.sql"),
                sql("0001_functions.sql"),
                "RESET ROLE",
            ],
            "DROP SCHEMA registers_door CASCADE; DROP SCHEMA registers CASCADE",
        ),
    ]
