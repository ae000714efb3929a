"""A real headless Chromium, driven through the pipe that its DevTools protocol offers: no driver, no port."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from select import select
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
SECONDS = 30
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--remote-debugging-pipe",
    "--force-color-profile=srgb",
)

Message = dict[str, Any]


def find_chromium() -> str:
    for name in NAMES:
        if found := shutil.which(name):
            return found
    if MAC.exists():
        return str(MAC)
    pytest.fail(f"the test needs one of {', '.join(NAMES)} (Debian: apt-get install chromium)")


@dataclass
class Page:
    """One page, and what it told: requests, and complaints on the console."""

    send_end: int
    receive_end: int
    session: str = ""
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    _last: int = 0
    _unread: bytes = b""

    def call(self, method: str, **params: Any) -> Message:
        """What a command answers."""
        self._last += 1
        message = {"id": self._last, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.send_end, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self._last:
                assert "error" not in answer, f"{method}: {answer['error']}"
                result: Message = answer["result"]
                return result
            self._note(answer)

    def run(self, expression: str) -> Any:
        """The value of an expression in the page, a promise's result awaited."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def open(self, file: Path, fragment: str = "") -> None:
        self.call("Page.navigate", url=file.as_uri() + fragment)
        self.until("document.readyState === 'complete' && location.protocol === 'file:'")
        self.settle()

    def settle(self) -> None:
        """Until what was asked for is on the screen."""
        self.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")

    def until(self, expression: str) -> None:
        end = time.monotonic() + SECONDS
        while not self.run(expression):
            assert time.monotonic() < end, f"never came to be: {expression}"
            time.sleep(0.02)

    def click(self, x: float, y: float) -> None:
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
        self.settle()

    def click_on(self, selector: str) -> None:
        x, y = self.run(
            f"(() => {{ const b = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
            "return [b.left + b.width / 2, b.top + b.height / 2]; })()"
        )
        self.click(x, y)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        for kind, (x, y) in (("mousePressed", start), ("mouseMoved", end), ("mouseReleased", end)):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=1, clickCount=1)
        self.settle()

    def wheel(self, x: float, y: float, delta: float, *, control: bool = False) -> None:
        held = 2 if control else 0
        self.call(
            "Input.dispatchMouseEvent", type="mouseWheel", x=x, y=y, deltaX=0, deltaY=delta, modifiers=held
        )
        self.settle()

    def press(self, key: str) -> None:
        text = {"text": key} if len(key) == 1 else {"text": "\r"} if key == "Enter" else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)
        self.settle()

    def type(self, text: str) -> None:
        self.call("Input.insertText", text=text)
        self.settle()

    def picture(self) -> bytes:
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])

    def size(self, width: int, height: int, *, dark: bool = False) -> None:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **metrics)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def _receive(self) -> Message:
        while b"\0" not in self._unread:
            ready, _, _ = select([self.receive_end], [], [], SECONDS)
            part = os.read(self.receive_end, 1 << 20) if ready else b""
            assert part, "Chromium says nothing"
            self._unread += part
        line, _, self._unread = self._unread.partition(b"\0")
        message: Message = json.loads(line)
        return message

    def _note(self, event: Message) -> None:
        params = event.get("params", {})
        match event.get("method"):
            case "Network.requestWillBeSent":
                self.requests.append(params["request"]["url"])
            case "Runtime.exceptionThrown" | "Runtime.consoleAPICalled" | "Log.entryAdded":
                self.complaints.append(json.dumps(params))


@contextmanager
def chromium_page() -> Iterator[Page]:
    """A page of a browser with a profile of its own, gone at the end."""
    program = find_chromium()
    # Not pytest's folder, for Chromium may still be writing when that is looked through.
    with tempfile.TemporaryDirectory(prefix="alembic-proof-test-", ignore_cleanup_errors=True) as folder:
        (their_read, our_write), (our_read, their_write) = os.pipe(), os.pipe()
        script = f'exec "$@" 3<&{their_read} 4>&{their_write}'
        process = subprocess.Popen(
            [
                "bash",
                "-c",
                script,
                "bash",
                program,
                *_FLAGS,
                f"--user-data-dir={folder}/profile",
                "about:blank",
            ],
            pass_fds=(their_read, their_write),
            env={**os.environ, "HOME": folder},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(their_read)
        os.close(their_write)
        try:
            yield _first_page(Page(our_write, our_read))
        finally:
            _end(process, lambda: (os.close(our_write), os.close(our_read)))


def _first_page(page: Page) -> Page:
    target = page.call("Target.createTarget", url="about:blank")["targetId"]
    page.session = page.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    for domain in ("Page", "Runtime", "Network", "Log"):
        page.call(f"{domain}.enable")
    return page


def _end(process: subprocess.Popen[bytes], close: Callable[[], object]) -> None:
    """Chromium ends when nobody holds the other end of its pipe; a stubborn one is killed."""
    close()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)
