"""Who did: audit records, access records, and the diary of a person's data."""
