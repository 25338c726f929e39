"""How the sample case is made; `make_sample.py` is the way in."""
