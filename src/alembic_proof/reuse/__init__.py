"""What earlier runs found out, used again where nothing that it came from has changed."""
