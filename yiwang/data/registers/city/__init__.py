"""The demonstration city 云汀市: people, homes, companies and records, invented from a seed; pure, no database."""
