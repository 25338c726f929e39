"""tracer: finds out where a contact list came from."""

__version__ = "0.1.0"
