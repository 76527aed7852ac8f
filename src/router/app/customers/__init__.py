"""Whom orders go to: kept under a key, erased on request."""
