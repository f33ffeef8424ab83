"""Refusals of the addresses room: each names the file, the line and what helps."""

from __future__ import annotations

from yiwang.standards.errors import InvalidInput, NotFound


class BadAddressFile(InvalidInput):
    """A line of a file of labelled addresses cannot be read."""

    code = "address_file_invalid"
    template = "{path} 第 {line} 行:{reason}。{remedy}"


class NoAddressFile(NotFound):
    """No such file."""

    code = "address_file_missing"
    template = "没有这个文件:{path}。请检查路径。"


class BadAddressModel(InvalidInput):
    """A file is not a model of this room, or of another version."""

    code = "address_model_invalid"
    template = "{path} 不是本版本的地址模型:{reason}。请用 yiwang data addresses train 重新训练。"


class AddressTooLong(InvalidInput):
    """A text is no address."""

    code = "address_too_long"
    template = "这段文字有 {length} 个字,超过地址的上限 {limit} 个字。请只填写一个地址。"
