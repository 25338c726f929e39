"""Probes: pure numbers and words."""
