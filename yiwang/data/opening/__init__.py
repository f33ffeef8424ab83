"""The open portal: data sets of the city, checked before they are opened, and what the public says about them."""
