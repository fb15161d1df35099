"""onrecord: what reports of armed conflict say, and according to whom."""

__version__ = "0.1.0"
