"""The officials end: one to-do list, one case page, the matter editor, the figures."""
