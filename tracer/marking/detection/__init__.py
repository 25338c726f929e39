"""Whether planted records can be told from the others of their list."""
