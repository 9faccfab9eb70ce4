"""Tables of the sample."""

from addons.sample.models.errand import Errand
from addons.sample.models.notebook import Notebook, NotebookPage

__all__ = ["Errand", "Notebook", "NotebookPage"]
