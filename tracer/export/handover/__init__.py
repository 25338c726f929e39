"""A folder for handing a case over: what it found and how, to be checked without tracer and without the key.

`verifier.py` is copied into the folder as `verify.py`; it uses nothing but Python's standard library.
"""
