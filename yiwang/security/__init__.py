"""Who may, who did, what is proven."""
