"""What ties incidents and problems together."""

from addons.incident_problem.services import columns  # what lists and REST show of problems

__all__ = ["columns"]
