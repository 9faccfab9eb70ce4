"""Figures: run by hand, printed as tables."""
