"""What can be refused in this room."""

from yiwang.standards.errors import InvalidInput


class BadForm(InvalidInput):
    """A form's definition is wrong; said to whoever maintains the matter."""

    code = "bad_form"
    template = "表单定义有误:字段「{field}」{cause},请由事项管理员修改。"


class InputTooLarge(InvalidInput):
    """More was sent than any honest form needs."""

    code = "input_too_large"
    status = 413
    template = "提交的内容太大({size} 字),这张表最多 {limit} 字;请精简长文字,或改为上传附件。"
