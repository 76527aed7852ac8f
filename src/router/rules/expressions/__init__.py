"""Expressions: parsed, checked, and worked out for whole batches or for one order."""
