"""Policies of looking ahead, compared on one stream of orders."""
