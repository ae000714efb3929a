"""PostgreSQL: servers of our own, and servers that the user names."""
