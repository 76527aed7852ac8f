"""Many orders decided jointly."""
