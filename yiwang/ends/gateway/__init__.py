"""The machines end: a JSON API with an OpenAPI description beside every page."""
