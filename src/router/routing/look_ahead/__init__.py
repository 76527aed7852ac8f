"""Prices of stock and capacity from orders that are only expected."""
