"""`router ledger`, `backup`, `restore` and `migrate`: the books themselves."""
