"""Corrections: a value held wrong is disputed, checked by its owner within the limit, corrected or upheld."""
