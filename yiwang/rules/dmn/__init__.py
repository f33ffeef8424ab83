"""DMN: decision models read from XML, made ready to run, and written back."""
