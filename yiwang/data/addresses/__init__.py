"""Addresses: taken apart into province … room by a model trained from labelled addresses, and written in one standard form."""
