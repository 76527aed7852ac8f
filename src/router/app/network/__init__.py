"""Products, nodes, carriers, and the documents that decisions name."""
