"""When work ended and why, for those who lost it: two columns of the employment register."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registers", "0002_company_figures")]
    operations = [
        migrations.RunSQL(
            [
                "SET LOCAL ROLE yiwang_registers",
                "ALTER TABLE registers.employment ADD COLUMN ended_on date, ADD COLUMN end_reason text NOT NULL DEFAULT ''",
                "RESET ROLE",
            ],
            "ALTER TABLE registers.employment DROP COLUMN ended_on, DROP COLUMN end_reason",
        ),
    ]
