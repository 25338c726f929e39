"""The provenance graph: built from findings and documents, laid out along the way of the data."""
