"""Personas: rows that fit a list and are nobody's."""
