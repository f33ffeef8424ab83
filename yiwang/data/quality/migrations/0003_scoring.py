from django.db import migrations, models

import yiwang.base.ids.api


class Migration(migrations.Migration):
    dependencies = [("quality", "0002_rules_and_runs")]

    operations = [
        migrations.CreateModel(
            name="ScoringRow",
            fields=[
                ("id", models.UUIDField(default=yiwang.base.ids.api.new_id, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(unique=True)),
                ("weights", models.JSONField()),
                ("green", models.FloatField()),
                ("yellow", models.FloatField()),
                ("note", models.CharField(max_length=300)),
                ("changed_by", models.CharField(max_length=100)),
                ("changed_by_name", models.CharField(max_length=100)),
                ("changed_at", models.DateTimeField()),
            ],
            options={"db_table": "quality_scoring"},
        ),
        migrations.AddField(model_name="runrow", name="scoring_version", field=models.PositiveIntegerField(default=0)),
    ]
