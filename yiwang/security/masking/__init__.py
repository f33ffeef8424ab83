"""What a page may show of a person's data."""
