"""What stores keep: rows, documents and ids."""
