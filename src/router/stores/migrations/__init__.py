"""The schema as numbered steps. A step, once released, never changes."""
