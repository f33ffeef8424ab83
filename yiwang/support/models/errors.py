"""What the register of models refuses, in sentences for people."""

from __future__ import annotations

from yiwang.standards.errors import Conflict, Forbidden, InvalidInput, NotFound


class NoSuchModel(NotFound):
    """没有这个模型。"""

    code = "no_such_model"
    template = "没有找到模型“{key}”,或它不归您所在的单位管理。请从模型列表中选择。"


class NoSuchModelVersion(NotFound):
    """没有这个版本。"""

    code = "no_such_model_version"
    template = "模型“{title}”没有第 {number} 版。请从版本列表中选择。"


class NotAModel(InvalidInput):
    """不是这一类模型的文件。"""

    code = "not_a_model"
    template = "这个文件不能登记为“{title}”:{reason}。请用本平台训练命令写出的模型文件。"


class ModelLacksCard(InvalidInput):
    """模型没有训练说明。"""

    code = "model_lacks_card"
    template = "缺少{what},不能登记:看不出它是用什么数据训练的。{remedy}"


class WrongModelLabels(InvalidInput):
    """模型给出的类别不是这里用的。"""

    code = "wrong_model_labels"
    template = "模型给出的类别里,有 {count} 个不在“{title}”使用的分类里:{some}。请用这里的分类重新训练。"


class ModelKnown(Conflict):
    """这个文件已经登记过。"""

    code = "model_known"
    template = "同样的文件已登记为“{title}”第 {number} 版,不重复登记。"


class WrongModelStep(Conflict):
    """这一状态下不能这样办理。"""

    code = "wrong_model_step"
    template = "“{title}”第 {number} 版现在是“{state}”,不能{step}。请刷新页面查看最新状态。"


class StaleModel(Conflict):
    """别人刚刚办理过。"""

    code = "stale_model"
    template = "“{title}”第 {number} 版刚刚被别人办理过。请刷新页面,看过现在的状态后再办。"


class SameModelMaker(Forbidden):
    """训练或登记的人不能审批。"""

    code = "same_model_maker"
    template = "“{title}”第 {number} 版是您训练或登记的,须由另一位有审批权限的人员{step}。"


class RulesNotRunning(Conflict):
    """这一版规则不在现在安装的软件里。"""

    code = "rules_not_running"
    template = "“{title}”第 {number} 版的规则不在现在安装的软件里,不能{step}。规则随软件安装:请先安装含有它的软件版本。"


class ModelNotGoodEnough(InvalidInput):
    """评测没有达到要求。"""

    code = "model_not_good_enough"
    template = "“{title}”第 {number} 版不能{step}:{reasons}"


class ModelNeedsReason(InvalidInput):
    """须写明理由。"""

    code = "model_needs_reason"
    template = "请写明{step}的理由,它会留在记录里。"


class BadTestSet(InvalidInput):
    """评测数据读不出来。"""

    code = "bad_test_set"
    template = "评测数据不能用:{reason}"


class BadFiling(InvalidInput):
    """备案信息不完整。"""

    code = "bad_filing"
    template = "备案信息不能保存:{reason}"


class NoSuchFinding(NotFound):
    """没有这条提示。"""

    code = "no_such_model_finding"
    template = "没有找到这条偏移提示,它可能已经处理。请刷新页面。"


class NothingToStart(InvalidInput):
    """没有随平台提供的版本。"""

    code = "nothing_to_start"
    template = "“{title}”没有随平台提供的版本。请登记训练好的模型文件。"
