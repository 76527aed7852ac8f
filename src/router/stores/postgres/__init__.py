"""Books in a PostgreSQL database."""
