"""Goods on their way from node to node."""
