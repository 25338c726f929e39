"""Rows back to bytes: copies of a source in its own format and dialect, with rows out and in, all else as it was."""
