"""The books in memory: what use cases read, and the changes by which alone they become others."""
