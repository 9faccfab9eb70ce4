"""Seeing how the desk fares: one line a request, slow statements, metrics for Prometheus, the page of its state."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Watch what the settings want watched."""
    from app.seeing import metrics_page, requests

    requests.init_app(app)
    metrics_page.init_app(app)
