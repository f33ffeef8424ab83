"""Files handed in with a ticket are kept without what the camera wrote into them: place, time, device, thumbnails, comments."""

from __future__ import annotations

import struct

from yiwang.base.storage import api as storage

PICTURES = ("image/png", "image/jpeg")
KINDS = (*PICTURES, "application/pdf")
_PNG_KEPT = frozenset((b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"pHYs"))
MOST_PIXELS = 250_000_000  # the largest telephone cameras make 200 million; what says more is made to break whoever opens it
_ORIENTATION = 0x0112


def keep(data: bytes, *, name: str) -> tuple[str, str]:
    """Keep a file without its metadata; (digest, name)."""
    storage.check(data, filename=name, allowed=KINDS)
    kept = bare(data)
    media = storage.check(kept, filename=name, allowed=KINDS)
    across, down = extent(kept)
    if across * down > MOST_PIXELS:
        raise storage.FileRefused(
            f"「{name[:80]}」有 {across:,} × {down:,} 个像素,打开它会让看的人死机。请换一张普通的照片。", field="photo"
        )
    return storage.put(kept, media_type=media).digest, name[:80]


def extent(data: bytes) -> tuple[int, int]:
    """Pixels across and down as a picture says them; (0, 0) for what says none. Nothing is unpacked."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR" and len(data) >= 24:
        across, down = struct.unpack(">II", data[16:24])
        return across, down
    at = 2
    while data.startswith(b"\xff\xd8\xff") and at + 9 <= len(data) and data[at] == 0xFF:
        if 0xC0 <= data[at + 1] <= 0xCF and data[at + 1] not in (0xC4, 0xC8, 0xCC):
            down, across = struct.unpack(">HH", data[at + 5 : at + 9])
            return across, down
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return 0, 0


def clean_copy(digest: str, name: str) -> tuple[str, str]:
    """A file that was kept by another door, as this room keeps files."""
    return keep(storage.read(digest), name=name)


def bare(data: bytes) -> bytes:
    """The same picture without place, time, device, thumbnails and comments; which side is up stays. Pixels are not touched.

    What cannot be read as JPEG or PNG to its end comes back as it is: it shows nothing either.
    """
    try:
        if data.startswith(b"\xff\xd8\xff"):
            return _bare_jpeg(data)
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return _bare_png(data)
    except (struct.error, IndexError):
        return data
    return data


def _bare_jpeg(data: bytes) -> bytes:
    """Segments up to the scan: JFIF, colour profile, Adobe's colour transform and tables stay, EXIF shrinks to the orientation."""
    kept, at = [data[:2]], 2
    while at < len(data):
        if data[at] != 0xFF:
            break
        mark = data[at + 1]
        if mark == 0xDA:  # the scan: picture to the end marker; whatever a camera appended behind it goes
            end = data.rfind(b"\xff\xd9")
            return b"".join((*kept, data[at : end + 2 if end > at else len(data)]))
        (size,) = struct.unpack(">H", data[at + 2 : at + 4])
        part = data[at : at + 2 + size]
        if mark == 0xE1 and part[4:10] == b"Exif\x00\x00":
            kept.append(_turned(part[10:]))
        elif not (0xE1 <= mark <= 0xEF or mark == 0xFE) or mark == 0xEE or part[4:16] == b"ICC_PROFILE\x00":
            kept.append(part)
        at += 2 + size
    return b"".join((*kept, data[at:]))


def _turned(exif: bytes) -> bytes:
    """An EXIF segment that says nothing but which side is up ('' where that is usual)."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2], "")
    if not order:
        return b""
    (first,) = struct.unpack(order + "I", exif[4:8])
    (count,) = struct.unpack(order + "H", exif[first : first + 2])
    for number in range(min(count, 200)):
        entry = exif[first + 2 + 12 * number : first + 14 + 12 * number]
        tag, _kind, _many, value = struct.unpack(order + "HHIH", entry[:10])
        if tag == _ORIENTATION and 1 < value <= 8:
            said = b"MM\x00*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, value, 0, 0)
            return b"\xff\xe1" + struct.pack(">H", len(said) + 8) + b"Exif\x00\x00" + said
    return b""


def _bare_png(data: bytes) -> bytes:
    """The chunks that make the picture."""
    kept, at = [data[:8]], 8
    while at + 12 <= len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        name, part = data[at + 4 : at + 8], data[at : at + 12 + size]
        if name in _PNG_KEPT:
            kept.append(part)
        at += 12 + size
        if name == b"IEND":
            break
    return b"".join(kept)
