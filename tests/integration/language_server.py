"""A small client of the YAML language server, as an editor is one: JSON-RPC over its standard input and output."""

import json
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

ANSWER_SECONDS_MAX = 60.0

SETTINGS: Mapping[str, Any] = {
    "yaml": {
        "validate": True,
        "hover": True,
        "completion": True,
        "schemaStore": {"enable": False},
        "schemas": {},
    },
    "http": {"proxy": "", "proxyStrictSSL": True},
}
"""The server asks its editor for these. It must fetch nothing: rule files name schemas that lie beside them."""

CAPABILITIES: Mapping[str, Any] = {
    "workspace": {"configuration": True},
    "textDocument": {
        "publishDiagnostics": {},
        "hover": {"contentFormat": ["markdown"]},
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
    },
}


class Editor:
    """One running language server. Lines and characters count from 0, as the protocol has it."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self._count = 0
        self._incoming: SimpleQueue[dict[str, Any]] = SimpleQueue()
        self._diagnostics: dict[str, list[dict[str, Any]]] = {}
        threading.Thread(target=self._listen, daemon=True).start()

    def start(self, folder: Path) -> None:
        self.ask(
            "initialize",
            {"processId": None, "rootUri": folder.as_uri(), "capabilities": CAPABILITIES,
             "workspaceFolders": [{"uri": folder.as_uri(), "name": folder.name}]},
        )  # fmt: skip
        self.tell("initialized", {})
        self.tell("workspace/didChangeConfiguration", {"settings": SETTINGS})

    def open(self, file: Path) -> None:
        self.tell(
            "textDocument/didOpen",
            {
                "textDocument": {
                    "uri": file.as_uri(),
                    "languageId": "yaml",
                    "version": 1,
                    "text": file.read_text(),
                }
            },
        )

    def diagnostics(self, file: Path) -> list[dict[str, Any]]:
        """What the editor underlines in a file that was opened."""
        while file.as_uri() not in self._diagnostics:
            self._handle(self._next())
        return sorted(self._diagnostics[file.as_uri()], key=lambda one: one["range"]["start"]["line"])

    def hover(self, file: Path, line: int, character: int) -> str:
        """What it shows where the mouse rests."""
        answer = self.ask("textDocument/hover", place(file, line, character))
        return answer["contents"]["value"] if answer else ""

    def completions(self, file: Path, line: int, character: int) -> list[str]:
        """What it offers to write there."""
        answer = self.ask("textDocument/completion", place(file, line, character))
        return sorted(item["label"] for item in answer["items"])

    def ask(self, method: str, params: Mapping[str, Any]) -> Any:
        """Send a request, and wait for its answer."""
        self._count += 1
        number = self._count
        self._send({"id": number, "method": method, "params": params})
        while True:
            message = self._next()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message
                return message["result"]
            self._handle(message)

    def tell(self, method: str, params: Mapping[str, Any]) -> None:
        self._send({"method": method, "params": params})

    def _handle(self, message: dict[str, Any]) -> None:
        """Answer what the server asks of its editor, and keep what it says."""
        method, params = message.get("method"), message.get("params")
        if method == "textDocument/publishDiagnostics":
            self._diagnostics[params["uri"]] = params["diagnostics"]
        elif method == "workspace/configuration":
            sections = [SETTINGS.get(item.get("section"), {}) for item in params["items"]]
            self._send({"id": message["id"], "result": sections})
        elif "id" in message:
            self._send({"id": message["id"], "result": None})

    def _send(self, message: Mapping[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _next(self) -> dict[str, Any]:
        try:
            return self._incoming.get(timeout=ANSWER_SECONDS_MAX)
        except Empty:
            raise AssertionError(f"the language server said nothing for {ANSWER_SECONDS_MAX:.0f} s") from None

    def _listen(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while header := stream.readline():
            length = 0
            while header.strip():
                name, _, value = header.decode().partition(":")
                length = int(value) if name.lower() == "content-length" else length
                header = stream.readline()
            self._incoming.put(json.loads(stream.read(length)))


def place(file: Path, line: int, character: int) -> dict[str, Any]:
    return {"textDocument": {"uri": file.as_uri()}, "position": {"line": line, "character": character}}


@contextmanager
def running_editor(program: Path, folder: Path) -> Iterator[Editor]:
    """An editor whose language server is `program`, with `folder` open."""
    process = subprocess.Popen(
        ["node", str(program), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        editor = Editor(process)
        editor.start(folder)
        yield editor
    finally:
        process.kill()
        process.communicate()
