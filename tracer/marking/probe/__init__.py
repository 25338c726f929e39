"""Probes: what to ask of a look-up service that shows answers and no list, and the sheet that is filled in."""
