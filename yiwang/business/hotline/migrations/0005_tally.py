"""Counts of tickets are kept up by a trigger; queues are read in the order of indexes over open tickets only."""

from django.conf import settings
from django.db import migrations, models

CELLS = f"""
    CREATE FUNCTION hotline_cells(t hotline_ticket)
    RETURNS TABLE (day date, region varchar, department varchar, kind varchar, name varchar) LANGUAGE sql IMMUTABLE AS $$
        SELECT cell.day, t.region, cell.department, cell.kind, cell.name
        FROM (SELECT (t.filed_at AT TIME ZONE '{settings.TIME_ZONE}')::date AS filed,
                (t.dispatched_at AT TIME ZONE '{settings.TIME_ZONE}')::date AS sent,
                t.state NOT IN ('withdrawn', 'transferred') AND NOT t.exclusion @> '{{"granted": true}}' AS counts,
                t.state NOT IN ('withdrawn', 'transferred') AS stands,
                t.state IN ('filed', 'accepted', 'dispatched', 'returned', 'handling', 'answered') AS open
            ) AS own, LATERAL (VALUES
            (filed, '', 'state', t.state), (filed, '', 'channel', t.channel), (filed, '', 'category', t.category),
            (filed, '', 'place', t.place), (filed, '', CASE WHEN open THEN 'place_open' END, t.place),
            (filed, NULLIF(t.department, ''), 'desk', t.place),
            (filed, NULLIF(t.department, ''), CASE WHEN open THEN 'desk_open' END, t.place),
            (filed, '', 'flow', CASE WHEN t.dispatched_at IS NOT NULL THEN 'sent' END),
            (filed, '', 'flow', CASE WHEN t.automatic THEN 'automatic' END),
            (filed, '', 'flow', CASE WHEN t.returns > 0 THEN 'returned' END),
            (sent, t.department, 'rate', CASE WHEN counts THEN 'dispatched' END),
            (sent, t.department, 'rate', CASE WHEN counts AND t.contacted_at <= t.contact_due THEN 'responded' END),
            (sent, t.department, 'rate', CASE WHEN counts AND t.solved THEN 'solved_n' END),
            (sent, t.department, 'rate', CASE WHEN counts AND t.solved IS NOT NULL THEN 'asked' END),
            (sent, t.department, 'rate', CASE WHEN counts AND t.satisfaction >= 3 THEN 'satisfied' END),
            (sent, t.department, 'rate', CASE WHEN counts AND t.satisfaction IS NOT NULL THEN 'rated' END),
            (sent, t.department, 'rate', CASE WHEN stands AND t.answered_at > t.due THEN 'late' END),
            (sent, t.department, 'rate', CASE WHEN stands AND NOT counts THEN 'excluded' END)
        ) AS cell (day, department, kind, name)
        WHERE cell.day IS NOT NULL AND cell.department IS NOT NULL AND cell.kind IS NOT NULL AND cell.name IS NOT NULL
    $$;
    CREATE FUNCTION hotline_count() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            INSERT INTO hotline_delta (day, region, department, kind, name, n) SELECT c.*, 1 FROM hotline_cells(NEW) AS c;
        ELSE
            INSERT INTO hotline_delta (day, region, department, kind, name, n)
            SELECT c.day, c.region, c.department, c.kind, c.name, sum(c.n)
            FROM (SELECT n.*, 1 AS n FROM hotline_cells(NEW) AS n UNION ALL SELECT o.*, -1 FROM hotline_cells(OLD) AS o) AS c
            GROUP BY 1, 2, 3, 4, 5 HAVING sum(c.n) <> 0;
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER hotline_counted AFTER INSERT OR UPDATE OF state, region, department, channel, category, place, filed_at, dispatched_at,
        automatic, returns, contacted_at, contact_due, solved, satisfaction, answered_at, due, exclusion
        ON hotline_ticket FOR EACH ROW EXECUTE FUNCTION hotline_count();
    INSERT INTO hotline_tally (day, region, department, kind, name, n)
        SELECT c.day, c.region, c.department, c.kind, c.name, count(*) FROM hotline_ticket AS t, hotline_cells(t) AS c GROUP BY 1, 2, 3, 4, 5;
"""  # noqa: S608 - the zone of our own settings
GONE = """
    DROP TRIGGER hotline_counted ON hotline_ticket;
    DROP FUNCTION hotline_count();
    DROP FUNCTION hotline_cells(hotline_ticket);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("hotline", "0004_strands"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeltaRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=12)),
                ("day", models.DateField()),
                ("region", models.CharField(max_length=12)),
                ("department", models.CharField(max_length=32)),
                ("name", models.CharField(max_length=80)),
                ("n", models.IntegerField()),
            ],
            options={
                "db_table": "hotline_delta",
            },
        ),
        migrations.CreateModel(
            name="TallyRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "kind", "day", "region", "department", "name", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=12)),
                ("day", models.DateField()),
                ("region", models.CharField(max_length=12)),
                ("department", models.CharField(max_length=32)),
                ("name", models.CharField(max_length=80)),
                ("n", models.IntegerField()),
            ],
            options={
                "db_table": "hotline_tally",
            },
        ),
        migrations.RemoveIndex(
            model_name="ticketrow",
            name="ticket_state_due",
        ),
        migrations.RemoveIndex(
            model_name="ticketrow",
            name="ticket_department_state",
        ),
        migrations.RemoveIndex(
            model_name="ticketrow",
            name="ticket_cause",
        ),
        migrations.AddIndex(
            model_name="ticketrow",
            index=models.Index(
                condition=models.Q(("state__in", ("filed", "accepted", "dispatched", "returned", "handling", "answered"))),
                fields=["state", "-urgency", "due", "filed_at"],
                name="ticket_queue",
            ),
        ),
        migrations.AddIndex(
            model_name="ticketrow",
            index=models.Index(
                condition=models.Q(("lead", None), ("state__in", ("filed", "accepted"))), fields=["-urgency", "filed_at"], name="ticket_new"
            ),
        ),
        migrations.AddIndex(
            model_name="ticketrow",
            index=models.Index(
                condition=models.Q(("state__in", ("dispatched", "returned", "handling"))), fields=["due"], name="ticket_late"
            ),
        ),
        migrations.AddIndex(
            model_name="ticketrow",
            index=models.Index(
                condition=models.Q(("state__in", ("filed", "accepted", "dispatched", "returned", "handling", "answered"))),
                fields=["department", "state"],
                name="ticket_desk",
            ),
        ),
        migrations.AddIndex(
            model_name="ticketrow",
            index=models.Index(condition=models.Q(("state", "closed")), fields=["closed_at"], name="ticket_closed"),
        ),
        migrations.AddIndex(
            model_name="ticketrow",
            index=models.Index(fields=["place", "category", "-filed_at"], name="ticket_cause"),
        ),
        migrations.AddIndex(
            model_name="ticketrow",
            index=models.Index(fields=["department", "-filed_at"], name="ticket_department"),
        ),
        migrations.AddIndex(
            model_name="ticketrow",
            index=models.Index(fields=["region", "-filed_at"], name="ticket_region"),
        ),
        migrations.RunSQL(CELLS, GONE),
    ]
