"""Any number of invented tickets in an installation's tables: texts that differ as people's do, sketches by the house's own function."""

import io
import multiprocessing
import random
import time
import uuid

import numpy as np

from yiwang.support.ai import api as ai

WHO = (
    "我家",
    "邻居",
    "三楼的住户",
    "楼下商户",
    "隔壁老人",
    "孩子",
    "物业的人",
    "保洁阿姨",
    "外卖小哥",
    "一位大爷",
    "开店的",
    "租户",
    "司机",
    "同事",
    "环卫工人",
)
WHAT = (
    "路灯整晚不亮", "井盖翘起来一角", "垃圾堆了一人高", "摊贩把路口占了", "楼顶私搭棚子", "工地半夜打桩", "音响开到很大", "物业费说涨就涨", "门禁刷不开",
    "外墙往屋里渗水", "下水道倒灌", "水管出黄水", "车停在消防通道上", "公交半小时不来", "工资拖着不发", "电梯卡在七楼", "餐馆油烟直排", "买到假货不退",
    "共享单车堆成山", "树枝压着电线", "暖气摸着冰凉", "燃气表走得飞快", "宠物没人拴", "楼道堆满纸箱", "广告牌快掉了", "路面塌了个坑", "信号灯一直红", "快递柜乱收费",
)  # fmt: skip
WHEN = (
    "上周",
    "从月初到现在",
    "昨天傍晚",
    "今早六点",
    "端午前后",
    "下雨以后",
    "装修那阵子",
    "开学以来",
    "过完年",
    "夜里两点",
    "前天",
    "停电之后",
    "中午吃饭时",
    "换了物业以后",
)
WISH = (
    "请派人看看", "希望给个时间", "谁来负责说清楚", "麻烦转给主管部门", "打过电话没回音", "不想再等了", "能不能先应急处理", "请回电告知", "拍了照片可以提供", "再拖要出事",
    "老人孩子都受不了", "附近居民都知道", "去年也反映过", "处理完请告诉一声", "只求公平", "盼复",
)  # fmt: skip
PLACES = [
    f"{a}{b}{c}"
    for a in "晴望梧南白临青松云石岚汐"
    for b in "川湖桐溪鹭江桥林汀泉坞渚"
    for c in ("小区", "路", "镇", "中学", "新城", "花园", "社区", "医院")
]
KEY = np.dtype([("fields", ">i2"), ("one", ">i4"), ("key", ">i8"), ("two", ">i4"), ("ticket", "V16")])
BEGIN = b"PGCOPY\n\xff\r\n\x00" + bytes(8)


def text(number):
    """The text of a number: always the same."""
    chosen = random.Random(number)
    place = chosen.choice(PLACES)
    parts = [f"{chosen.choice(WHEN)}{place}{chosen.randrange(1, 60)}号{chosen.choice(WHO)}说{chosen.choice(WHAT)}"]
    parts += [f"{chosen.choice(WHEN)}{chosen.choice(WHO)}又发现{chosen.choice(WHAT)}" for _ in range(chosen.randrange(3))]
    parts += chosen.sample(WISH, chosen.randrange(1, 4))
    return ",".join(parts) + "。"


def typed_again(number):
    """The same concern as somebody else would type it: a tenth of the characters fall out, other words around it."""
    chosen = random.Random(-number)
    kept = "".join(one for one in text(number) if chosen.random() > 0.06)
    return chosen.choice(("你好,", "", "请问一下,", "我要反映:")) + kept + chosen.choice(("", "谢谢", "辛苦了"))


def _marks(numbers):
    """Keys (n × 20) and sketches of the texts of some numbers."""
    found = [ai.fingerprint(text(number)) for number in numbers]
    return np.array([keys for keys, _ in found], np.int64), [sketch for _, sketch in found]


def idents(count, *, seconds=29 * 86_400):
    """Identifiers (UUID version 7) spread over the days before now, in no order: any part of them covers all the days."""
    now = int(time.time() * 1000)
    chance = random.Random(7)
    made = []
    for at in range(count):
        moment = now - seconds * 1000 + seconds * 1000 * at // count - 60_000
        made.append(uuid.UUID(int=moment << 80 | 0x7 << 76 | chance.getrandbits(12) << 64 | 0b10 << 62 | chance.getrandbits(62)))
    chance.shuffle(made)
    return made


def fill(connection, made, numbers):
    """Tickets, sketches and keys of some numbers, each under its ident; seconds, bytes of sketches and keys.

    The indexes of tickets and sketches are kept up meanwhile, that of the keys and the counts by day are made after.
    """
    begin = time.monotonic()
    chunks = [range(start, min(start + 20_000, numbers.stop)) for start in range(numbers.start, numbers.stop, 20_000)]
    connection.execute("ALTER TABLE hotline_band DROP CONSTRAINT hotline_band_pkey")
    with multiprocessing.get_context("fork").Pool(2) as pool:
        _tickets(connection, made, numbers)
        for some, (keys, sketches) in zip(chunks, pool.imap(_marks, chunks), strict=True):
            own = [made[number] for number in some]
            _keys(connection, own, keys)
            with connection.cursor() as cursor, cursor.copy("COPY hotline_sketch (ticket_id, sketch) FROM STDIN (FORMAT binary)") as copy:
                copy.set_types(["uuid", "bytea"])
                for ident, sketch in zip(own, sketches, strict=True):
                    copy.write_row((ident, sketch))
    connection.execute("ALTER TABLE hotline_band ADD PRIMARY KEY (key, ticket)")
    connection.execute("VACUUM ANALYZE hotline_ticket, hotline_sketch, hotline_band, hotline_tally, hotline_delta")
    size = connection.execute("SELECT pg_total_relation_size('hotline_sketch') + pg_total_relation_size('hotline_band')").fetchone()[0]
    return time.monotonic() - begin, size


def _keys(connection, own, keys):
    rows = np.zeros(keys.size, KEY)
    rows["fields"], rows["one"], rows["two"] = 2, 8, 16
    rows["key"] = keys.ravel()
    rows["ticket"] = np.repeat(np.frombuffer(b"".join(one.bytes for one in own), "V16"), keys.shape[1])
    with connection.cursor() as cursor, cursor.copy("COPY hotline_band (key, ticket) FROM STDIN (FORMAT binary)") as copy:
        copy.write(BEGIN + rows.tobytes() + b"\xff\xff")


OPEN = ("filed", "dispatched", "handling", "handling", "handling", "handling", "handling", "answered")
UNITS = ("urban", "water", "police", "transport", "housing", "environment", "market", "health", "civil", "hrss")


def _tickets(connection, made, numbers):
    """Copies of one ticket that came through the door, each with its own text, place, street, cause, department and day.

    One in sixteen is open, of these one in eight not dispatched yet; the others were answered, rated and closed.
    """
    from yiwang.business.hotline import tree

    connection.execute("CREATE TEMP TABLE stage (n bigint, id uuid, at float, text text, place text)")
    with connection.cursor() as cursor, cursor.copy("COPY stage FROM STDIN") as copy:
        lines = io.StringIO()
        for number in numbers:
            ident = made[number]
            lines.write(f"{number}\t{ident}\t{(ident.int >> 80) / 1000}\t{text(number)}\t{PLACES[number % len(PLACES)]}\n")
            if lines.tell() > 1_000_000:
                copy.write(lines.getvalue())
                lines = io.StringIO()
        copy.write(lines.getvalue())
    columns = [
        row[0] for row in connection.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'hotline_ticket'")
    ]
    filed, working = "to_timestamp(s.at)", f"(s.n % 16 = 0 AND {_one_of(OPEN, 's.n / 16')} <> 'filed')"
    done = "s.n % 16 <> 0"
    own = {
        "id": "s.id", "no": "'M' || substr(s.id::text, 1, 8) || substr(s.id::text, 26, 11)", "text": "s.text", "title": "left(s.text, 40)",
        "place": "s.place", "filed_at": filed, "lead_id": "NULL", "key": "''", "reporter": "s.id::text",
        "state": f"CASE WHEN {done} THEN 'closed' ELSE {_one_of(OPEN, 's.n / 16')} END", "urgency": "CASE WHEN s.n % 50 = 0 THEN 2 ELSE 0 END",
        "region": _one_of(sorted(tree.areas()), f"s.n % {len(PLACES)}"), "category": _one_of([one.code for one in tree.leaves()], "s.n / 3"),
        "department": f"CASE WHEN {done} OR {working} THEN {_one_of(UNITS, 's.n / 5')} ELSE '' END", "co": "'{}'",
        "dispatched_at": f"CASE WHEN {done} OR {working} THEN {filed} + interval '1 hour' END", "contacted_at": f"{filed} + interval '9 hours'",
        "due": f"CASE WHEN {done} OR {working} THEN {filed} + interval '20 days' END", "contact_due": f"{filed} + interval '1 day'",
        "answered_at": f"CASE WHEN {done} THEN {filed} + interval '3 days' END", "closed_at": f"CASE WHEN {done} THEN {filed} + interval '4 days' END",
        "solved": f"CASE WHEN {done} THEN s.n % 9 > 0 END", "satisfaction": f"CASE WHEN {done} THEN 1 + s.n % 5 END",
        "extensions": "'[]'", "exclusion": "'{}'", "overdue_noted": "true", "public": "false",
    }  # fmt: skip
    chosen = ", ".join(own.get(name, f't."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    connection.execute("ALTER TABLE hotline_ticket DISABLE TRIGGER hotline_counted")
    connection.execute(f"INSERT INTO hotline_ticket ({names}) SELECT {chosen} FROM stage s, (SELECT * FROM hotline_ticket LIMIT 1) t")
    connection.execute("ALTER TABLE hotline_ticket ENABLE TRIGGER hotline_counted")
    connection.execute(
        "INSERT INTO hotline_delta (day, region, department, kind, name, n) SELECT c.day, c.region, c.department, c.kind, c.name, count(*)"
        " FROM stage s JOIN hotline_ticket t USING (id), hotline_cells(t) c GROUP BY 1, 2, 3, 4, 5"
    )
    connection.execute("DROP TABLE stage")


def _one_of(values, number):
    return f"(ARRAY[{', '.join(repr(str(one)) for one in values)}])[1 + ({number}) % {len(values)}]"
