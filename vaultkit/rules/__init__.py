"""One file per rule, named as the rule; the file's docstring is its page (`vaultkit explain`)."""
