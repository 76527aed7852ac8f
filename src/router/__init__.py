"""Order routing and allocation: which node ships which units, in which parcels, by which service level."""

__version__ = "0.1.0"
