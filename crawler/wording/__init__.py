"""Which words correspond, and of what kind a change of words is (`compare` stands on it)."""
