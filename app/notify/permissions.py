"""Rights of the pages of mails and their texts. One's own notices need none."""

from app.sdk.i18n import _l
from app.sdk.permissions import Permission

MAIL_READ = Permission("mail", "read", _l("View which mails went out, wait or failed"))
MAIL_WRITE = Permission("mail", "write", _l("Send failed mails again, send a test mail"))
MAIL_TEMPLATE_READ = Permission("mail_template", "read", _l("View the texts of mails"))
MAIL_TEMPLATE_WRITE = Permission("mail_template", "write", _l("Change the texts of mails"))

PERMISSIONS = [MAIL_READ, MAIL_WRITE, MAIL_TEMPLATE_READ, MAIL_TEMPLATE_WRITE]
