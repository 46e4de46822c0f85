"""What leaves the store: tables, feeds, a corpus for researchers, a site. A store is only read here."""
