"""The version, which files and journals name."""

__version__ = "0.3.0.dev0"
