"""The provenance graph: built from findings and documents."""
