"""The departments' registers, apart from the case database, and the city that fills them for demonstration."""
