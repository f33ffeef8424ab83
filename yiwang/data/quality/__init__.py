"""Quality: rules, runs and scores of resources; a value held wrong is disputed and checked by its owner within the limit."""
