"""Subjects: what a room stores reads back; what a page shows is masked."""

import pytest

from yiwang.standards.errors import InvalidInput
from yiwang.standards.subjects import Subject


def test_a_subject_is_written_and_read():
    subject = Subject("person", "11010519491231002X")
    assert str(subject) == "person:11010519491231002X"
    assert Subject.read(str(subject)) == subject
    assert subject.masked == "110*************2X"


@pytest.mark.parametrize("text", ["", "person", "person:", "dog:1", ":1"])
def test_an_incomplete_subject_is_refused(text):
    with pytest.raises(InvalidInput):
        Subject.read(text)
