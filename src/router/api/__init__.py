"""The public contract in Python: generated code, see `make protos`."""
