from django.db import migrations, models

UNFINISHED = ("queued", "making", "draft", "checked", "approved")


class Migration(migrations.Migration):
    dependencies = [("opening", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="release", name="opening_one_unfinished"),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.UniqueConstraint(fields=["code"], condition=models.Q(state__in=UNFINISHED), name="opening_one_unfinished"),
        ),
    ]
