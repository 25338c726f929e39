"""The case folder: encrypted store, encrypted originals, journal, key.

This room knows bytes, files, keys and transactions. It knows nothing of lists, parties or findings beyond the
tables that `schema.sql` declares for them.
"""
