"""Ratings 好差评: every finished case may be rated once; a bad rating is verified, fixed, answered and revisited on a clock."""
