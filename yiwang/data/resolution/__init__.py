"""Entity resolution: which rows of two sources are the same person or company, with what agrees, what differs and who decided."""
