"""Controlled identities: taken in, listed, found in copies that were handed over before."""
