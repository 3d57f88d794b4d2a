"""Waiting for something to read, whatever the number of its descriptor: `select` knows none above a thousand."""

import selectors


def readable(file, seconds):
    """Whether there is something to read, or an end, within so many seconds."""
    with selectors.DefaultSelector() as waiting:
        waiting.register(file, selectors.EVENT_READ)
        return bool(waiting.select(seconds))
