"""`router intake`: orders of shops and partners."""
