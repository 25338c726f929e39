"""The version, which files and journals name."""

__version__ = "0.2.0"
