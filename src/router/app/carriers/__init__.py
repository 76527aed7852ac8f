"""Carriers: what is booked with them, handed over to them, and what it is packed in."""
