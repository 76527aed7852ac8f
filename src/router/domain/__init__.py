"""The nouns of order routing: values only; they need the standard library and msgspec."""
