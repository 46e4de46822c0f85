"""Native scrapy commands, one file a command."""
