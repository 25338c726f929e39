"""Invented persons in lists without numbers."""
