"""`router serve`: one process, or several on one database."""
