"""A vault that is looked after: what one look at it finds and does, told to whoever listens.

    keeper = Keeper(root, read_config, publish)
    for event in keeper.look():
        for listener in listeners:
            listener(event)

The keeper knows no terminal, page or service: these are listeners, each a callable that takes an event.
"""
