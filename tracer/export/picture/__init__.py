"""The picture: where boxes, lines and labels of the provenance graph go."""
