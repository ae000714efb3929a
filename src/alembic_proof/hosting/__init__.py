"""The services that host repositories: what they know of one, and what they are told."""
