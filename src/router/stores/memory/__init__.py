"""Books in memory, gone with the process."""
