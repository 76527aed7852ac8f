"""Where books are kept: in memory, or in an SQLite file; both behind the contract in `app/ports/store.py`."""
