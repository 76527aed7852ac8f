"""`router stock` and `router reservation`: what lies where, and what is held of it."""
