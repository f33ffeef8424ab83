"""Keys: who signs, and how what must stay secret is kept."""
