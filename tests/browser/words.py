"""What the pages say in both languages, written out: a changed or missing translation fails a journey."""

CHINESE = {
    "Set up the service desk": "初始化服务台",
    "Open the desk": "进入服务台",
    "Please check the marked fields.": "请检查标出的字段。",
    "This field is required.": "此项必填。",
    "The two passwords differ.": "两次输入的密码不一致。",
    "The desk is set up. You are its administrator.": "服务台初始化完成，您是系统管理员。",
    "Log": "登记",
    "Log, then another": "登记并继续登记下一单",
    "Log in": "登录",
    "Log out": "退出登录",
    "User name or password is wrong.": "用户名或密码错误。",
    "You are not in an active work group, so you cannot log in. Ask an administrator to add you to one.":
        "您不在任何启用的工作组中，无法登录。请联系管理员将您加入工作组。",
    "Whoever works here is in a work group: choose one.": "工作人员必须属于一个工作组，请选择。",
    "Save": "保存",
    "Saved: %s": "已保存：%s",
    "Deleted: %s": "已删除：%s",
    "Delete": "删除",
    "%s (deleted)": "%s（已删除）",
    "Restore": "恢复",
    "Restored: %s": "已恢复：%s",
    "Remove": "移除",
    "Yes, go on": "确定",
    "Members": "成员",
    "Log an incident": "登记事件",
    "Incidents": "事件",
    "Done: %s": "已完成：%s",
    "Assign": "分配",
    "Transfer": "转派",
    "Pick": "认领",
    "Put on hold": "挂起",
    "Resume": "恢复处理",
    "Resolve": "解决",
    "Reopen": "重新打开",
    "Close": "关闭",
    "Cancel": "取消",
    "Edit": "编辑",
    "More actions": "更多操作",
    "New state": "新建",
    "Assigned": "已分配",
    "In progress": "处理中",
    "Pending": "挂起",
    "Resolved": "已解决",
    "Closed": "已关闭",
    "Waiting for the supplier": "等待供应商",
    "Solved for good": "已彻底解决",
    "Internal note": "内部记录",
    "Public reply": "公开回复",
    "Add the note": "添加记录",
    "Send the reply": "发送回复",
    "attached a file": "上传了附件",
    "Upload": "上传",
    "public": "公开",
    "Timeline": "时间线",
    "Holders": "处理历程",
    "Attachments": "附件",
    "History": "历史",
    "created this": "创建了此记录",
    "changed this": "修改了此记录",
    "State": "状态",
    "Work group": "处理组",
    "Number": "编号",
    "Assignee": "处理人",
    "now": "至今",
    "Who can see this?": "谁能看到？",
    "Explain": "查看原因",
    "no": "否",
    "Has the right “View incidents”": "拥有权限“查看事件”",
    "Purge": "彻底删除",
    "Purged: %s": "已彻底删除：%s",
    "Yes, it is solved": "已经解决",
    "No, not yet": "还没有解决",
}
ENGLISH = {"New state": "New"}


class Words:
    """What a reader of one language sees."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, text: str, filled: str = "") -> str:
        """Return a text in the reader's language, with what stands in its place."""
        found = CHINESE[text] if self.language == "zh" else ENGLISH.get(text, text)
        return found.replace("%s", filled)
