"""The nouns of order routing: values only, standard library only."""
