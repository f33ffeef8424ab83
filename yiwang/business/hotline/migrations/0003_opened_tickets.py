"""What everybody may read stands in a table of its own, after a person has looked; others say that it happens to them too."""

import django.db.models.deletion
from django.db import migrations, models

import yiwang.base.ids.api

WAITING = """
    INSERT INTO hotline_opened (ticket_id, state, title, words, files, endorsed, by_name)
        SELECT id, 'waiting', '', '', '[]', 0, '' FROM hotline_ticket WHERE public AND privacy = 'open';
"""


class Migration(migrations.Migration):
    dependencies = [("hotline", "0002_near_duplicates")]

    operations = [
        migrations.AddField(model_name="topicrow", name="likes", field=models.IntegerField(default=0)),
        migrations.CreateModel(
            name="OpenedRow",
            fields=[
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="opened",
                        serialize=False,
                        to="hotline.ticketrow",
                    ),
                ),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("title", models.CharField(default="", max_length=120)),
                ("words", models.TextField(default="")),
                ("files", models.JSONField(default=list)),
                ("endorsed", models.IntegerField(default=0)),
                ("by_name", models.CharField(default="", max_length=100)),
                ("at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "hotline_opened", "indexes": [models.Index(fields=["state", "-endorsed"], name="opened_state")]},
        ),
        migrations.CreateModel(
            name="EndorsementRow",
            fields=[
                ("id", models.UUIDField(default=yiwang.base.ids.api.new_id, primary_key=True, serialize=False)),
                ("person", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "ticket",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="endorsements", to="hotline.ticketrow"),
                ),
            ],
            options={
                "db_table": "hotline_endorsement",
                "constraints": [models.UniqueConstraint(fields=("ticket", "person"), name="one_endorsement")],
            },
        ),
        migrations.RunSQL(WAITING, migrations.RunSQL.noop),
    ]
