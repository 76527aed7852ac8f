"""The journal as files that prove themselves."""
