"""One note's Markdown to sanitised HTML. It resolves nothing and reads nothing: all it may show is in its job."""
