"""The lock ends with the publish, even when a process that was forked meanwhile lives on."""

import os
import signal

from vaultkit.publish.store import Store


def test_a_child_that_outlives_the_publish_does_not_keep_the_lock(tmp_path):
    store = Store(str(tmp_path / "site"))
    with store.lock():
        child = os.fork()
        if not child:
            signal.pause()
    try:
        with store.lock():
            assert os.path.isdir(store.home)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
