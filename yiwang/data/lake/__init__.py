"""The lake: every row that arrives is accounted for, standardised or quarantined, and published as theme tables."""
