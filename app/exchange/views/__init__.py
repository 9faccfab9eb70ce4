"""The pages of imports and exports."""

from app.exchange.views.exports import ExportsView
from app.exchange.views.imports import ExchangeView

VIEWS = [ExchangeView, ExportsView]
