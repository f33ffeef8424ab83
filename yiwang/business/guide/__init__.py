"""智能导办: a question in everyday words finds what answers it, or a person; the knowledge desk learns from what nobody could answer."""
