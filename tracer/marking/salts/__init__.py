"""Salts: invented persons in lists without numbers and addresses, as canaries that are known by the list's own keys."""
