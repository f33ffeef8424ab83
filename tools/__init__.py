"""Tools of the house: contracts, limits and set-up that `make` calls."""
