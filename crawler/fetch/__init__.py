"""How Stet asks: the parts of Scrapy that keep it polite, safe and honest."""
