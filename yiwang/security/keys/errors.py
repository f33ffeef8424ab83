"""What keys refuse."""

from __future__ import annotations

from yiwang.standards.errors import InvalidInput, NotFound, Unavailable


class UnknownKey(NotFound):
    """No key of this name (or version)."""

    code = "unknown_key"
    template = "没有名为“{name}”的密钥:请先由系统管理员建立,或检查名称。"


class KeyUnusable(Unavailable):
    """The private part cannot be opened: another master key, or the row was changed."""

    code = "key_unusable"
    template = "密钥“{name}”无法打开:主密钥与加密时不同,或密钥数据被改动;请恢复原主密钥(YIWANG_MASTER_KEY 或 var/keys/master.key)。"


class MasterKeyProblem(Unavailable):
    """The master key is malformed, unreadable or cannot be written."""

    code = "master_key_problem"
    template = "主密钥不可用({cause}):应为 64 位十六进制数,且只有运行账户可读。"


class CannotDecrypt(InvalidInput):
    """密文无法解开:内容被改动、用途不符,或加密密钥已销毁。"""

    code = "cannot_decrypt"
