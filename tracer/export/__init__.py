"""The only door out for people's files: one writer per format behind one redaction gate."""
