"""Keyed choices: cells that a list writes in two ways which mean the same, one secret bit for each copy and cell."""
