"""The memory: the nouns, and how they are kept."""
