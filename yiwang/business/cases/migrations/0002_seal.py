"""What people typed and registers told is encrypted in the rows of earlier releases: few rows to a transaction, killed or repeated at will."""

import json

from django.db import migrations, transaction

_TABLES = {"case": "cases_case", "steps": "cases_step", "decisions": "cases_decision"}
_BATCH = 500


def seal(apps, schema_editor):
    from yiwang.business.cases.sealing import COLUMNS, sealed

    connection = schema_editor.connection
    for part, table in _TABLES.items():
        columns = COLUMNS[part]
        names, values = ", ".join(columns), ", ".join(f"{one} = r.{one}" for one in columns)
        # a sealed value is a JSON text; an empty list or mapping stays as it is
        open_ = " OR ".join(f"({one} <> '[]' AND {one} <> '{{}}' AND jsonb_typeof({one}) <> 'string')" for one in columns)
        after = "00000000-0000-0000-0000-000000000000"
        while after:
            with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT id::text, {names} FROM {table} WHERE id > %s::uuid AND ({open_}) ORDER BY id LIMIT {_BATCH} FOR UPDATE",  # noqa: S608
                    [after],
                )
                rows = [dict(zip(("id", *columns), row, strict=True)) for row in cursor.fetchall()]
                for row in rows:
                    row |= {one: json.loads(row[one]) if isinstance(row[one], str) else row[one] for one in columns}
                hidden = json.dumps([sealed(part, row) for row in rows], ensure_ascii=False)
                cursor.execute(
                    f"UPDATE {table} t SET {values} FROM json_populate_recordset(NULL::{table}, %s::json) AS r WHERE t.id = r.id",  # noqa: S608
                    [hidden],
                )
            after = rows[-1]["id"] if rows else ""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("cases", "0001_initial"),
        ("keys", "0001_initial"),
    ]

    operations = [migrations.RunPython(seal, migrations.RunPython.noop, elidable=True)]
