"""What can go wrong with an export, in one line."""


class ExportError(ValueError):
    """An export that cannot be made: says why, and what to do."""
