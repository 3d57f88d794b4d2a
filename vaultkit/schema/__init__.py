"""What the notes of one kind have: read from YAML, matched to notes, compared with their facts."""
