"""The schema of the registers, as SQL."""
