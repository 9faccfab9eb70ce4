"""Notices: what happened to the records that somebody holds, watches or reported, told in their own language."""

from app.notify.service import notify

__all__ = ["notify"]
