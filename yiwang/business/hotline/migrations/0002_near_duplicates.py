"""Sketches and their keys leave the ticket for tables of their own: a step of a ticket no longer writes them again."""

import django.db.models.deletion
from django.db import migrations, models

MOVE = """
    INSERT INTO hotline_sketch (ticket_id, sketch)
        SELECT id, sketch FROM hotline_ticket WHERE lead_id IS NULL AND cardinality(bands) > 0;
    INSERT INTO hotline_band (key, ticket)
        SELECT DISTINCT held.band, id FROM hotline_ticket, unnest(bands) AS held(band) WHERE lead_id IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("hotline", "0001_tickets")]

    operations = [
        migrations.CreateModel(
            name="BandRow",
            fields=[
                ("pk", models.CompositePrimaryKey("key", "ticket", blank=True, editable=False, primary_key=True, serialize=False)),
                ("key", models.BigIntegerField()),
                ("ticket", models.UUIDField()),
            ],
            options={"db_table": "hotline_band"},
        ),
        migrations.CreateModel(
            name="SketchRow",
            fields=[
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="marks",
                        serialize=False,
                        to="hotline.ticketrow",
                    ),
                ),
                ("sketch", models.BinaryField()),
            ],
            options={"db_table": "hotline_sketch"},
        ),
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name="ticketrow", name="ticket_bands"),
        migrations.RemoveField(model_name="ticketrow", name="bands"),
        migrations.RemoveField(model_name="ticketrow", name="sketch"),
    ]
