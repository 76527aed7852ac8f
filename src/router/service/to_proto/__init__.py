"""Values to messages, one resource a file."""
