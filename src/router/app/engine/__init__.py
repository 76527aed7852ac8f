"""The loop that decides, books and commits once: queue, batch, books in memory, changes, commit."""
