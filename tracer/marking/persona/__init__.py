"""Personas: rows that fit a list and belong to no person."""
