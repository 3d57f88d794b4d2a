"""What holds for every test: no timed assertions, and nobody's own settings."""

import os
import signal
import tempfile

import pytest
from hypothesis import settings

pytest.register_assert_rewrite("casefile", "console")

_SAYING = ("NO_COLOR", "FORCE_COLOR", "FORCE_HYPERLINK", "GITHUB_WORKSPACE", "CI_PROJECT_DIR", "VAULTKIT_DEBUG")
_RUNNING = ("PYTHONUNBUFFERED", "PYTHONWARNINGS", "PYTHONUTF8", "PYTHONIOENCODING", "PYTHONDONTWRITEBYTECODE")
_SERVING = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "JOURNAL_STREAM")

settings.register_profile("vaultkit", deadline=None)
settings.load_profile("vaultkit")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a run in the background, whose programs would ignore it too
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items):
    """What lasts begins first: side by side with others it costs no time then, and at the end all would wait for it."""
    items.sort(key=lambda item: item.get_closest_marker("lasting") is None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    """One more than there are cores: many tests wait, for a watcher, a browser, a disk or a clock."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(autouse=True, scope="session")
def _plain_environment(tmp_path_factory):
    """Colours, caches, what is trusted, git's and Python's variables of the person who runs the tests have no say."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("GIT_")]:
            patch.delenv(name)
        for name in (*_SAYING, *_RUNNING, *_SERVING):
            patch.delenv(name, raising=False)
        for name in ("CACHE", "CONFIG", "STATE"):
            patch.setenv(f"XDG_{name}_HOME", str(tmp_path_factory.mktemp(name.lower())))
        with tempfile.TemporaryDirectory(prefix="vk-") as run:  # a socket's path may not be long
            patch.setenv("XDG_RUNTIME_DIR", run)
            yield
