"""What is public, where it stands, and how a folder becomes it without ever being half of it."""
