"""Audit and access records are never changed: a trigger refuses UPDATE and DELETE even to the owner of the tables."""

from django.db import migrations


def guard(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION security_append_only()",
        f"DROP TRIGGER append_only ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("evidence", "0002_append_only")]

    operations = [
        guard("audit_record"),
        guard("audit_access"),
        # searching by time reads records in the order they were written: a block range index costs nothing to keep
        migrations.RunSQL("CREATE INDEX audit_record_at ON audit_record USING brin (at)", "DROP INDEX audit_record_at"),
    ]
