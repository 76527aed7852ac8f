"""What each finding means: cause, an example that gives it, the same mended. `router explain CODE` shows them."""
