"""Forms as data: fields, cleaning, merging, filling in what is already known."""
