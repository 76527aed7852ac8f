"""`router purchase`: what is short, from whom to buy it, and what is to come."""
