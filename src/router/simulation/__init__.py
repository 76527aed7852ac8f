"""A made-up retailer, seeded and complete, and the client that drives a server with its orders."""
