"""Keyed choices between forms that mean the same."""
