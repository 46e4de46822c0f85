"""What is worth telling: events, and what copies made of them, as the occasions that feeds and notices are made of."""
