"""Notices to customers: what is told of an order, in their language, by mail or by text message."""
