"""What is in the log is never changed: a trigger refuses UPDATE and DELETE even to the owner of the tables."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION security_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$
"""
TABLES = ("evidence_leaf", "evidence_tile", "evidence_checkpoint")


def guard(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION security_append_only()",
        f"DROP TRIGGER append_only ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION security_append_only()"),
        *(guard(table) for table in TABLES),
        # hashes do not compress: do not try
        migrations.RunSQL("ALTER TABLE evidence_tile ALTER COLUMN hashes SET STORAGE EXTERNAL", migrations.RunSQL.noop),
        # a queue that turns over all day must be vacuumed by count, not by share
        migrations.RunSQL(
            "ALTER TABLE evidence_pending SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)",
            migrations.RunSQL.noop,
        ),
        # verification and state_of look a waiting leaf up by its ref
        migrations.RunSQL("CREATE INDEX evidence_pending_ref ON evidence_pending USING hash (ref)", "DROP INDEX evidence_pending_ref"),
    ]
