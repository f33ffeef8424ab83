"""The law library: statutes with every dated version, the article in force on a day, and dated parameters."""
