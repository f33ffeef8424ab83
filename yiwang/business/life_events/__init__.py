"""One form for several matters of several departments (高效办成一件事)."""
