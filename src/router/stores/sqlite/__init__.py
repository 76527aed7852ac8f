"""Books in an SQLite file."""
