"""Tickets that another department helps with have an index of their own."""

import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hotline", "0006_strand_place"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="ticketrow",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("co", []), _negated=True), fields=["co"], name="ticket_helped"
            ),
        ),
    ]
