"""Pages of what people are told, and of the links in their mails."""

from app.notify.views.links import LinkView
from app.notify.views.notices import NoticeView

VIEWS = [NoticeView, LinkView]
