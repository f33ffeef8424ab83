"""What can be refused in this room."""

from yiwang.standards.errors import InvalidInput, Unavailable


class BadIndex(Unavailable):
    """A stored index cannot be used; it is built again from its sources."""

    code = "bad_index"
    template = "检索索引「{place}」不能使用:{cause}。请由管理员重新建立索引。"


class BadCorpus(InvalidInput):
    """A file of documents or questions lacks what is needed."""

    code = "bad_corpus"
    template = "文件「{place}」第 {line} 行:{cause}。请改正后重试。"


class UnreadableTable(BadCorpus):
    """A file of documents or questions cannot be read or written at all."""

    code = "unreadable_table"
    template = "文件「{place}」{cause}。请检查路径和权限后重试。"
