"""What one order, or many together, could have had instead."""
