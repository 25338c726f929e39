"""Comparing two lists without showing either: by private set intersection, or by a third party over keyed fingerprints.

What is compared are identifiers (phone numbers, mail addresses, mapped keys) in their normalised form. No name, no row
and no order of a list leaves the case.
"""
