"""What comes back, and what is given for it: money or other goods."""
