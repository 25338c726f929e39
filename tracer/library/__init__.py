"""The library: what the command line does, in one call each, with the same masks, gate, journal and errors.

The names that `tracer` exports are public, and the deprecation policy of `tracer help library` holds for them. What is
below `tracer.` and not exported there may change in any version.
"""
