"""Where a value comes from and who uses it: from the source's column to the decision."""
