"""A client of the language server that a test can make lie, hurry, wait or die: JSON over the pipes of a process."""

import itertools
import json
import os
import queue
import subprocess
import threading
import time
from pathlib import Path

from pygls.uris import from_fs_path

from lsp.copied import Copy

PATIENCE = 30
"""Seconds that a test waits for what must come; nothing is asserted about it."""


class Client:
    """Starts `vaultkit lsp` and speaks with it. `notes` are the versions of what is open, by URI."""

    def __init__(self, root, capabilities=None, unit="utf-16", command=None, **given):
        self.root = Path(root)
        environment = {
            **os.environ,
            "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME") or str(self.root.parent / "cache"),
        }
        if command:
            pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
            self.process = subprocess.Popen(command, env=environment, **pipes)
        else:
            self.process = Copy(environment)
        self._numbers = itertools.count(1)
        self._answers, self._heard = {}, queue.Queue()
        self.told = {}
        self.messages = []
        self.diagnostics = {}
        self.times = {}
        self.versions = {}
        self.lock = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()
        threading.Thread(target=self._drain, daemon=True).start()
        if capabilities is None:
            capabilities = {"general": {"positionEncodings": [unit]}}
        self.server = self.ask(
            "initialize",
            processId=os.getpid(),
            rootUri=self.uri(""),
            capabilities=capabilities,
            workspaceFolders=[{"uri": self.uri(""), "name": "vault"}],
            **given,
        )
        self.tell("initialized")

    # The wire

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.raw(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def raw(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def tell(self, method, **params):
        self.send({"method": method, "params": params})

    def ask(self, method, **params):
        """The result of a request; an error of the server is raised."""
        number = next(self._numbers)
        self.send({"id": number, "method": method, "params": params})
        answer = self.wait(lambda: self._answers.pop(number, None), f"an answer to {method}")
        if "error" in answer:
            raise Refused(answer["error"]["message"])
        return answer["result"]

    def wait(self, there, what="it"):
        """Wait until something is there."""
        until = time.monotonic() + PATIENCE
        with self.lock:
            while (found := there()) is None or found is False:
                left = until - time.monotonic()
                if left < 0 or self.process.poll() is not None:
                    raise AssertionError(f"the server did not send {what}; it said: {''.join(self.messages)}")
                self.lock.wait(min(left, 0.5))
        return found

    def _listen(self):
        out = self.process.stdout
        while header := out.readline():
            length = int(header.split(b":")[1]) if header.lower().startswith(b"content-length") else 0
            while header.strip():
                header = out.readline()
            self._hear(json.loads(out.read(length)))

    def _hear(self, message):
        with self.lock:
            if "method" not in message:
                self._answers[message["id"]] = message
            elif "id" in message:
                self._heard.put(message["method"])
                self.send({"id": message["id"], "result": None})
            elif message["method"] == "textDocument/publishDiagnostics":
                self.diagnostics[message["params"]["uri"]] = message["params"]
                self.times[message["params"]["uri"]] = time.monotonic()
                self.told.setdefault("published", []).append(message["params"])
            else:
                self.told.setdefault(message["method"], []).append(message["params"])
            self.lock.notify_all()

    def _drain(self):
        for line in self.process.stderr:
            self.messages.append(line.decode(errors="replace"))

    # Notes

    def uri(self, path):
        return from_fs_path(str(self.root / path if path else self.root))

    def open(self, path, text=None):
        """Open a note, with the text on the disk unless another is given."""
        text = (self.root / path).read_bytes().decode() if text is None else text
        uri = self.uri(path)
        self.versions[uri] = 1
        note = {"uri": uri, "languageId": "markdown", "version": 1, "text": text}
        self.tell("textDocument/didOpen", textDocument=note)
        return uri

    def change(self, uri, text):
        self.versions[uri] += 1
        note = {"uri": uri, "version": self.versions[uri]}
        self.tell("textDocument/didChange", textDocument=note, contentChanges=[{"text": text}])

    def save(self, uri, text=None):
        if text is not None:
            path = self.root / uri[len(self.uri("")) + 1 :]
            path.write_text(text)
        self.tell("textDocument/didSave", textDocument={"uri": uri})

    def close(self, uri):
        self.versions.pop(uri)
        self.tell("textDocument/didClose", textDocument={"uri": uri})

    def found(self, uri, version=None):
        """What is wrong with a note once it has been told (for a version, when one is given)."""

        def there():
            told = self.diagnostics.get(uri)
            return told if told and (version is None or told.get("version") == version) else None

        return self.wait(there, f"findings of {uri}")["diagnostics"]

    def until(self, uri, *rules):
        """Wait until just these rules find something in a note; the findings."""

        def there():
            told = self.diagnostics.get(uri)
            return told if told and sorted(item["code"] for item in told["diagnostics"]) == sorted(rules) else None

        return self.wait(there, f"just {rules} for {uri}, but {self.diagnostics.get(uri)}")["diagnostics"]

    def settle(self):
        """Wait until all that was said has been done: requests are answered in order."""
        self.ask("workspace/symbol", query="no note has this name")

    def at(self, uri, line, character):
        return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}

    def stop(self):
        """End as a good client does; the exit code."""
        self.ask("shutdown")
        self.tell("exit")
        return self.process.wait(PATIENCE)

    def kill(self):
        self.process.kill()
        self.process.wait()


class Refused(Exception):
    """The server answered with an error."""
