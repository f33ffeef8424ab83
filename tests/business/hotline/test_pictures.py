"""Files of a ticket: nothing of the camera is kept, who may not know the reporter opens none, every look is recorded."""

import struct
import zlib

import pytest

from yiwang.base.storage import api as storage
from yiwang.business.hotline import api as hotline
from yiwang.business.hotline.pictures import bare
from yiwang.security.access.api import ANONYMOUS
from yiwang.security.audit import api as audit
from yiwang.standards.errors import Forbidden

from .conftest import AGENT, DISPATCHER, LAMPS, LIGHT, POLICE, WATER, act, citizen, file, staff

PLACE = b"GPS 30.0512N 118.0941E"


def segment(mark, body):
    return b"\xff" + bytes([mark]) + struct.pack(">H", len(body) + 2) + body


def exif(order, *entries):
    head = (b"II*\x00" if order == "<" else b"MM\x00*") + struct.pack(order + "I", 8)
    rows = b"".join(struct.pack(order + "HHIHH", tag, 3, 1, value, 0) for tag, value in entries)
    return segment(0xE1, b"Exif\x00\x00" + head + struct.pack(order + "H", len(entries)) + rows + struct.pack(order + "I", 0) + PLACE)


def jpeg(*parts, behind=b""):
    tables = segment(0xDB, b"\x00" + bytes(64))
    return b"\xff\xd8" + b"".join(parts) + tables + segment(0xDA, b"\x01\x01\x00\x00?\x00") + b"scanned" + b"\xff\xd9" + behind


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(*extra):
    return b"\x89PNG\r\n\x1a\n" + b"".join((chunk(b"IHDR", bytes(13)), *extra, chunk(b"IDAT", b"pixels"), chunk(b"IEND", b"")))


@pytest.mark.parametrize("order", ["<", ">"])
def test_place_and_comments_go_but_which_side_is_up_stays(order):
    profile = segment(0xE2, b"ICC_PROFILE\x00\x01\x01colours")
    told = bare(jpeg(segment(0xE0, b"JFIF\x00"), exif(order, (0x0110, 7), (0x0112, 6)), profile, segment(0xFE, PLACE), behind=PLACE))
    assert PLACE not in told and b"JFIF" in told and b"colours" in told
    assert told.endswith(b"scanned\xff\xd9")
    at = told.index(b"Exif\x00\x00") + 6
    assert struct.unpack(">HHIH", told[at + 10 : at + 20]) == (0x0112, 3, 1, 6)
    assert bare(told) == told


def test_a_picture_that_stands_upright_keeps_no_exif_at_all():
    assert b"Exif" not in bare(jpeg(exif("<", (0x0112, 1))))
    assert b"Exif" not in bare(jpeg(segment(0xE1, b"Exif\x00\x00XX")))
    assert PLACE not in bare(jpeg(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + PLACE)))


def test_a_png_keeps_the_chunks_of_its_picture():
    told = bare(png(chunk(b"tEXt", b"Location\x00" + PLACE), chunk(b"eXIf", PLACE)))
    assert told == png()


@pytest.mark.parametrize(
    "data", [b"\xff\xd8\xff", b"\xff\xd8\xff\xe1", b"\xff\xd8\xff\xe1\xff\xff", b"\x89PNG\r\n\x1a\n\x00\x00", b"%PDF-1.4", b""]
)
def test_what_is_no_whole_picture_does_no_harm(data):
    assert isinstance(bare(data), bytes)


@pytest.fixture
def shot(duties, settings, tmp_path):
    settings.YIWANG_VAR = tmp_path
    return jpeg(exif("<", (0x0112, 6)))


def pictured(shot, text=LIGHT, department="urban", **given):
    made = file(text, actor=citizen(), files=(hotline.keep_file(shot, name="路灯.jpg"),), **given)
    if made.state == "filed":
        act(made, "dispatch", DISPATCHER, department=department)
    return made, hotline.get(made.id, actor=AGENT).files[0][0]


def test_a_look_is_recorded_and_stands_in_the_diary(shot):
    made, digest = pictured(shot)
    found = hotline.picture(made.id, digest, actor=LAMPS)
    assert (found.name, found.media_type) == ("路灯.jpg", "image/jpeg")
    assert PLACE not in found.data
    diary = audit.diary(citizen().subject).rows
    assert (diary[0].allowed, diary[0].elements) == (True, ("ticket.picture",))
    assert [one.act for one in audit.search(staff("auditor"), ref=str(made.id)).rows if "picture" in one.act] == ["ticket.picture_seen"]
    hotline.picture(made.id, digest, actor=citizen())
    assert len(audit.diary(citizen().subject).rows) == len(diary), "one's own look is nobody's business"


def test_a_file_kept_by_another_door_loses_its_place_too(shot):
    raw = storage.put(shot, media_type="image/jpeg").digest
    made = file(LIGHT, actor=citizen(), files=((raw, "路灯.jpg"),))
    digest = hotline.get(made.id, actor=AGENT).files[0][0]
    assert digest != raw
    assert PLACE not in storage.read(digest)


@pytest.mark.parametrize("who", [WATER, citizen("990103199001010027", "旁人"), ANONYMOUS, staff("hotline_agent", region="990102")])
def test_strangers_find_nothing(shot, who):
    made, digest = pictured(shot)
    with pytest.raises(hotline.TicketNotFound):
        hotline.picture(made.id, digest, actor=who)


def test_only_files_of_the_ticket_are_opened(shot):
    made, _digest = pictured(shot)
    for digest in (storage.put(png(), media_type="image/png").digest, "", "../../keys", "0" * 64):
        with pytest.raises(hotline.TicketNotFound):
            hotline.picture(made.id, digest, actor=LAMPS)


def test_a_confidential_reporters_and_the_complained_about_department_open_none(shot):
    made, digest = pictured(shot, privacy="confidential")
    with pytest.raises(Forbidden):
        hotline.picture(made.id, digest, actor=LAMPS)
    assert hotline.picture(made.id, digest, actor=AGENT).data
    refused = [one for one in audit.diary(citizen().subject).rows if not one.allowed]
    assert [one.elements for one in refused] == [("ticket.picture",)]
    blamed, digest = pictured(shot, "投诉公安局户籍窗口态度恶劣,推诿扯皮,办户口跑了三趟", "police")
    with pytest.raises(Forbidden):
        hotline.picture(blamed.id, digest, actor=POLICE)


def test_who_filed_without_signing_in_opens_his_own_with_the_code(shot):
    made = file(LIGHT, actor=ANONYMOUS, privacy="anonymous", files=(hotline.keep_file(shot, name="路灯.jpg"),))
    digest = hotline.get(made.id, actor=AGENT).files[0][0]
    assert hotline.picture(made.id, digest, actor=ANONYMOUS, code=made.code).data
    with pytest.raises(hotline.TicketNotFound):
        hotline.picture(made.id, digest, actor=ANONYMOUS, code="00000000")


def test_an_anonymous_reporters_picture_is_seen_by_who_works_on_it_and_by_nobody_it_is_about(shot):
    made, digest = pictured(shot, privacy="anonymous")
    view = hotline.get(made.id, actor=LAMPS)
    assert view.files == ((digest, "附件 1"),), "without the name that he gave it"
    assert view.reporter.hidden
    assert PLACE not in hotline.picture(made.id, digest, actor=LAMPS).data
    assert hotline.get(made.id, actor=AGENT).files == ((digest, "路灯.jpg"),)
    for who in (WATER, citizen(), staff("hotline_agent", region="990102")):
        with pytest.raises(hotline.TicketNotFound):
            hotline.picture(made.id, digest, actor=who)
    blamed, digest = pictured(shot, "投诉公安局户籍窗口态度恶劣,推诿扯皮,办户口跑了三趟", "police", privacy="anonymous")
    assert hotline.get(blamed.id, actor=POLICE).files == ()
    with pytest.raises(Forbidden):
        hotline.picture(blamed.id, digest, actor=POLICE)


def test_an_anonymous_document_may_name_its_author_and_stays_with_the_centre(shot):
    made = file(LIGHT, actor=citizen(), privacy="anonymous", files=(hotline.keep_file(b"%PDF-1.4\n/Author (X)\n%%EOF", name="a.pdf"),))
    if made.state == "filed":
        act(made, "dispatch", DISPATCHER, department="urban")
    digest = hotline.get(made.id, actor=AGENT).files[0][0]
    with pytest.raises(Forbidden, match="文档"):
        hotline.picture(made.id, digest, actor=LAMPS)
    assert hotline.picture(made.id, digest, actor=AGENT).media_type == "application/pdf"
