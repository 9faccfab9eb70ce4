"""What people write: Chinese and English, some of it often and most of it seldom, each phrase with its search tokens.

A text is put together of phrases with a stop between them, so that its tokens are those of its phrases.
"""

import itertools
import random
from dataclasses import dataclass

from app.records.tokens import tokens

THINGS_ZH = (
    "打印机", "邮箱", "笔记本电脑", "会议室投影", "VPN 连接", "ERP 系统", "无线网络", "共享文件夹", "考勤系统",
    "财务软件", "企业微信", "扫描仪", "电话分机", "门禁卡", "显示器", "客户门户", "数据库", "备份任务",
    "视频会议", "合同审批流程", "仓库扫码枪", "报表平台", "浏览器", "域账号", "硬盘", "发票模块", "生产线终端",
    "手机客户端", "官网证书", "监控告警",
)
SYMPTOMS_ZH = (
    "无法登录", "速度很慢", "报错", "卡纸", "打不开", "无法连接", "密码过期", "没有声音", "数据不一致",
    "权限不足", "频繁掉线", "需要安装", "无法保存", "显示空白", "收不到通知", "自动重启", "需要升级",
    "同步失败", "找不到文件", "授权到期",
)
THINGS_EN = (
    "Printer", "Mailbox", "Laptop", "Projector", "VPN", "ERP client", "Wi-Fi", "Shared drive", "Time sheet",
    "Invoice module", "Chat client", "Scanner", "Desk phone", "Access card", "Screen", "Customer portal",
    "Database", "Backup job", "Video meeting", "Approval flow", "Barcode reader", "Report", "Browser",
    "Account", "Disk", "Payroll interface", "Terminal", "Mobile app", "Certificate", "Monitoring alert",
)
SYMPTOMS_EN = (
    "cannot log in", "is very slow", "shows an error", "has a paper jam", "does not open",
    "drops the connection", "asks for the password again", "has no sound", "shows wrong figures",
    "says access denied", "restarts by itself", "must be installed", "does not save", "stays black",
    "sends no notice", "is out of date", "does not synchronise", "has lost a file", "needs a licence",
    "is offline",
)
PLACES_ZH = tuple(f"{city}{floor}楼" for city, floor in itertools.product(
    ("上海总部", "北京分公司", "深圳工厂", "成都办事处", "武汉仓库", "广州门店"), range(1, 13)))
PLACES_EN = tuple(f"{city} floor {floor}" for city, floor in itertools.product(
    ("London", "Berlin", "Paris", "Warsaw", "Madrid", "Oslo"), range(1, 13)))
DETAILS_ZH = (
    "今天早上开始出现", "重启后仍然如此", "影响整个部门", "昨天还是正常的", "已经尝试更换网线",
    "急需处理，客户在等", "只有我一个人受影响", "更新之后就这样了", "同事的电脑没有问题", "请远程协助",
    "附件中有截图", "上周也发生过一次", "下班前需要恢复", "已按知识库文章操作",
)
DETAILS_EN = (
    "It began this morning", "A restart did not help", "The whole department is affected",
    "It worked yesterday", "We have changed the cable", "A customer is waiting", "Only I am affected",
    "It began after the update", "The colleague next to me has no trouble", "Please connect remotely",
    "A picture is attached", "It happened last week as well", "We need it before the end of the day",
    "The steps of the article did not help",
)
SAID = (
    "已联系用户，等待回复。", "Called back, nobody answered.", "已远程检查，日志正常。",
    "Asked the network team to look at the switch.", "更换配件后测试通过。",
    "The user confirms that it works again.", "供应商明天上门。", "Restarted the service; watching it.",
    "需要变更窗口，已申请。", "Cleared the cache and signed in again.", "问题无法重现，继续观察。",
    "Sent the instructions by mail.",
)
SOLUTIONS = (
    "已远程解决。", "Part replaced.", "已调整配置。", "Account unlocked.", "已重新安装客户端。",
    "Restarted the service.", "已更换耗材。", "Rights granted as approved.",
)
STOPS = {"zh": "，", "en": ", "}


@dataclass(frozen=True, slots=True)
class Phrase:
    """Some words and the tokens they are found by."""

    text: str
    tokens: tuple[str, ...]
    language: str


class Chosen:
    """Choices of some things, the first ones far more often than the last (Zipf), made by the thousand."""

    def __init__(self, things: list[Phrase], rng: random.Random, power: float = 1.05) -> None:
        self._things, self._rng = things, rng
        weights = [1 / (place + 3) ** power for place in range(len(things))]
        self._weights = list(itertools.accumulate(weights))
        self._ready: list[Phrase] = []

    def __call__(self) -> Phrase:
        """Return one."""
        if not self._ready:
            self._ready = self._rng.choices(self._things, cum_weights=self._weights, k=4096)
        return self._ready.pop()


class Texts:
    """Titles, descriptions and notes; two in three incidents are written in Chinese."""

    def __init__(self, rng: random.Random) -> None:
        subjects = {"zh": [f"{thing}{symptom}" for thing, symptom in itertools.product(THINGS_ZH, SYMPTOMS_ZH)],
                    "en": [f"{thing} {symptom}" for thing, symptom in itertools.product(THINGS_EN, SYMPTOMS_EN)]}
        places = {"zh": list(PLACES_ZH), "en": list(PLACES_EN)}
        details = {"zh": DETAILS_ZH, "en": DETAILS_EN}
        self._rng = rng
        self._subjects = {key: Chosen(_phrases(_mixed(found), key, names=True), rng) for key, found in subjects.items()}
        self._places = {key: Chosen(_phrases(_mixed(found), key, names=True), rng, 0.6)
                        for key, found in places.items()}
        self._details = {key: Chosen(_phrases(list(found), key, names=False), rng, 0.5)
                         for key, found in details.items()}

    def incident(self) -> tuple[str, str, list[str]]:
        """Return (title, description, tokens of both)."""
        language = "zh" if self._rng.random() < 0.66 else "en"
        title = (self._subjects[language](), self._places[language]())
        said = [self._details[language]() for _ in range(self._rng.choice((1, 2, 2, 3, 4)))]
        stop = STOPS[language]
        found = dict.fromkeys(token for phrase in (*title, *said) for token in phrase.tokens)
        return stop.join(one.text for one in title), stop.join(one.text for one in said), list(found)


def _mixed(found: list[str]) -> list[str]:
    # What is frequent is not all of one thing; the same each time.
    return sorted(found, key=lambda text: random.Random(text).random())


def _phrases(texts: list[str], language: str, *, names: bool) -> list[Phrase]:
    return [Phrase(text, tuple(dict.fromkeys(tokens(text, names=names))), language) for text in texts]
