"""Facts fetched from their source for a stated purpose, and results written back to their owner."""
