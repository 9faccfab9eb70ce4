"""The message of a mail, as it leaves: who it is for decides the language, what it is about decides what it says."""

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Any

from flask import current_app

from app.notify import links, mail_texts
from app.notify.mail_bodies import Marks, one_line, without_marks
from app.notify.models import Mail
from app.records.settings import setting
from app.sdk.i18n import _, bilingual, language
from app.sdk.notices import RecordFacts


@dataclass(frozen=True, slots=True)
class Button:
    """Something to open from a mail."""

    label: str
    url: str
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """What a mail says: subject, plain part and HTML part."""

    subject: str
    text: str
    html: str


def write(kind: str, text: mail_texts.MailText, values: dict[str, str], facts: RecordFacts | None,
          buttons: list[Button], *, has_log_in: bool) -> Written:
    """Fill a text and put the look of the desk around it, in the language that holds now."""
    marks = Marks()
    known = dict.fromkeys(mail_texts.placeholders(kind), "")
    given = {**known, **values, **(facts.values if facts is not None else {})}
    if "number" in known and facts is not None:
        given["number"] = facts.number
    plain = {name: without_marks(str(value)) for name, value in given.items()}
    rich = marks.put_all(facts.rich) if facts is not None else {}
    subject = one_line(mail_texts.filled(text.subject, plain))
    body = mail_texts.filled(text.body, {**plain, **rich})
    desk = bilingual(setting("web.desk_name"))
    html = current_app.jinja_env.get_template("mail/notice.html").render(
        subject=subject, body=marks.html(body), buttons=buttons, desk=desk, language=language(), has_log_in=has_log_in,
        profile=f"{links.public_address()}/profile/#notices")
    return Written(subject or desk, _plain(marks.text(body), buttons, desk), html)


def _plain(body: str, buttons: list[Button], desk: str) -> str:
    ways = "\n\n".join(_("%(what)s: %(url)s", what=button.label, url=button.url) for button in buttons)
    foot = _("This mail was made by %(desk)s.", desk=desk)
    return "\n\n".join(part for part in (body, ways, f"-- \n{foot}") if part) + "\n"


def message_of(mail: Mail, written: Written, number: str, *, has_log_in: bool) -> EmailMessage:
    """Return the message. Its Message-ID follows from the row: whatever is sent twice is seen to be the same."""
    config, message = current_app.config, EmailMessage(policy=SMTP)
    domain = parseaddr(config["MAIL_FROM"])[1].rpartition("@")[2] or "localhost"
    message["From"] = config["MAIL_FROM"]
    message["To"] = Address(addr_spec=mail.address)
    if config["MAIL_REPLY_TO"]:
        message["Reply-To"] = config["MAIL_REPLY_TO"]
    message["Subject"] = written.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<mail.{mail.id}.{int(mail.created_at.timestamp())}@{domain}>"
    if mail.record_type is not None:
        # A head that no mail has: clients put all mails of a record under it, whichever of them one got first.
        head = f"<{_plain_id(mail.record_type)}.{_plain_id(number or mail.record_id)}@{domain}>"
        message["In-Reply-To"] = message["References"] = head
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["List-Id"] = f"<{_plain_id(mail.kind)}.{domain}>"
    if has_log_in:
        message["List-Unsubscribe"] = f"<{links.public_address()}/profile/#notices>"
    message.set_content(written.text)
    message.add_alternative(written.html, subtype="html")
    return message


def _plain_id(value: Any) -> str:
    return "".join(one if one.isascii() and (one.isalnum() or one in "._-") else "-" for one in str(value))


