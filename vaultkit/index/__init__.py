"""All files and facts of a vault, and the answers to questions about them."""
