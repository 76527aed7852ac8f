"""`router order`, `promise` and `wave`: what ships from where, why, and what may become of it."""
