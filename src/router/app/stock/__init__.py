"""What is done to stock, one use case a file."""
