"""The catalogue at the desk: found, compared, drafted from a file, confirmed, submitted by one and published by another; strangers see nothing."""

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.ends.installation import actor
from yiwang.data.catalogue import api as catalogue
from yiwang.data.catalogue import in_force
from yiwang.data.sensing import api as sensing
from yiwang.support.identity.models import Account

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
ROWS = "编号,姓名,手机\n001,张小明,13800001234\n002,李芳,13900001234\n003,王思远,13700001234\n"


@pytest.fixture(autouse=True)
def _fresh_memory():
    in_force.memory.forget()
    yield
    in_force.memory.forget()


@pytest.fixture
def signed_in(people):
    """A client of its own for everybody."""

    def enter(username):
        client = Client()
        client.force_login(Account.objects.get(username=username))
        return client

    return enter


def text(answer, status=200):
    assert answer.status_code == status, (answer.status_code, re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())[:600])
    return answer.content.decode()


def test_the_catalogue_is_searched_and_read(signed_in):
    officer = signed_in("health.data")
    assert "出生登记册" in text(officer.get("/office/catalogue?text=出生&department=health"))
    assert "没有找到数据资源" in text(officer.get("/office/catalogue?text=没有这样的词"))
    opened = text(officer.get("/office/catalogue?open=yes&cycle=monthly"))
    assert "标准地址册" in opened and "出生登记册" not in opened
    page = text(officer.get("/office/catalogue/resources/health.birth"))
    assert "101001/00004" in page and "母亲" in page and "修改这个资源" in page
    assert "修改这个资源" not in text(signed_in("police.data").get("/office/catalogue/resources/health.birth"))
    assert "没有对应资源的职责" in text(officer.get("/office/catalogue/work"))
    assert officer.get("/office/catalogue/export/xlsx").content[:2] == b"PK"
    text(officer.get("/office/catalogue/export/pdf"), 422)
    text(officer.get("/office/catalogue/resources/health.nothing"), 404)


def test_from_a_file_to_a_published_resource(signed_in):
    officer, authority, stranger = signed_in("health.data"), signed_in("city.catalogue"), signed_in("police.data")
    officer.post("/office/catalogue/look", {"file": SimpleUploadedFile("clinics.csv", ROWS.encode())})
    seen = catalogue.proposals(actor("health.data"))[0]
    page = text(officer.get(f"/office/catalogue/proposals/{seen.id}"))
    assert "词典与语法" in page and "13800001234" not in page and "张小明" not in page
    text(stranger.get(f"/office/catalogue/proposals/{seen.id}"), 404)
    posted = {
        "code": "health.clinics",
        "title": "诊所",
        "summary": "诊所名册",
        "share": "conditional",
        "share_terms": "依法履职查验",
        "cycle": "daily",
        "open": "no",
        "duty": "health.hygiene",
    }
    posted |= {f"{name}-{n}": value for n in range(3) for name, value in (("title", f"信息项{n}"), ("level", "3"), ("mask", "text"))}
    assert officer.post(f"/office/catalogue/proposals/{seen.id}", posted).status_code == 302
    url = "/office/catalogue/resources/health.clinics/draft"
    assert "信息项2" in text(officer.get(url))
    text(stranger.get(url), 404)
    lost = text(officer.post(url, {**posted, "title": "诊所名册", "lock": "7"}), 409)
    assert "诊所名册" in lost, "what was typed is not lost"
    officer.post(url, {**posted, "title": "诊所名册", "lock": "1"})
    step = "/office/catalogue/resources/health.clinics/step"
    text(officer.post(step, {"step": "submit", "lock": "2"}), 422)  # the classification is missing
    officer.post(url, {**posted, "title": "诊所名册", "lock": "2", "place": "3.11"})
    assert officer.post(step, {"step": "submit", "lock": "3"}).status_code == 302
    assert "诊所名册" in text(authority.get("/office/catalogue/work"))
    text(stranger.post(step, {"step": "publish", "lock": "4"}), 404)
    assert authority.post(step, {"step": "publish", "lock": "4"}).status_code == 302
    in_force.memory.forget()
    assert "诊所名册" in text(stranger.get("/office/catalogue/resources/health.clinics"))


def test_an_unreadable_file_is_told(signed_in):
    assert "无法读取" in text(signed_in("health.data").post("/office/catalogue/look", {"file": SimpleUploadedFile("a.xlsx", b"PK")}), 422)


def test_a_folder_of_files_is_looked_at_and_the_bad_one_told(signed_in):
    officer = signed_in("health.data")
    files = [SimpleUploadedFile("clinics.csv", ROWS.encode()), SimpleUploadedFile("bad.xlsx", b"PK")]
    page = text(officer.post("/office/catalogue/look", {"file": files}, follow=True))
    assert "bad.xlsx" in page and "clinics" in page and "识别了 1 张表" in page
    visits = "序号,诊所编号\n" + "".join(f"{n},00{n % 3 + 1}\n" for n in range(1, 10))
    officer.post(
        "/office/catalogue/look",
        {"file": [SimpleUploadedFile("clinics.csv", ROWS.encode()), SimpleUploadedFile("visits.csv", visits.encode())]},
    )
    related = next(one for one in catalogue.proposals(actor("health.data")) if one.relations)
    assert "与同一来源其他表的关联" in text(officer.get(f"/office/catalogue/proposals/{related.id}"))
    assert "请选择文件" in text(officer.post("/office/catalogue/look", {}), 422)
    text(signed_in("city.catalogue").get("/office/catalogue/look"), 403)


class Api(BaseHTTPRequestHandler):
    """Two rows of a list, or a way to somewhere else."""

    def do_GET(self):
        self.send_response(302 if self.path == "/elsewhere" else 200 if self.headers.get("X-Key") == "s3same" else 403)
        self.send_header("Location", "/rows")
        self.end_headers()
        self.wfile.write(b'{"rows": [{"no": "001", "phone": "13800001234"}, {"no": "002", "phone": "13900001234"}]}')

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def api_address():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_an_api_is_looked_at_from_the_page_and_by_machines(signed_in, settings, api_address):
    officer, where = signed_in("health.data"), f"{api_address}/rows"
    given = {"address": where, "secret": "s3same", "header": "X-Key"}
    refused = text(officer.post("/office/catalogue/look", given), 422)
    assert "YIWANG_INTAKE_HOSTS" in refused and where in refused, "what was typed is not lost"
    settings.INTAKE_HOSTS = frozenset({"127.0.0.1"})
    assert "无法读取" in text(officer.post("/office/catalogue/look", {**given, "secret": "shut"}), 422)
    assert "无法读取" in text(officer.post("/office/catalogue/look", {**given, "address": f"{api_address}/elsewhere"}), 422)
    assert "地址须以" in text(officer.post("/office/catalogue/look", {**given, "address": "file:///etc/passwd"}), 422)
    page = text(officer.post("/office/catalogue/look", given, follow=True))
    assert "识别了 1 张表" in page and "s3same" not in page


def test_a_database_is_looked_at(signed_in, settings, django_db_setup):
    from django.db import connection

    held = connection.settings_dict
    settings.INTAKE_HOSTS = frozenset({"db.example"})
    officer = signed_in("health.data")
    answer = officer.post("/office/catalogue/look", {"address": "postgresql://reader:secret@db.example/firms"})
    said = text(answer, 422)
    assert "reader@db.example" in said and "reader:secret" not in said
    tables, problems = sensing.read_address(address_of(held), rows=10, tables=3)
    assert len(tables) <= 3 and all(one.num_rows <= 10 for one in tables.values()) and "只看前 3 个" in problems[-1]


def address_of(held):
    return f"postgresql:///{held['NAME']}?host={held['HOST']}&user={held['USER']}&password={held['PASSWORD']}&port={held['PORT']}"


def test_elements_and_code_tables_name_their_one_source(signed_in):
    officer = signed_in("health.data")
    assert "一数一源" in text(officer.get("/office/catalogue/elements"))
    page = text(officer.get("/office/catalogue/elements?text=出生&department=health"))
    assert "出生登记册" in page and "市公安局" not in re.sub(r"<option.*?</option>", "", page)
    page = text(officer.get("/office/catalogue/elements/person.sex"))
    assert "常住人口登记册" in page and "权威来源" in page
    text(officer.get("/office/catalogue/elements/person.nothing"), 422)
    assert "GB/T 2261.1" in text(officer.get("/office/catalogue/codes"))
    assert "person.sex" in text(officer.get("/office/catalogue/codes/sex"))
    text(officer.get("/office/catalogue/codes/nothing"), 422)


def test_duties_are_kept_by_their_department(signed_in):
    officer, stranger = signed_in("health.data"), signed_in("police.data")
    given = {"code": "health.milk", "title": "母乳喂养指导", "basis": "母婴保健法第三条"}
    assert officer.post("/office/catalogue/duties", given).status_code == 302
    assert "母乳喂养指导" in text(officer.get("/office/catalogue/duties")) and "母乳喂养指导" in text(officer.get("/office/catalogue/work"))
    text(stranger.post("/office/catalogue/duties", {"code": "health.milk", "act": "remove"}), 403)
    assert "police.x" in text(officer.post("/office/catalogue/duties", {"code": "police.x", "title": "别人的职责"}), 422)
    assert officer.post("/office/catalogue/duties", {"code": "health.milk", "act": "remove"}).status_code == 302
    assert "母乳喂养指导" not in text(officer.get("/office/catalogue/duties"))


def test_a_catalogue_is_imported_and_every_row_told(signed_in):
    officer = signed_in("health.data")
    content = officer.get("/office/catalogue/export/json").content
    page = text(officer.post("/office/catalogue/import", {"file": SimpleUploadedFile("c.json", content)}))
    assert "未导入" in page and "没有变化" in page
    text(officer.post("/office/catalogue/import", {"file": SimpleUploadedFile("c.json", b"{")}), 422)
