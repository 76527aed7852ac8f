"""Orders that are solved side by side, and what their solutions come to."""
