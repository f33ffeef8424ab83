"""Files kept by the digest of their content."""
