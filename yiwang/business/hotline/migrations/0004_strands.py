"""Tickets that speak of the same at one place; a warning has a time by which it is to be seen, and is urged once."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hotline", "0003_opened_tickets"),
    ]

    operations = [
        migrations.AddField(
            model_name="warningrow",
            name="due",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="warningrow",
            name="urged",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="StrandRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("strand", models.UUIDField()),
                ("place", models.CharField(max_length=80)),
                ("category", models.CharField(default="", max_length=40)),
                ("at", models.DateTimeField()),
                (
                    "ticket",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="gathered", to="hotline.ticketrow"),
                ),
            ],
            options={
                "db_table": "hotline_strand",
                "indexes": [
                    models.Index(fields=["strand"], name="strand_members"),
                    models.Index(fields=["at"], name="strand_age"),
                    models.Index(condition=models.Q(("category", ""), _negated=True), fields=["place", "category"], name="strand_moved"),
                ],
            },
        ),
    ]
