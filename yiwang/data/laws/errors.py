"""Refusals of the law library: each names what is missing and what helps."""

from __future__ import annotations

from yiwang.standards.errors import Conflict, InvalidInput, NotFound


class NoSuchLaw(NotFound):
    """The library holds no law of this title."""

    code = "law_unknown"
    template = "法律库中没有《{title}》。{remedy}"


class NoSuchArticle(NotFound):
    """The version in force has no such article, paragraph or item."""

    code = "article_unknown"
    template = "《{title}》({version} 文本)没有{label}。{remedy}"


class NotYetInForce(NotFound):
    """The day lies before the law."""

    code = "law_not_yet_in_force"
    template = "《{title}》在 {on} 尚未施行(自 {since} 起)。请检查日期。"


class Repealed(NotFound):
    """The day lies after the law's end."""

    code = "law_repealed"
    template = "《{title}》已自 {since} 起废止({by}),{on} 不能再引用。"


class TextNotHeld(NotFound):
    """The law was in force that day, but the library does not hold its text of that day."""

    code = "law_text_not_held"
    template = "《{title}》在 {on} 有效,但库中没有当日的文本;现有文本的有效期:{held}。请导入当日有效的版本。"


class NotACitation(InvalidInput):
    """No law can be made out in the words."""

    code = "citation_unreadable"
    template = "看不出「{text}」引用的是哪部法。请写成「《法律名称》第几条」。"


class DocumentNotHeld(NotFound):
    """A normative document, cited by its number: the library holds laws, regulations and rules only."""

    code = "document_not_held"
    template = "「{number}」是规范性文件的文号,法律库只收法律、法规和规章,不能核对;请人工核对。"


class BadNumber(InvalidInput):
    """The article's number cannot be read."""

    code = "article_number_invalid"
    template = "「{given}」不是条的序号。请写成 32、第三十二条或第十二条之一。"


class BadLawFile(InvalidInput):
    """A file cannot be read as a law."""

    code = "law_file_invalid"
    template = "{reason}"


class NoSuchParameter(NotFound):
    """No parameter of this code, or none valid on the day."""

    code = "parameter_unknown"
    template = "参数「{parameter}」{reason}。"


class ParameterInvalid(InvalidInput):
    """A parameter is not complete."""

    code = "parameter_invalid"
    template = "参数「{parameter}」不能保存:{reason}。"


class ParameterExists(Conflict):
    """There is already another value from that day on."""

    code = "parameter_exists"
    template = "参数「{parameter}」自 {since} 起的值已是 {value};同一天不能有两个值,请换一个生效日期。"
