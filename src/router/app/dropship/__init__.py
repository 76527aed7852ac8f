"""Suppliers that ship for us: what they were asked to ship must be acknowledged in time."""
