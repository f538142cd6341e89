"""Whole nights, as a user runs them: the command line in its own process, on the sample company."""
