"""Figures and ratios, never a timed assertion: what a night costs beside the same SQL alone."""
