"""新生儿出生一件事 by clicks in a real browser, phone and desktop; axe on every page passed; no request leaves the machine."""

import os
import shutil
import struct
import zlib

import pytest

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine (apt-get install chromium fonts-noto-cjk)")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Walker:
    """A person with a browser; every page passed is given to axe."""

    def __init__(self, browser, site, *, width=390, height=844, scripts=True):
        self.context = browser.new_context(viewport={"width": width, "height": height}, java_script_enabled=scripts, locale="zh-CN")
        self.page, self.address, self.scripts = self.context.new_page(), site.address, scripts
        self.foreign = []
        self.page.on(
            "request", lambda request: self.foreign.append(request.url) if not request.url.startswith((site.address, "data:")) else None
        )

    def open(self, path):
        self.page.goto(self.address + path)
        self.look()

    def click(self, selector):
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state()
        self.look()

    def look(self):
        assert "系统出了问题" not in self.page.content()
        if not self.scripts:
            return
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page).response["violations"]
        assert found == [], [(one["id"], one["nodes"][0]["html"]) for one in found]

    def sign_in(self, name, password):
        self.open("/login")
        self.page.fill("input[name=username]", name)
        self.page.fill("input[name=password]", password)
        self.click("main button.btn")


@pytest.mark.parametrize(("who", "width", "height", "scripts"), [("newborn_mother", 390, 844, True)])
def test_a_mother_does_it_on_her_phone(browser, fresh, who, width, height, scripts):
    walker = Walker(browser, fresh, width=width, height=height, scripts=scripts)
    walker.open("/")
    walker.page.fill("input[name=q]", "生娃要办什么")
    walker.click("form[role=search] button")
    walker.sign_in(who, fresh.password)
    walker.open("/life-events/newborn")
    walk_the_form(walker)
    finish(walker)
    assert walker.foreign == []


def test_everything_works_without_javascript(browser, fresh):
    walker = Walker(browser, fresh, width=1280, height=900, scripts=False)
    walker.sign_in("twins_mother", fresh.password)
    walker.open("/life-events/newborn")
    walk_the_form(walker)
    assert "/mine/life-events/" in walker.page.url


def walk_the_form(walker):
    """Go on from page to page: choose the first answer where one must be chosen, type what only parents know."""
    page = walker.page
    for _ in range(12):
        if "/mine/life-events/" in page.url:
            return
        for group in page.locator("main fieldset").all():
            radios = group.locator("input[type=radio]")
            if radios.count() and not group.locator("input[type=radio]:checked").count():
                radios.first.check()
        for box in page.locator("main input[type=text]:visible, main input:not([type]):visible").all():
            if box.get_attribute("required") is not None and not box.input_value():
                box.fill("陈云禾" if "name" in (box.get_attribute("name") or "") else "云汀市河东区")
        for select in page.locator("main select[required]").all():
            if not select.input_value():
                select.select_option(index=1)
        for tick in page.locator("main input[type=checkbox][required]").all():
            tick.check()
        walker.click("main form .actions .btn, main .actions a.btn, main form button.btn, main a.btn")
    raise AssertionError(f"the form did not end: {page.url}")


def finish(walker):
    for _ in range(40):
        walker.page.reload()
        if "已办结" in walker.page.content():
            break
        walker.page.wait_for_timeout(500)
    walker.look()
    for path in ("/mine", "/licences", "/diary", "/messages", "/me"):
        walker.open(path)


@pytest.mark.parametrize(
    "path",
    ["/", "/search?q=身份证丢了", "/matters", "/matters/newborn.household_registration", "/life-events", "/help", "/verify", "/login"],
)
@pytest.mark.parametrize("elder", [False, True])
def test_axe_finds_nothing_on_public_pages(browser, fresh, path, elder):
    walker = Walker(browser, fresh, width=1280 if not elder else 390)
    if elder:
        walker.context.add_cookies([{"name": "elder", "value": "1", "url": fresh.address}])
    walker.open(path)
    assert walker.foreign == []


@pytest.mark.parametrize(("name", "paths"), [
    ("police.clerk", ["/office/", "/office/matters", "/office/matters/newborn.household_registration", "/office/life-events", "/office/life-events/newborn"]),
    ("medical.reviewer", ["/office/", "/office/matters/newborn.medical_insurance/edit"]),
    ("police.data", ["/office/corrections", "/office/ratings"]),
    ("city.leader", ["/office/figures"]),
    ("city.auditor", ["/office/audit"]),
    ("hotline.dispatcher", ["/office/hotline", "/office/hotline/places", "/office/hotline/wall", "/office/hotline/duties"]),
    ("police.reviewer", ["/office/knowledge", "/office/knowledge/write"]),
])  # fmt: skip
def test_axe_finds_nothing_at_the_desk(browser, fresh, name, paths):
    walker = Walker(browser, fresh, width=1280, height=900)
    walker.sign_in(name, fresh.password)
    for path in paths:
        walker.open(path)
    assert walker.foreign == []


def test_a_place_is_pointed_at_on_the_map_and_the_concern_is_filed(browser, fresh):
    walker = Walker(browser, fresh)
    walker.open("/hotline")
    page = walker.page
    page.locator("details summary", has_text="地图").click()
    page.locator("svg.city [data-name=盐田镇]").click()
    playwright.expect(page.locator("[data-said]")).to_contain_text("盐田镇", timeout=60_000)
    assert page.input_value("[name=region]") == "990104100"
    page.locator("svg.city").click(position={"x": 3, "y": 3})
    playwright.expect(page.locator("[data-said]")).to_contain_text("不在本市", timeout=60_000)
    assert page.input_value("[name=region]") == ""
    page.locator("svg.city [data-name=盐田镇]").click()
    page.fill("[name=text]", "路口的路灯不亮,天黑看不见路")
    page.set_input_files("[name=photo]", files=[{"name": "灯.png", "mimeType": "image/png", "buffer": noise(2400, 900)}])
    page.check("[value=anonymous]")
    with page.expect_navigation():
        page.locator("form.card .actions button").click()
    walker.look()
    assert "查询码" in page.content()
    page.locator("details.card summary").first.click()
    assert page.locator("img.shot").get_attribute("alt") == "灯.jpg", "a photo beyond 4 MB was made smaller"
    assert walker.foreign == []


def noise(width, height):
    """A picture that no compression makes small, as a telephone takes them."""
    chunk = lambda name, body: struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))  # noqa: E731
    rows = zlib.compress(b"".join(b"\x00" + os.urandom(width * 3) for _ in range(height)), 0)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_an_agent_writes_a_call_by_keyboard_alone(browser, fresh):
    walker = Walker(browser, fresh, width=1280, height=900)
    walker.sign_in("hotline.agent", fresh.password)
    walker.open("/office/hotline/phone")
    page = walker.page
    page.keyboard.type("云台家园旁边工地半夜施工打桩,噪音吵得睡不着")
    playwright.expect(page.locator("#suggestion")).to_contain_text("施工噪声", timeout=60_000)
    walker.look()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "file":
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")
    walker.look()
    assert "工单号" in page.content()
    assert walker.foreign == []


@pytest.fixture(scope="module")
def fresh():
    from yiwang.ends.cli import scratch

    with scratch.installation(people=400) as running:
        yield running
