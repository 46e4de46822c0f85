"""The mind: one verb a file, each answers one question."""
