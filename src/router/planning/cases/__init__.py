"""Cases beside rules: written, decided, judged."""
