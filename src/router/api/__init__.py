"""The public contract in Python: generated code (`v1`, see `make protos`) and the messages of domain values."""
