"""How confidential a record is: a number, so that "up to" is a comparison."""

from app.sdk.i18n import _l

NORMAL, CONFIDENTIAL, HIGHEST = 0, 1, 2
LEVELS = {NORMAL: _l("Normal"), CONFIDENTIAL: _l("Confidential"), HIGHEST: _l("Strictly confidential")}
