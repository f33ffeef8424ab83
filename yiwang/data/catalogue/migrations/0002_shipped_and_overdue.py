from django.db import migrations, models

import yiwang.base.ids.api


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]

    operations = [
        migrations.AddField(model_name="resourceversion", name="overdue", field=models.JSONField(default=list)),
        migrations.CreateModel(
            name="Shipped",
            fields=[
                ("id", models.UUIDField(default=yiwang.base.ids.api.new_id, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=12)),
                ("code", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("body", models.JSONField()),
                ("entered_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kind", "code", "digest"), name="catalogue_shipped_once")],
            },
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION catalogue_shipped_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'catalogue_shipped %: what a release brought never changes', OLD.id;
            END $$;
            CREATE TRIGGER catalogue_shipped_fixed BEFORE UPDATE OR DELETE ON catalogue_shipped
                FOR EACH ROW EXECUTE FUNCTION catalogue_shipped_is_fixed();
            """,
            "DROP TRIGGER catalogue_shipped_fixed ON catalogue_shipped; DROP FUNCTION catalogue_shipped_is_fixed();",
        ),
    ]
