"""Whether a case is what it was: verify, anchor, doctor, purge."""
