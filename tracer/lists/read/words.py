"""Header words: which role a column's heading names, in simplified and traditional Chinese, English and Japanese.

A heading is folded (full-width to ASCII, lower case, no blanks or punctuation) and looked up: first as a whole, then by the
longest word it contains. `STRONG_OTHER` words keep a column out of the identifiers whatever its content looks like.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORDS: dict[str, str] = {
    "phone": (
        "手机号码 手机号 手机 手机1 手机2 移动电话 移动号码 联系电话 联系方式 联系号码 电话号码 电话 号码 座机 固话 固定电话 固定电话号码 办公电话 "
        "联系手机 本人手机 被叫 被叫号码 主叫 主叫号码 来电号码 客户号码 客户电话 收件人电话 收货电话 法人电话 法人手机 更多电话 有效手机号 可用电话 "
        "手機號碼 手機號 手機 行動電話 行動電話號碼 聯絡電話 聯繫電話 聯絡方式 連絡電話 電話號碼 電話 號碼 市話 公司電話 住家電話 "
        "携帯電話 携帯番号 携帯 電話番号 連絡先 固定電話番号 お電話番号 "
        "phone phonenumber phoneno phone1 phone2 mobile mobilephone mobilenumber mobileno cell cellphone tel tel1 telephone "
        "telephonenumber telno telnumber msisdn contactnumber contactno contactphone callee called number phonenum mob "
        "手机md5 手机号md5 phonemd5 mobilemd5 手机号sha256 phonehash mobilehash 手机号hash 手机哈希 手机密文 imsi号码"
    ),
    "email": (
        "邮箱 电子邮箱 邮件 电子邮件 邮箱地址 电子邮件地址 邮件地址 email地址 "
        "電子郵件 電子信箱 電郵 信箱 郵箱 電子郵箱 電郵地址 メール メールアドレス 電子メール eメール "
        "email emailaddress mail mailaddress emails e-mail"
    ),
    "name": (
        "姓名 名字 联系人 联系人姓名 客户姓名 客户名 客户 收件人 收货人 收件人姓名 法人 法定代表人 法人代表 负责人 称呼 昵称 用户姓名 真实姓名 姓 "
        "姓氏 名 联络人 学生姓名 家长姓名 业主 业主姓名 被保险人 投保人 "
        "聯絡人 連絡人 客戶姓名 客戶名稱 客戶 收件人姓名 負責人 法定代表人姓名 稱呼 暱稱 "
        "氏名 お名前 名前 担当者 担当者名 顧客名 ご氏名 "
        "name fullname contact contactname contactperson person customername customer firstname lastname surname username realname fn"
    ),
    "organisation": (
        "公司 公司名称 公司名 企业 企业名称 企业名 单位 单位名称 工作单位 机构 机构名称 商户 商户名称 店铺 店铺名称 店名 厂名 雇主 所属企业 "
        "公司名稱 企業名稱 企業 單位 單位名稱 機構 機構名稱 商號 店舖 店名稱 任職公司 "
        "会社 会社名 企業名 法人名 勤務先 御社名 貴社名 団体名 "
        "company companyname organisation organization organisationname organizationname org employer firm business businessname account"
    ),
    "address": (
        "地址 联系地址 通讯地址 通信地址 家庭地址 公司地址 注册地址 住址 收货地址 收件地址 详细地址 地区 所在地 所在地区 城市 省份 省 市 区县 区域 住所 "
        "经营地址 企业地址 办公地址 "
        "聯絡地址 通訊地址 註冊地址 公司地址 收件地址 地區 縣市 "
        "住所 ご住所 所在地 都道府県 市区町村 "
        "address addr streetaddress street city province region state location mailingaddress postaladdress"
    ),
    "created": (
        "创建时间 创建日期 注册时间 注册日期 入库时间 入库日期 录入时间 录入日期 添加时间 添加日期 新增时间 新增日期 建档日期 建档时间 "
        "開戶日期 建立時間 建立日期 註冊時間 註冊日期 新增日期 開通時間 登録日 登録日時 作成日 作成日時 "
        "created createdat createddate creationdate createtime createdate registered registeredat registrationdate added addedat signupdate signup datecreated"
    ),
    "deleted": (
        "删除时间 删除日期 注销时间 注销日期 退订时间 退订日期 失效日期 失效时间 移除时间 移除日期 "
        "刪除時間 刪除日期 註銷日期 退訂日期 削除日 削除日時 退会日 "
        "deleted deletedat deleteddate deletiondate removed removedat unsubscribed unsubscribedat closedat"
    ),
    "date": (
        "日期 时间 成交日期 下单时间 下单日期 订单日期 更新时间 更新日期 购买日期 购买时间 登记日期 登记时间 成立日期 采集时间 采集日期 获取时间 到期日 到期时间 "
        "到期日期 来电时间 拨打时间 通话时间 咨询时间 咨询日期 拒绝日期 拒绝时间 "
        "時間 更新時間 更新日期 訂單日期 購買日期 到期日 登記日期 日付 更新日 更新日時 注文日 日時 "
        "date time datetime timestamp updated updatedat updatedate orderdate purchasedate day expires expirydate refusedon refusaldate rev"
    ),
    "id": (
        "编号 序号 客户编号 会员号 会员编号 用户编号 用户id 客户id 会员id 线索编号 线索id 流水号 工号 行号 "
        "編號 序號 客戶編號 會員編號 會員號 番号 顧客番号 会員番号 通し番号 顧客id "
        "id no no. index seq uid userid customerid memberid recordid leadid rowid sn #"
    ),
}

STRONG_OTHER = frozenset(
    "身份证 身份证号 身份证号码 证件号 证件号码 qq qq号 qq号码 微信 微信号 wechat wechatid 订单号 订单编号 卡号 银行卡号 银行卡 账号 帐号 税号 统一社会信用代码 "
    "社会信用代码 信用代码 注册号 组织机构代码 邮编 邮政编码 传真 传真号码 年龄 性别 金额 价格 余额 生日 出生日期 出生年月 车牌 车牌号 imei imsi mac ip "
    "身分證 身分證字號 統一編號 統編 郵遞區號 傳真 訂單編號 性別 生日 郵便番号 ファックス 性別 年齢 生年月日 "
    "idcard idnumber orderid orderno ordernumber fax faxnumber zip zipcode postcode postalcode gender sex age amount price birthday "
    "dateofbirth dob bday taxid vat vin plate".split()
)
"""Headings whose columns hold digits that are no phone numbers."""

_FOLD = re.compile(r"[\s_\-./:：,，、·()（）\[\]【】*'\"]+")
_LOOKUP = {_word: _role for _role, _words in _WORDS.items() for _word in _words.split()}
_CONTAINED = sorted((w for w in _LOOKUP if len(w) >= 2 and not w.isascii()), key=lambda w: (-len(w), w))
_CONTAINED_ASCII = sorted((w for w in _LOOKUP if len(w) >= 4 and w.isascii()), key=lambda w: (-len(w), w))
# A heading is short; a longer cell is a title or a remark ("以下联系电话仅供内部使用").
_LONGEST = 24


def fold(heading: str) -> str:
    """A heading without the differences that mean nothing: width, case, blanks, punctuation."""
    return _FOLD.sub("", unicodedata.normalize("NFKC", heading).casefold())


@lru_cache(maxsize=4096)
def role_of_heading(heading: str) -> str | None:
    """The role a heading names; `other` for one known to name no role of ours; None for an unknown heading.

    A trailing digit is dropped (`电话2`). What stands in brackets counts only when nothing else is known.
    """
    bare = re.sub(r"[(（\[【].*?[)）\]】]", "", heading)
    # The lowest level of a heading joined from several rows says most (联系方式 邮箱); English headings are of several words.
    last = heading.split()[-1] if not heading.isascii() and heading.split() else ""
    for text in dict.fromkeys((fold(last), fold(bare), fold(heading), fold(bare).rstrip("0123456789一二三"))):
        if not text:
            continue
        if text in STRONG_OTHER:
            return "other"
        if text in _LOOKUP:
            return _LOOKUP[text]
    text = fold(heading)
    if not text or len(text) > _LONGEST:
        return None
    if any(word in text for word in STRONG_OTHER if len(word) >= 2 and (not word.isascii() or len(word) >= 5)):
        return "other"
    for word in (*_CONTAINED, *_CONTAINED_ASCII):
        if word in text:
            return _LOOKUP[word]
    return None
