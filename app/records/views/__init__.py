"""Pages of lists of values and number sequences."""

from app.records.permissions import NUMBERING_READ, PICKLIST_READ
from app.records.views.numbering import NumberSequenceView
from app.records.views.picklist import PicklistValueView, PicklistView
from app.sdk.i18n import _l
from app.sdk.menu import MenuItem

VIEWS = [PicklistView, PicklistValueView, NumberSequenceView]
MENU = [
    MenuItem("records.picklists", _l("Lists of values"), view=PicklistView, parent="configuration",
             permission=PICKLIST_READ, sequence=50, icon="list"),
    MenuItem("records.numbering", _l("Number sequences"), view=NumberSequenceView, parent="configuration",
             permission=NUMBERING_READ, sequence=60, icon="hash"),
]
