"""Strands are looked at by place."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hotline", "0005_tally"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="strandrow",
            name="strand_moved",
        ),
        migrations.AddIndex(
            model_name="strandrow",
            index=models.Index(fields=["place", "category"], name="strand_place"),
        ),
    ]
