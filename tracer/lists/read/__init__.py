"""Bytes to rows: reads every format a list comes in into raw tables, and says how it was written and what its columns
hold.
"""
