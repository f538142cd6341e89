"""The arithmetic of the models, held by the unit tests that stand beside them."""
