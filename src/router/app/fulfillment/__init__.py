"""What happens to shipments between their decision and their customer, one use case a file."""
