"""What a page is made of: bytes into text, blocks, chrome and what the page says of itself (`read` stands on it)."""
