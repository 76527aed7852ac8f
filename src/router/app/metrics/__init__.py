"""How well orders are served, in figures that follow from the ledger."""
