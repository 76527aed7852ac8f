"""What the language offers, in words and as schemas."""
