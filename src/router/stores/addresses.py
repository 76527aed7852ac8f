"""Names of databases: a file, or the address of a PostgreSQL database."""

from urllib.parse import urlsplit

_SCHEMES = ("postgresql://", "postgres://")


def is_address(database: str) -> bool:
    """Whether it names a PostgreSQL database, not a file."""
    return database.startswith(_SCHEMES)


def shown(database: str) -> str:
    """The name as people and logs may see it: of an address without password and settings."""
    if not is_address(database):
        return database
    parts = urlsplit(database)
    user = f"{parts.username}@" if parts.username else ""
    return f"{parts.scheme}://{user}{parts.netloc.rpartition('@')[2]}{parts.path}"
