"""Whole lists as files: which there are, how their rows are written and read, and how they are booked."""
