"""A headless Chromium of the system, spoken to over its pipe: no driver, no port, no download."""

import base64
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from readable import readable

EXECUTABLE = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync", "--mute-audio",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars", "--remote-debugging-pipe",
)  # fmt: skip
# Chromium reads commands from descriptor 3 and answers on 4.
_ON_PIPES = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3]]
for end, wanted in zip(ends, (3, 4)):
    os.dup2(end, wanted)
os.execv(sys.argv[3], sys.argv[3:])
"""


class Chromium:
    """A browser of its own, with a profile that is thrown away, and `flags` of its own. Use it as a context manager."""

    def __init__(self, *flags):
        self._flags = flags

    def __enter__(self):
        self._profile = tempfile.mkdtemp(prefix="vaultkit-chromium-")
        to_read, self._write = os.pipe()
        self._read, to_write = os.pipe()

        command = [EXECUTABLE, *_FLAGS, *self._flags, f"--user-data-dir={self._profile}", "about:blank"]
        self._process = subprocess.Popen(
            [sys.executable, "-ISc", _ON_PIPES, str(to_read), str(to_write), *command],
            pass_fds=(to_read, to_write),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(to_read)
        os.close(to_write)
        self._count, self._buffer, self._events = 0, b"", []
        return self

    def __exit__(self, *_):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._write)
        os.close(self._read)
        shutil.rmtree(self._profile, ignore_errors=True)

    def page(self, url, width=1280, height=800, *, dark=False, script=True, still=False, forced=False):
        """A new page at an address, once it is loaded. `still`: the reader wants no motion; `forced`: few colours."""
        page = Page(self, width, height, dark=dark, script=script, still=still, forced=forced)
        page.go(url)
        return page

    def send(self, method, session=None, **parameters):
        """One command of the DevTools protocol and its answer."""
        self._count += 1
        message = {"id": self._count, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._count:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self._events.append(answer)

    def wait(self, session, method):
        """The next event of a kind in a session."""
        while True:
            for event in self._events:
                if event.get("sessionId") == session and event["method"] == method:
                    self._events.remove(event)
                    return event["params"]
            self._events.append(self._next())

    def told(self, session, *methods):
        """What events of some kinds were told so far."""
        self.send("Runtime.evaluate", session, expression="0")
        return [
            event["params"]
            for event in self._events
            if event.get("sessionId") == session and event["method"] in methods
        ]

    def _next(self):
        until = time.monotonic() + 30
        while b"\0" not in self._buffer:
            if not readable(self._read, max(0, until - time.monotonic())):
                raise TimeoutError("Chromium does not answer")
            data = os.read(self._read, 1 << 20)
            if not data:
                raise RuntimeError("Chromium ended")
            self._buffer += data
        message, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(message)


class Page:
    """A tab with a window of a given size."""

    def __init__(self, browser, width, height, *, dark, script, still, forced):
        self._browser = browser
        self._target = browser.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = browser.send("Target.attachToTarget", targetId=self._target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._send(f"{domain}.enable")
        self.resize(width, height)
        self._features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce" if still else "no-preference"},
            {"name": "forced-colors", "value": "active" if forced else "none"},
        ]
        self.medium("screen")
        if not script:
            self._send("Emulation.setScriptExecutionDisabled", value=True)

    def _send(self, method, **parameters):
        return self._browser.send(method, self._session, **parameters)

    def resize(self, width, height):
        """Give the window a size in CSS pixels."""
        mobile = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._send("Emulation.setDeviceMetricsOverride", **mobile)

    def medium(self, name):
        """Show the page as it is on a `screen` or in `print`."""
        self._send("Emulation.setEmulatedMedia", media=name, features=self._features)

    def go(self, url):
        """Load an address."""
        self._send("Page.navigate", url=url)
        self._browser.wait(self._session, "Page.loadEventFired")

    def block(self, *patterns):
        """From now on load no address that has one of these patterns, with `*`; without any, load all again."""
        self._send("Network.setBlockedURLs", urls=list(patterns))

    def html(self):
        """The page as it stands, also where no script may run."""
        root = self._send("DOM.getDocument")["root"]["nodeId"]
        return self._send("DOM.getOuterHTML", nodeId=root)["outerHTML"]

    def ask(self, expression):
        """The value of a JavaScript expression, awaited."""
        answer = self._send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"].get("description", expression))
        return answer["result"].get("value")

    def until(self, expression):
        """Wait for an expression to become true; its value."""
        end = time.monotonic() + 10
        while not (value := self.ask(expression)):
            if time.monotonic() > end:
                raise TimeoutError(expression)
            time.sleep(0.02)
        return value

    def key(self, key, *, control=False, shift=False):
        """Press a key: a character or a name such as `Enter`."""
        codes = {"Enter": 13, "Escape": 27, "Tab": 9, "ArrowDown": 40, "ArrowUp": 38, "ArrowLeft": 37, "ArrowRight": 39}
        base = {
            "key": key,
            "modifiers": 2 * control + 8 * shift,
            "windowsVirtualKeyCode": codes.get(key, ord(key[0].upper())),
        }
        text = {"text": "\r" if key == "Enter" else key} if (len(key) == 1 or key == "Enter") and not control else {}
        self._send("Input.dispatchKeyEvent", type="keyDown", **base, **text)
        self._send("Input.dispatchKeyEvent", type="keyUp", **base)

    def middle(self, selector):
        """The place in the middle of an element, in the window."""
        box = self.ask(f"document.querySelector({json.dumps(selector)}).getBoundingClientRect().toJSON()")
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def point(self, x, y):
        """Move the mouse to a place in the window."""
        self._send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def press(self, x, y):
        """Press and release the mouse at a place in the window."""
        for kind in ("mousePressed", "mouseReleased"):
            self._send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def click(self, selector):
        """Press and release the mouse in the middle of an element."""
        self.press(*self.middle(selector))

    def type(self, text):
        """Type a text where the focus is."""
        self._send("Input.insertText", text=text)

    def picture(self, path, *, whole=False):
        """Save a PNG of the window, or of the whole page."""
        data = self._send("Page.captureScreenshot", captureBeyondViewport=whole)["data"]
        path.write_bytes(base64.b64decode(data))

    def paper(self):
        """The page as a PDF."""
        return base64.b64decode(self._send("Page.printToPDF", printBackground=False, paperWidth=8.27)["data"])

    def close(self):
        """Close the tab."""
        self._browser.send("Target.closeTarget", targetId=self._target)

    def complaints(self):
        """Errors and warnings that the browser wrote to its console."""
        entries = [item["entry"] for item in self._browser.told(self._session, "Log.entryAdded")]
        thrown = self._browser.told(self._session, "Runtime.exceptionThrown")
        return [entry["text"] for entry in entries if entry["level"] in ("error", "warning")] + [
            str(item) for item in thrown
        ]

    def requests(self):
        """The addresses that were asked for."""
        return [item["request"]["url"] for item in self._browser.told(self._session, "Network.requestWillBeSent")]
