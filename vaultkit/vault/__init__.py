"""Where notes, settings and schemas come from: the disk, git's index, the package. Nothing here writes to a vault."""
