"""What is done to orders, one use case a file."""
