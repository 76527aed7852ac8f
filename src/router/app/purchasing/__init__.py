"""When stock is short: suppliers, what to buy of whom, and what was ordered."""
