"""What plans are worth: gaps to bounds and optima, cost beside simpler policies."""
