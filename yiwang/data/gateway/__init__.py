"""The exchange gateway: a lean process that answers signed calls for granted fields, durably logged."""
