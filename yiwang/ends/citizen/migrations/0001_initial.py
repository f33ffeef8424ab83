from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("owner", models.CharField(max_length=64)),
                ("purpose", models.CharField(max_length=120)),
                ("body", models.BinaryField()),
                ("updated_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("owner", "purpose"), name="citizen_one_draft_a_purpose")],
            },
        ),
    ]
