"""Double entry for goods: accounts, entries, balances, reservations, the lifecycle of orders, and the audit. Pure."""
