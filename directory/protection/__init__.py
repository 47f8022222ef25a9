"""Figures that may be published: whole months of counts, rounded at once so that no table gives another away."""
