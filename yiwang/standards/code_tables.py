"""The code tables as published: one block per table and system, one line per code.

``code | key | Chinese name | English name``, and a fifth column ``?`` where the value is not certain (STANDARDS marks it
[unsure]); only those may be overridden by configuration. Sources: STANDARDS §1.6, §1.8, §2.1, §2.2, §2.4, §3.1.
"""

from typing import Final

GB39046: Final = {
    "matter_type": """
        00 | power                    | 行政权力事项 | administrative power
        01 | permit                   | 行政许可     | administrative permit
        02 | penalty                  | 行政处罚     | administrative penalty
        03 | coercion                 | 行政强制     | administrative coercion
        04 | levy                     | 行政征收     | administrative levy
        05 | payment                  | 行政给付     | administrative payment
        06 | inspection               | 行政检查     | administrative inspection
        07 | confirmation             | 行政确认     | administrative confirmation
        08 | reward                   | 行政奖励     | administrative reward
        09 | adjudication             | 行政裁决     | administrative adjudication
        10 | other                    | 其他行政权力 | other administrative power
        20 | public_service           | 公共服务     | public service
    """,
    "exercise_level": """
        1 | state    | 国家级           | state
        2 | province | 省级             | province
        3 | city     | 市级             | city
        4 | county   | 县级             | county
        5 | township | 镇(乡、街道)级 | township
        6 | village  | 村(社区)级     | village
        7 | by_level | 分级管理         | by level
    """,
    "body_nature": """
        1 | statutory  | 法定机关   | statutory authority
        2 | authorised | 授权组织   | authorised organisation
        3 | entrusted  | 受委托组织 | entrusted organisation
        9 | other      | 其他       | other
    """,
    "service_object": """
        1 | person              | 自然人       | natural person
        2 | company             | 企业法人     | company
        3 | public_institution  | 事业法人     | public institution
        4 | social_organisation | 社会组织法人 | social organisation
        5 | authority           | 行政机关     | authority
        6 | other               | 其他组织     | other organisation
    """,
    "case_kind": """
        1 | instant  | 即办件 | decided at once
        2 | promised | 承诺件 | decided within the promised limit
        9 | other    | 其他   | other
    """,
    "handling_form": """
        1 | counter | 窗口办理       | at the counter
        2 | web     | 电脑端网上办理 | on the web
        3 | mobile  | 移动端办理     | on a phone
        4 | post    | 快递申请       | by post
        9 | other   | 其他           | other
    """,
    "service_area": """
        1 | nationwide       | 全国通办 | anywhere in the country | ?
        2 | across_provinces | 跨省通办 | across provinces        | ?
        3 | across_cities    | 跨市通办 | across cities           | ?
        4 | across_counties  | 跨县通办 | across counties         | ?
    """,
    "special_procedure": """
        1 | extension | 延长审批         | extension
        2 | other     | 除延长之外的情形 | other special procedure
    """,
    "satisfaction": """
        1 | very_satisfied      | 非常满意   | very satisfied
        2 | satisfied           | 满意       | satisfied
        3 | mostly_satisfied    | 基本满意   | mostly satisfied
        4 | dissatisfied        | 不满意     | dissatisfied
        5 | very_dissatisfied   | 非常不满意 | very dissatisfied
    """,
    "step_state": """
        1 | pending | 待办 | to do
        2 | done    | 已办 | done
    """,
    "step_action": """
        1 | pass   | 通过 | pass      | ?
        2 | return | 退回 | send back | ?
        9 | other  | 其他 | other     | ?
    """,
    "material_must": """
        1 | required | 必备   | required
        0 | optional | 非必备 | optional
    """,
    "identity_document": """
        111 | identity_card          | 居民身份证             | resident identity card
        411 | diplomatic_passport    | 外交护照               | diplomatic passport
        412 | service_passport       | 公务护照               | service passport
        413 | ordinary_service_passport | 公务普通护照        | passport for public affairs
        414 | passport               | 普通护照               | ordinary passport
        511 | taiwan_travel_permit   | 台湾居民来往大陆通行证 | mainland travel permit for Taiwan residents
        516 | hk_mo_travel_permit    | 港澳居民来往内地通行证 | mainland travel permit for Hong Kong and Macao residents
        553 | permanent_residence    | 外国人永久居留身份证   | foreigner's permanent residence card
    """,
    "holder_code": """
        001 | credit_code         | 统一社会信用代码             | unified social credit code
        099 | other_organisation  | 其他法人和其他组织证件号码   | other organisation document      | ?
        111 | identity_number     | 公民身份号码                 | citizen identity number
        411 | diplomatic_passport | 外交护照号码                 | diplomatic passport              | ?
        412 | service_passport    | 公务护照号码                 | service passport                 | ?
        413 | ordinary_service_passport | 公务普通护照号码       | passport for public affairs      | ?
        414 | passport            | 普通护照号码                 | ordinary passport                | ?
        511 | taiwan_travel_permit | 台湾居民来往大陆通行证号码  | travel permit, Taiwan            | ?
        516 | hk_mo_travel_permit | 港澳居民来往内地通行证号码   | travel permit, Hong Kong, Macao  | ?
        553 | permanent_residence | 外国人永久居留身份证号码     | permanent residence card         | ?
        999 | other_person        | 其他自然人证件号码           | other personal document          | ?
    """,
}

C0109: Final = {
    "exercise_level": """
        1 | state    | 国家级           | state
        2 | province | 省级             | province
        3 | city     | 市级             | city
        4 | county   | 县级             | county
        5 | township | 镇(乡、街道)级 | township
        6 | by_level | 分级管理         | by level
    """,
    "body_nature": """
        1 | statutory  | 法定机关   | statutory authority
        2 | authorised | 授权组织   | authorised organisation
        3 | entrusted  | 受委托组织 | entrusted organisation
    """,
    "power_source": """
        1 | own_level            | 法定本级行使 | its own by law
        2 | handed_down          | 上级下放     | handed down from above
        3 | authorised_by_upper  | 上级授权     | authorised from above
        4 | authorised_by_peer   | 同级授权     | authorised by a peer
        5 | entrusted_by_upper   | 上级委托     | entrusted from above
        6 | entrusted_by_peer    | 同级委托     | entrusted by a peer
    """,
    "service_object": """
        1 | person              | 自然人       | natural person
        2 | company             | 企业法人     | company
        3 | public_institution  | 事业法人     | public institution
        4 | social_organisation | 社会组织法人 | social organisation
        5 | unincorporated      | 非法人企业   | unincorporated business
        6 | authority           | 行政机关     | authority
        7 | other               | 其他组织     | other organisation
        9 | other_9             | 其他组织     | other organisation | ?
    """,
    "case_kind": """
        1 | instant  | 即办件 | decided at once
        2 | promised | 承诺件 | decided within the promised limit
    """,
    "handling_form": """
        1 | counter | 窗口办理 | at the counter
        2 | web     | 网上办理 | on the web
        3 | post    | 快递申请 | by post
    """,
    "service_area": """
        1 | nationwide      | 全国             | nationwide
        2 | province        | 全省             | province-wide
        3 | city            | 全市             | city-wide
        4 | county          | 全县             | county-wide
        5 | township        | 全镇(乡、街道) | township-wide
        6 | across_villages | 跨村(社区)     | across villages
    """,
    "result_type": """
        1 | licence  | 证照 | licence
        2 | approval | 批文 | approval document
        3 | other    | 其他 | other
        4 | none     | 无   | none
    """,
    "special_procedure": """
        1 | extension | 延长审批         | extension
        2 | other     | 除延长之外的情形 | other special procedure
    """,
    "limit_unit": """
        1 | workday      | 工作日 | working day  | ?
        2 | calendar_day | 自然日 | calendar day | ?
        3 | month        | 月     | month        | ?
        4 | year         | 年     | year         | ?
    """,
    "material_must": """
        1 | required   | 必要     | required     | ?
        2 | optional   | 非必要   | optional     | ?
        3 | deferrable | 容缺后补 | may be deferred | ?
    """,
    "material_type": """
        1 | original          | 原件         | original          | ?
        2 | copy              | 复印件       | copy              | ?
        3 | original_and_copy | 原件和复印件 | original and copy | ?
    """,
    "material_form": """
        1 | paper      | 纸质       | paper               | ?
        2 | electronic | 电子       | electronic          | ?
        3 | either     | 纸质或电子 | paper or electronic | ?
    """,
    "material_source": """
        1 | applicant  | 申请人自备   | applicant             | ?
        2 | government | 政府部门核发 | issued by authorities | ?
        3 | other      | 其他         | other                 | ?
    """,
    "online_depth": """
        1 | consult  | 互联网咨询(Ⅰ级)   | information on line   | ?
        2 | receive  | 互联网收件(Ⅱ级)   | received on line      | ?
        3 | precheck | 互联网预审(Ⅲ级)   | pre-checked on line   | ?
        4 | full     | 全程网办(Ⅳ级)     | wholly on line        | ?
    """,
    "matter_state": """
        1 | in_force  | 在用 | in force
        2 | suspended | 暂停 | suspended
        3 | cancelled | 取消 | cancelled
    """,
    "case_outcome": """
        0 | issued            | 出证         | licence issued             | ?
        1 | returned          | 退回或驳回   | returned or refused        | ?
        2 | voided            | 作废         | voided                     | ?
        3 | deleted           | 删除         | deleted                    | ?
        4 | forwarded         | 转报         | forwarded                  | ?
        5 | supplement_lapsed | 补正不来     | supplement never came      | ?
        6 | closed            | 办结         | closed                     | ?
    """,
    "licence_state": """
        01 | valid       | 有效     | valid
        02 | withheld    | 暂扣     | withheld      | ?
        03 | revoked     | 撤销     | revoked
        04 | cancelled   | 注销     | cancelled
        05 | expired     | 失效     | expired
        06 | moving_out  | 办理转出 | moving out
        07 | withdrawn   | 吊销     | withdrawn as a penalty
        99 | other       | 其他     | other
    """,
}

# The national rating interface counts the other way round than GB/T 39046 (STANDARDS §0-12).
RATING_INTERFACE: Final = {
    "satisfaction": """
        5 | very_satisfied    | 非常满意   | very satisfied    | ?
        4 | satisfied         | 满意       | satisfied         | ?
        3 | mostly_satisfied  | 基本满意   | mostly satisfied  | ?
        2 | dissatisfied      | 不满意     | dissatisfied      | ?
        1 | very_dissatisfied | 非常不满意 | very dissatisfied | ?
    """,
}
