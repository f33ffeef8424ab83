"""Words: identifiers, code tables, frozen events, errors; standard library only."""
