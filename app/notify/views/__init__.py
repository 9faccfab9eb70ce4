"""Pages of what people are told, of mails and their texts, and of the links in them."""

from app.notify.permissions import MAIL_READ, MAIL_TEMPLATE_READ
from app.notify.views.links import LinkView
from app.notify.views.mails import MailsView
from app.notify.views.notices import NoticeView
from app.notify.views.texts import MailTextsView
from app.sdk.i18n import _l
from app.sdk.menu import MenuItem

VIEWS = [NoticeView, LinkView, MailsView, MailTextsView]
MENU = [
    MenuItem("configuration.mail_texts", _l("Texts of mails"), view=MailTextsView, parent="configuration",
             permission=MAIL_TEMPLATE_READ, sequence=82, icon="mail-opened"),
    MenuItem("administration.mails", _l("Mails"), view=MailsView, parent="administration", permission=MAIL_READ,
             sequence=85, icon="mail"),
]
