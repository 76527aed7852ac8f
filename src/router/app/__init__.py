"""Use cases: what can be asked of the router, decided in memory and booked in one transaction."""
