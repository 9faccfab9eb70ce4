"""The steps of a desk's first day, each with what the pages must say and what the database must hold."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.reader import Reader

PASSWORD = "Of-the-tests-only-1"
ADMIN, AGENT, SPECIALIST, LONER = "王明", "李静", "张伟", "赵敏"
GROUPS = {"zh": ("服务台", "网络组"), "en": ("Service desk", "Network team")}
ROLES = {"zh": ("服务台坐席", "二线支持工程师"), "en": ("Service desk agent", "Second-line agent")}
CALLER = {"name": "欧阳晓红", "phone": "021-5566 7788"}
DESCRIPTION = "ping 10.0.0.1 < 5 ms & 网关 <gateway> 不通"
TITLE = {"zh": "三楼会议室无法上网", "en": "No network in the meeting room on floor 3"}


class FirstDay:
    """One run: an administrator, an agent of the first group, a specialist of the second."""

    def __init__(self, desk, reader: Callable[..., Reader], pictures: Path | None, language: str, width: int) -> None:
        self.desk, self.pictures, self.language = desk, pictures, language
        self.admin = reader(desk.url, language, width)
        self.agent = reader(desk.url, language, width)
        self.specialist = reader(desk.url, language, width)
        self.say = self.admin.say
        self.first, self.second = GROUPS[language]
        self.agent_role, self.specialist_role = ROLES[language]
        self.title = TITLE[language]

    def look(self, reader: Reader, name: str) -> None:
        """Expect the page to fit, and keep a picture."""
        reader.should_fit()
        reader.photograph(self.pictures, name)

    def set_up(self) -> None:
        """The first visit, wherever it goes, is the set-up page; it keeps what was typed when it refuses."""
        admin, say = self.admin, self.say
        admin.open("/incident/incidents/list/")
        expect(admin.page.get_by_role("heading", level=1)).to_have_text(say("Set up the service desk"))
        self.look(admin, "setup")
        admin.fill(name=ADMIN, username="wangming", password=PASSWORD, password_again="Something-else-1")
        admin.send(say("Open the desk"))
        admin.should_see_field_error("password_again", say("The two passwords differ."))
        expect(admin.page.locator("#name")).to_have_value(ADMIN)
        admin.expect_refusals((422, "/setup"))
        admin.fill(password=PASSWORD, password_again=PASSWORD)
        admin.choose("timezone", "Asia/Shanghai")
        admin.send(say("Open the desk"))
        admin.should_hear(say("The desk is set up. You are its administrator."))
        self.look(admin, "home")
        admin.expect_refusals()
        assert self.desk.rows(
            "SELECT p.name, g.code, u.username FROM person p JOIN group_member m ON m.person_id = p.id "
            "JOIN work_group g ON g.id = m.group_id JOIN ab_user u ON u.id = p.user_id"
        ) == [(ADMIN, "service_desk", "wangming")]
        # Set-up is over for everybody.
        self.agent.open("/setup")
        assert self.agent.path == "/login/"

    def make_second_group(self) -> None:
        """The administrator makes a second work group."""
        admin = self.admin
        admin.open("/organisation/groups/add")
        self.look(admin, "group-add")
        # Either language alone is enough, whichever it is.
        admin.page.locator(f"[name='name-{self.language}']").fill(self.second)
        admin.fill(code="network")
        admin.choose("support_line", {"zh": "二线", "en": "Second line"}[self.language])
        admin.send(self.say("Save"))
        admin.should_hear(self.say("Saved: %s", self.second))
        expect(admin.page.get_by_role("heading", level=1)).to_have_text(self.second)
        self.look(admin, "group")
        assert self.desk.rows("SELECT code, support_line, is_active FROM work_group ORDER BY id") == [
            ("service_desk", 1, 1), ("network", 2, 1)]

    def make_people(self) -> None:
        """Log-ins need a work group; a person without log-in is somebody who calls."""
        admin, say = self.admin, self.say
        admin.open("/security/users/add")
        admin.fill(name=AGENT, username="lijing", password=PASSWORD)
        admin.choose("roles", self.agent_role, self.agent_role[:3])
        admin.send(say("Save"))
        admin.should_see_field_error("group", say("Whoever works here is in a work group: choose one."))
        expect(admin.page.locator("#username")).to_have_value("lijing")
        self.look(admin, "user-refused")
        admin.expect_refusals((422, "/security/users/add"))
        admin.fill(password=PASSWORD)
        admin.page.locator("#must_change").uncheck()
        admin.choose("group", self.first, self.first[:2])
        admin.send(say("Save"))
        admin.should_hear(say("Saved: %s", f"{AGENT} (lijing)"))
        self.look(admin, "user")
        for name, username, group, role in ((SPECIALIST, "zhangwei", self.second, self.specialist_role),
                                            (LONER, "zhaomin", self.second, self.specialist_role)):
            admin.open("/security/users/add")
            admin.fill(name=name, username=username, password=PASSWORD)
            admin.page.locator("#must_change").uncheck()
            admin.choose("group", group, group[:2])
            admin.choose("roles", role, role[:3])
            admin.send(say("Save"))
            admin.should_hear(say("Saved: %s", f"{name} ({username})"))
        admin.open("/organisation/people/add")
        admin.fill(**CALLER)
        admin.send(say("Save"))
        admin.should_hear(say("Saved: %s", CALLER["name"]))
        self.look(admin, "person")
        admin.expect_refusals()

    def refuse_agent_in_no_group(self) -> None:
        """Whoever is taken out of the last group is told so at the log-in, and only with the right password."""
        admin, agent, say = self.admin, self.agent, self.say
        admin.open("/organisation/groups/list/")
        self.look(admin, "groups")
        admin.page.locator("tr[data-href]").filter(has_text=self.second).locator("a").first.click()
        members = admin.page.locator("#pane-members")
        expect(members.get_by_text(LONER)).to_be_visible()
        members.locator("tr").filter(has_text=LONER).get_by_role("button", name=say("Remove")).click()
        self.look(admin, "confirm")
        admin.page.locator("#confirm").get_by_role("button", name=say("Yes, go on")).click()
        expect(admin.page.locator("#pane-members").get_by_text(LONER)).to_have_count(0)
        agent.log_in("zhaomin", "wrong-password-1")
        expect(agent.page.get_by_role("alert")).to_have_text(say("User name or password is wrong."))
        agent.log_in("zhaomin", PASSWORD)
        expect(agent.page.get_by_role("alert")).to_have_text(say(
            "You are not in an active work group, so you cannot log in. Ask an administrator to add you to one."))
        self.look(agent, "log-in-refused")
        agent.open("/incident/incidents/list/")
        assert agent.path == "/login/"
        admin.expect_refusals()

    def refuse_agent_of_group_switched_off(self) -> None:
        """Switching a group off ends its members' sessions and keeps them out until it is on again."""
        admin, specialist, say = self.admin, self.specialist, self.say
        specialist.get_in("zhangwei", PASSWORD)
        (group_id,) = self.desk.rows("SELECT id FROM work_group WHERE code = 'network'")[0]
        self._switch(group_id, on=False)
        specialist.open("/incident/incidents/list/")
        assert specialist.path == "/login/"
        specialist.log_in("zhangwei", PASSWORD)
        expect(specialist.page.get_by_role("alert")).to_have_text(say(
            "You are not in an active work group, so you cannot log in. Ask an administrator to add you to one."))
        self._switch(group_id, on=True)
        specialist.get_in("zhangwei", PASSWORD)
        admin.expect_refusals()

    def _switch(self, group_id: int, *, on: bool) -> None:
        self.admin.open(f"/organisation/groups/edit/{group_id}")
        self.admin.page.locator("[name='is_active']").set_checked(on)
        self.admin.send(self.say("Save"))
        self.admin.should_hear(self.say("Saved: %s", self.second))
        assert self.desk.rows("SELECT is_active FROM work_group WHERE id = ?", group_id) == [(int(on),)]

    def log_incident(self) -> None:
        """An agent logs what somebody calls about: found by pinyin, by initials and by phone."""
        agent, say = self.agent, self.say
        agent.get_in("lijing", PASSWORD)
        agent.open("/incident/incidents/add")
        self.look(agent, "incident-add")
        agent.send(say("Save"))
        agent.should_see_field_error("title", say("This field is required."))
        agent.should_see_field_error("caller", say("This field is required."))
        self.look(agent, "incident-add-refused")
        agent.expect_refusals((422, "/incident/incidents/add"))
        for typed in ("oyxh", "55667788", "ouyangxiao"):
            agent.control("caller").click()
            search = agent.control("caller").locator("input")
            search.fill("")
            search.press_sequentially(typed, delay=15)
            expect(agent.option(CALLER["name"])).to_be_visible()
        self.look(agent, "caller-found")
        agent.option(CALLER["name"]).click()
        agent.fill(title=self.title, description=DESCRIPTION)
        category, typed = {"zh": ("网络", "wangluo"), "en": ("Network", "netw")}[self.language]
        agent.choose("category", category, typed)
        agent.choose("group", self.first, self.first[:2])
        self.look(agent, "incident-filled")
        agent.send(say("Save"))
        agent.should_hear(say("Saved: %s", f"INC00001 {self.title}"))
        expect(agent.page.get_by_role("heading", level=1)).to_have_text(self.title)
        expect(agent.page.locator(".record-line .record-number")).to_have_text("INC00001")
        expect(agent.page.locator(".typed-text, .text-field").first).to_contain_text(DESCRIPTION)
        agent.should_be_in("Assigned")
        self.look(agent, "incident")
        agent.expect_refusals()
        assert self.desk.rows(
            "SELECT t.number, t.title, t.state, p.name, g.code, t.kind, i.contact_phone FROM ticket t "
            "JOIN incident i ON i.id = t.id JOIN person p ON p.id = t.caller_id JOIN work_group g ON g.id = t.group_id"
        ) == [("INC00001", self.title, "assigned", CALLER["name"], "service_desk", "incident", CALLER["phone"])]
        self.incident = f"/incident/incidents/show/{self.desk.rows('SELECT id FROM ticket')[0][0]}"

    def forward(self) -> None:
        """To another group only with a reason; what was typed stays when it is missing."""
        agent, say = self.agent, self.say
        dialog = agent.step(say("Transfer"))
        agent.choose("group", self.second, self.second[:2], within="#dialog")
        self.look(agent, "transfer")
        agent.confirm_step(say("Transfer"))
        expect(dialog.locator("#reason-error")).to_have_text(say("This field is required."))
        expect(dialog.locator("select[name='group'] + .ts-wrapper .item")).to_have_text(self.second)
        self.look(agent, "transfer-refused")
        agent.expect_refusals((422, f"{self.incident.replace('show/', '')}/transition/transfer"))
        dialog.locator("[name='reason']").fill("交换机故障，请网络组处理")
        agent.confirm_step(say("Transfer"))
        agent.should_hear(say("Done: %s", say("Transfer")))
        expect(agent.page.locator(".event-text").first).to_have_text("交换机故障，请网络组处理")
        self.look(agent, "transferred")
        agent.expect_refusals()
        assert self.desk.rows("SELECT t.state, g.code, t.transfer_count FROM ticket t JOIN work_group g "
                              "ON g.id = t.group_id") == [("assigned", "network", 1)]

    def work_in_the_other_group(self) -> None:
        """The specialist finds it in the list, picks it, puts it on hold and resumes."""
        specialist, say = self.specialist, self.say
        specialist.open("/incident/incidents/list/")
        self.look(specialist, "queue")
        specialist.page.locator("tr[data-href]").filter(has_text="INC00001").locator("a").first.click()
        specialist.press(say("Pick"))
        specialist.should_hear(say("Done: %s", say("Pick")))
        specialist.should_be_in("In progress")
        dialog = specialist.step(say("Put on hold"))
        specialist.confirm_step(say("Put on hold"))
        expect(dialog.locator("#pending_reason-error")).to_have_text(say("This field is required."))
        specialist.choose("pending_reason", say("Waiting for the supplier"), within="#dialog")
        dialog.locator("[name='reason']").fill("等厂商送交换机")
        specialist.confirm_step(say("Put on hold"))
        specialist.should_hear(say("Done: %s", say("Put on hold")))
        specialist.should_be_in("Pending")
        expect(specialist.page.locator(".record-side").get_by_text(say("Waiting for the supplier"))).to_be_visible()
        self.look(specialist, "on-hold")
        specialist.press(say("Resume"))
        specialist.should_hear(say("Done: %s", say("Resume")))
        specialist.should_be_in("In progress")
        base = self.incident.replace("show/", "")
        specialist.expect_refusals((422, f"{base}/transition/hold"))
        assert self.desk.rows("SELECT t.state, t.pending_reason, p.name FROM ticket t "
                              "JOIN person p ON p.id = t.assignee_id") == [("in_progress", None, SPECIALIST)]

    def write_and_attach(self, folder: Path) -> None:
        """An internal note, a public reply, and a file that comes back as it went."""
        specialist, say = self.specialist, self.say
        page = specialist.page
        page.locator("[data-composer] textarea").fill("交换机端口 3/12 坏了\n<script>alert(1)</script>")
        specialist.send(say("Add the note"))
        expect(page.locator(".event-note .event-text")).to_have_text(
            "交换机端口 3/12 坏了\n<script>alert(1)</script>", use_inner_text=True)
        page.locator("[data-composer]").get_by_text(say("Public reply"), exact=True).click()
        page.locator("[data-composer] textarea").fill("今天下午修好 🙂")
        specialist.send(say("Send the reply"))
        expect(page.locator(".event-reply.is-public .event-text")).to_have_text("今天下午修好 🙂")
        expect(page.locator(".event-reply .chip")).to_have_text(say("Public reply"))
        self.look(specialist, "written")
        sent = folder / "端口 日志.txt"
        sent.write_text("port 3/12 down\n", encoding="utf-8")
        pane = specialist.show_tab("Attachments")
        pane.locator("input[type=file]").set_input_files(str(sent))
        self.look(specialist, "attach")
        pane.get_by_role("button", name=say("Upload")).click()
        pane = specialist.show_tab("Attachments")
        with page.expect_download() as download:
            pane.get_by_role("link", name=sent.name).click()
        assert download.value.suggested_filename == sent.name
        assert Path(download.value.path()).read_bytes() == sent.read_bytes()
        self.look(specialist, "attached")
        told = specialist.show_tab("Timeline").locator(".event-file")
        expect(told.locator(".event-head")).to_contain_text(f"{SPECIALIST} {say('attached a file')}")
        expect(told.get_by_role("link")).to_have_text(sent.name)
        specialist.expect_refusals()
        assert self.desk.rows(
            "SELECT kind, is_public, body FROM timeline_entry WHERE kind IN ('note', 'reply', 'file') ORDER BY id"
        ) == [("note", 0, "<p>交换机端口 3/12 坏了<br>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
              ("reply", 1, "今天下午修好 🙂"), ("file", 0, None)]
        assert self.desk.rows("SELECT name, size, is_public FROM attachment") == [(sent.name, 15, 0)]

    def resolve_reopen_close(self) -> None:
        """Resolving needs code and solution, reopening a reason; the first line closes."""
        specialist, agent, say = self.specialist, self.agent, self.say
        base = self.incident.replace("show/", "")
        self._resolve(specialist, "更换了交换机", is_tried_empty=True)
        specialist.expect_refusals((422, f"{base}/transition/resolve"))
        agent.open(self.incident)
        dialog = agent.step(say("Reopen"))
        agent.confirm_step(say("Reopen"))
        expect(dialog.locator("#reason-error")).to_have_text(say("This field is required."))
        dialog.locator("[name='reason']").fill("客户说仍然不通")
        agent.confirm_step(say("Reopen"))
        agent.should_hear(say("Done: %s", say("Reopen")))
        agent.should_be_in("Assigned")
        agent.expect_refusals((422, f"{base}/transition/reopen"))
        specialist.open(self.incident)
        self._resolve(specialist, "重新配置了端口", is_tried_empty=False)
        agent.open(self.incident)
        agent.step(say("Close"))
        agent.confirm_step(say("Close"))
        agent.should_hear(say("Done: %s", say("Close")))
        agent.should_be_in("Closed")
        self.look(agent, "closed")
        agent.expect_refusals()
        specialist.expect_refusals()
        ((state, count, solution, resolved, closed),) = self.desk.rows(
            "SELECT t.state, t.reopen_count, i.solution, t.resolved_at, t.closed_at FROM ticket t "
            "JOIN incident i ON i.id = t.id")
        assert (state, count, solution) == ("closed", 1, "重新配置了端口")
        assert resolved is not None
        assert closed >= resolved

    def _resolve(self, reader: Reader, solution: str, *, is_tried_empty: bool) -> None:
        say = self.say
        dialog = reader.step(say("Resolve"))
        dialog.locator("[name='solution']").fill("" if is_tried_empty else solution)
        if is_tried_empty:
            reader.confirm_step(say("Resolve"))
            for field in ("resolution_code", "solution"):
                expect(dialog.locator(f"#{field}-error")).to_have_text(say("This field is required."))
            self.look(reader, "resolve-refused")
            dialog.locator("[name='solution']").fill(solution)
        reader.choose("resolution_code", say("Solved for good"), within="#dialog")
        reader.confirm_step(say("Resolve"))
        reader.should_hear(say("Done: %s", say("Resolve")))
        reader.should_be_in("Resolved")

    def see_who_did_what(self) -> None:
        """Timeline, holders and history name everybody, newest first."""
        agent, say = self.agent, self.say
        agent.open(self.incident)
        heads = agent.page.locator("#pane-timeline .event-transition .event-head")
        told = [re.sub(r"\s+", " ", text).strip() for text in heads.all_inner_texts()]
        done = [(AGENT, "Close"), (SPECIALIST, "Resolve"), (AGENT, "Reopen"), (SPECIALIST, "Resolve"),
                (SPECIALIST, "Resume"), (SPECIALIST, "Put on hold"), (SPECIALIST, "Pick"), (AGENT, "Transfer"),
                (AGENT, "Assign")]
        assert [text.split(" ")[0] for text in told] == [name for name, _step in done]
        for text, (name, step) in zip(told, done, strict=True):
            assert text.startswith(f"{name} {say(step)}"), text
        pane = agent.show_tab("Holders")
        self.look(agent, "holders")
        held = [re.sub(r"\s+", " ", text).strip() for text in pane.locator("tbody tr").all_inner_texts()]
        assert len(held) == 10, held
        assert say("now") in held[0]
        assert say("Closed") in held[0]
        assert self.first in held[0]
        assert say("New state") in held[-1]
        pane = agent.show_tab("History")
        self.look(agent, "history")
        expect(pane.locator(".audit-head").last).to_contain_text(AGENT)
        expect(pane.locator(".audit-head").last).to_contain_text(say("created this"))
        expect(pane.locator(".audit-head").first).to_contain_text(say("changed this"))
        agent.expect_refusals()
        intervals = self.desk.rows(
            "SELECT state, (SELECT code FROM work_group WHERE id = group_id), "
            "(SELECT name FROM person WHERE id = assignee_id), actor_label FROM record_interval "
            "ORDER BY started_at, id")
        assert intervals == [
            ("new", None, None, AGENT), ("assigned", "service_desk", None, AGENT), ("assigned", "network", None, AGENT),
            ("in_progress", "network", SPECIALIST, SPECIALIST), ("pending", "network", SPECIALIST, SPECIALIST),
            # What the other group has solved is the desk's again, and only the desk closes it.
            ("in_progress", "network", SPECIALIST, SPECIALIST), ("resolved", "service_desk", AGENT, SPECIALIST),
            ("assigned", "network", SPECIALIST, AGENT), ("resolved", "service_desk", AGENT, SPECIALIST),
            ("closed", "service_desk", AGENT, AGENT),
        ]
