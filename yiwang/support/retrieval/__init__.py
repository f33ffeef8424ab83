"""Finding the passage that answers a question in everyday words, the words that answer it, and knowing when there is none."""
