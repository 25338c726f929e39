"""Marked copies: planned, drawn, written and put on record."""
