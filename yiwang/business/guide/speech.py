"""An operator's own speech recogniser: the sound is sent to the address of the settings, words come back; nothing is kept."""

from __future__ import annotations

from typing import Final

from django.conf import settings

from yiwang.business.guide import calling
from yiwang.business.guide.asking import clean
from yiwang.business.guide.errors import NoRecogniser, NotHeard
from yiwang.standards.errors import InvalidInput

LARGEST: Final = 5 * 2**20  # bytes of sound: about a minute
TYPES: Final = frozenset({"audio/wav", "audio/x-wav", "audio/webm", "audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac"})
TIMEOUT: Final = 15.0


def available() -> bool:
    """Whether a recogniser is configured."""
    return bool(settings.SPEECH_URL)


def hear(sound: bytes, *, type: str, longest: int) -> str:
    """See the door."""
    if not available():
        raise NoRecogniser
    kind = type.partition(";")[0].strip().lower()
    if kind not in TYPES or not sound or len(sound) > LARGEST:
        raise InvalidInput(f"录音不能识别:须是 {LARGEST // 2**20} MB 以内的 wav、webm、ogg、mp3、m4a 文件。", field="sound")
    try:
        words = clean(str(calling.post(settings.SPEECH_URL, sound, {"Content-Type": kind}, seconds=TIMEOUT)["text"]), longest=longest)
    except (calling.CallFailed, KeyError, TypeError, IndexError) as error:
        raise NotHeard from error
    if not words:
        raise NotHeard
    return words
