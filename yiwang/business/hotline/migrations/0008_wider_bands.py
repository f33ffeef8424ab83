"""Near-duplicates are filed under keys of four values instead of five: kept sketches get their new keys, nothing of a text is read."""

from django.db import migrations

from yiwang.support.ai import api as ai

AT_ONCE = 2_000
FILE = "INSERT INTO hotline_band (key, ticket) SELECT DISTINCT key, ticket FROM unnest(%s::bigint[], %s::uuid[]) AS given(key, ticket)"


def file_again(apps, editor):
    """Drop the keys and file every sketch anew."""
    rows = apps.get_model("hotline", "SketchRow").objects.order_by("ticket").values_list("ticket", "sketch")
    with editor.connection.cursor() as cursor:
        cursor.execute("DELETE FROM hotline_band")
        held = []
        for ticket, sketch in rows.iterator(chunk_size=AT_ONCE):
            held += [(key, ticket) for key in ai.filed_keys(bytes(sketch))]
            if len(held) > 20 * AT_ONCE:
                cursor.execute(FILE, [list(one) for one in zip(*held, strict=True)])
                held = []
        if held:
            cursor.execute(FILE, [list(one) for one in zip(*held, strict=True)])


class Migration(migrations.Migration):
    dependencies = [("hotline", "0007_helped")]

    operations = [migrations.RunPython(file_again, migrations.RunPython.noop)]
