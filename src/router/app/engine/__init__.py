"""The loop that takes what waits, decides it together on the books, commits once, and only then answers."""
