"""What two databases hold, read from their servers' own catalogs, and how they differ."""
