"""Which data exists: every element with its one authoritative source."""
