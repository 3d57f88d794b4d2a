"""Doors that stay open: the preview."""
