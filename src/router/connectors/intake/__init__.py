"""Orders as shops, marketplaces and trading partners write them, read into orders of ours: one format a file."""
