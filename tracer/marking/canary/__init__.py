"""Controlled identities: imported, listed, found in copies that were handed over before."""
