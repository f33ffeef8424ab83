"""What a table holds: types, profile, keys, relations, and a proposed category, level and mask per field, with the evidence."""
