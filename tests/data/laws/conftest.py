"""A small collection of laws written for the tests."""

from datetime import date

import pytest

from yiwang.data.laws import api as laws
from yiwang.security.access.api import SYSTEM

OLD = """# 中华人民共和国试点服务法

2010年3月1日 第一届全国试点大会第一次会议通过

<!-- INFO END -->

## 第一章 总则

第一条 为了方便群众办事,制定本法。

第二条 申请试点服务的,应当提交下列材料:

（一）身份证明;

（二）居住证明;

（三）申请书。

材料齐全的,应当当场受理。

## 第二章 监督

### 第一节 检查

第三条 监督机关每年检查一次试点服务的办理情况,并公布结果。

第四条 本法自2010年6月1日起施行。
"""
NEW = """# 中华人民共和国试点服务法

2010年3月1日 第一届全国试点大会第一次会议通过

2015年5月5日 第二届全国试点大会第三次会议《关于修改〈中华人民共和国试点服务法〉的决定》第一次修正

2020年8月8日 第三届全国试点大会第二次会议修订

<!-- INFO END -->

## 第一章 总 则

第一条 为了方便群众办事,制定本法。

第二条 申请试点服务的,只需提交申请书。

第二条之一 能够由系统核验的材料,不得要求申请人提交。

## 第二章 监督

第三条 申请人不服的,可以申请复议。

第四条 监督机关每年检查一次试点服务的办理情况,并公布结果。

第五条 本法自2021年1月1日起施行。《试点收费办法》同时废止。

附：收费标准

第一条 不收费。
"""
FEES = """# 试点收费办法

2000年2月2日 国务院令第1号公布

<!-- INFO END -->

第一条 试点服务每件收费十元。

第二条 本办法自公布之日起施行。
"""
FILES = {
    "行政法/试点服务法(2010-03-01).md": OLD,
    "行政法/试点服务法(2020-08-08).md": NEW,
    "行政法规/试点收费办法(2000-02-02).md": FEES,
    "经济法/试点服务法(2020-08-08).md": NEW,
    "部门规章/试点服务法(2020-08-08).md": NEW.replace("只需提交申请书", "不需提交材料"),
    "行政法/_index.md": "---\nbookCollapseSection: true\n---",
    "行政法/坏编码法(2020-01-01).md": "# 坏编码法\n\n第一条 坏。".encode("gb18030"),
    "行政法/重复法(2020-01-01).md": "# 重复法\n\n<!-- INFO END -->\n\n第一条 甲。\n\n第一条 乙。\n",
    "行政法/空法(2020-01-01).md": "# 空法\n\n2020年1月1日 通过\n\n<!-- INFO END -->\n",
    "行政法/无题法(2020-01-01).md": "第一条 没有标题。\n",
    "部门规章/试点通知(2020-02-30).md": "# 试点通知\n\n<!-- INFO END -->\n\n一、事项。\n",
    "部门规章/试点意见.md": "# 试点意见\n\n<!-- INFO END -->\n\n一、事项。\n\n二、其他。\n",
}


def write(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.fixture
def folder(tmp_path):
    write(tmp_path / "md", FILES)
    return tmp_path


@pytest.fixture
def library(db, folder):
    return laws.import_laws(folder, actor=SYSTEM)


def day(text):
    return date.fromisoformat(text)
