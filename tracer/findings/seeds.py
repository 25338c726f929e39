"""The fixed seed of the draw behind findings, by itself: a report names it and needs no computing for it."""

CODE_SEED = 20_190_315
"""Seed of the codes of rows: any fixed number, the codes only have to be the same in every run."""
