"""Identifiers of people, organisations, places, matters and licences: one file for each, all with the same three acts.

``parse(text)`` gives a frozen value or raises ``BadIdentifier``; ``is_valid(text)`` is the fast yes or no;
``make(…)`` builds a right one from its parts. Which divisions exist is never built in: give ``divisions`` a table to check against.
"""
