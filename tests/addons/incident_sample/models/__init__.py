"""Which incident is written about in which notebook."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Audited, Id, Model


class IncidentNotebook(Audited, Model):
    """A link row: it goes with either side."""

    __tablename__ = "incident_sample_link"

    incident_id: Mapped[int] = mapped_column(Id, ForeignKey("incident.id", ondelete="CASCADE"), index=True)
    notebook_id: Mapped[int] = mapped_column(Id, ForeignKey("sample_notebook.id", ondelete="CASCADE"), index=True)
