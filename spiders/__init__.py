"""Ways in: spiders ask the web and yield Captures."""
