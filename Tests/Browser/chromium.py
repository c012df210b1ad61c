"""Headless Chromium, driven over its DevTools pipe. Python's standard library is all it needs."""

import base64
import fcntl
import json
import os
import queue
import shutil
import subprocess
import tempfile
import threading
import time


class BrowserError(Exception):
    """Chromium refused a command, a script in the page threw, or a wait ran out."""


def find_chromium():
    for name in filter(None, [os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"]):
        path = shutil.which(name)
        if path:
            return path
    raise BrowserError("Chromium is missing: scripts/setup --tests installs it, or set CHROMIUM to its path")


class Chromium:
    """One browser process with a throw-away profile."""

    def __init__(self, answer_seconds=60):
        self.answer_seconds = answer_seconds
        self.profile = tempfile.mkdtemp(prefix="tradepulse-browser-")
        # File descriptors above 10 in the parent, so that moving them to 3 and 4 in the child cannot collide.
        commands_in, commands_out = (_above_ten(end) for end in os.pipe())
        answers_in, answers_out = (_above_ten(end) for end in os.pipe())
        options = ["--headless=new", "--remote-debugging-pipe", f"--user-data-dir={self.profile}", "--no-first-run",
                   "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--mute-audio",
                   "--hide-scrollbars", "--force-color-profile=srgb"]
        if os.geteuid() == 0:
            options.append("--no-sandbox")  # Chromium's sandbox refuses to run as root
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{commands_in} 4>&{answers_out}', "chromium", find_chromium(), *options],
            pass_fds=[commands_in, answers_out], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(commands_in)
        os.close(answers_out)
        self.commands = os.fdopen(commands_out, "wb", buffering=0)
        self.answers = os.fdopen(answers_in, "rb")
        self.next_id = 0
        self.waiting = {}
        self.pages = {}
        self.lock = threading.Lock()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        buffer = b""
        while chunk := self.answers.read1(1 << 16):
            *messages, buffer = (buffer + chunk).split(b"\0")
            for message in map(json.loads, messages):
                if "id" in message:
                    with self.lock:
                        answer = self.waiting.pop(message["id"], None)
                    if answer:
                        answer.put(message)
                elif page := self.pages.get(message.get("sessionId")):
                    page.on_event(message["method"], message["params"])
        with self.lock:
            for answer in self.waiting.values():
                answer.put({"error": {"message": "Chromium ended"}})

    def send(self, method, parameters=None, session=None):
        answer = queue.Queue()
        with self.lock:
            self.next_id += 1
            message = {"id": self.next_id, "method": method, "params": parameters or {}}
            self.waiting[self.next_id] = answer
        if session:
            message["sessionId"] = session
        self.commands.write(json.dumps(message).encode() + b"\0")
        try:
            result = answer.get(timeout=self.answer_seconds)
        except queue.Empty:
            raise BrowserError(f"{method}: no answer in {self.answer_seconds} s") from None
        if "error" in result:
            raise BrowserError(f"{method}: {result['error']['message']}")
        return result["result"]

    def new_page(self, width, height, mobile=False, dark=False):
        """A page in its own context: nothing is shared with another page, as with another visitor."""
        context = self.send("Target.createBrowserContext")["browserContextId"]
        target = self.send("Target.createTarget", {"url": "about:blank", "browserContextId": context})["targetId"]
        session = self.send("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        return Page(self, session, width, height, mobile, dark)

    def close(self):
        try:
            self.send("Browser.close")
            self.process.wait(timeout=10)
        except (BrowserError, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)


def _above_ten(descriptor):
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return moved


# Runs before the page's own scripts: remembers sockets, violations of the content policy, and layout shifts.
_WITNESS = """
window.witness = { sockets: [], violations: [], shifts: [] };
document.addEventListener("securitypolicyviolation", (e) => witness.violations.push(`${e.violatedDirective} ${e.blockedURI}`));
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput, sources } of list.getEntries()) {
    if (hadRecentInput) continue;
    const moved = sources.map(({ node }) => (node?.closest ? node : node?.parentElement));
    // Rows change places because the market did, and a chart's scale makes room for longer prices: that is their work.
    if (moved.every((element) => element?.closest("#ticker-rows, #chart"))) continue;
    witness.shifts.push({ value, moved: moved.map((element) => element?.id || element?.className || element?.tagName) });
  }
}).observe({ type: "layout-shift", buffered: true });
window.WebSocket = class extends WebSocket {
  constructor(...args) { super(...args); witness.sockets.push(this); }
  send(text) { super.send(witness.spoilToken ? text.replace(/"token":"[^"]*"/, '"token":"spoiled"') : text); }
};
"""


class Page:
    def __init__(self, browser, session, width, height, mobile, dark):
        self.browser = browser
        self.session = session
        self.errors = []
        self.received_bytes = 0
        browser.pages[session] = self
        # Processor time, not time on the wall: what a busy machine does beside the page does not count.
        self.send("Performance.setTimeDomain", {"timeDomain": "threadTicks"})
        for domain in ["Page", "Runtime", "Network", "Log", "Performance"]:
            self.send(f"{domain}.enable")
        self.send("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 2 if mobile else 1, "mobile": mobile})
        self.send("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})
        self.send("Page.addScriptToEvaluateOnNewDocument", {"source": _WITNESS})

    def send(self, method, parameters=None):
        return self.browser.send(method, parameters, self.session)

    def on_event(self, method, event):
        if method == "Runtime.exceptionThrown":
            details = event["exceptionDetails"]
            self.errors.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Runtime.consoleAPICalled" and event["type"] in ("error", "assert"):
            self.errors.append(" ".join(str(arg.get("value", arg.get("description"))) for arg in event["args"]))
        elif method == "Log.entryAdded" and event["entry"]["level"] == "error":
            self.errors.append(f"{event['entry']['text']} {event['entry'].get('url', '')}")
        elif method == "Network.loadingFinished":
            self.received_bytes += int(event["encodedDataLength"])
        elif method == "Network.webSocketFrameReceived":
            self.received_bytes += len(event["response"]["payloadData"])

    def open(self, url):
        self.send("Page.navigate", {"url": url})
        self.until("document.readyState === 'complete'", "the page loads")

    def evaluate(self, expression):
        """The value of a JavaScript expression; a promise is awaited."""
        result = self.send("Runtime.evaluate", {
            "expression": expression, "awaitPromise": True, "returnByValue": True, "userGesture": True})
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise BrowserError(details.get("exception", {}).get("description", details["text"]))
        return result["result"].get("value")

    def until(self, condition, what, seconds=15):
        """Waits until a JavaScript expression is true and returns its value."""
        end = time.monotonic() + seconds
        while True:
            value = self.evaluate(f"(async () => {{ {_SETTLE} return settle(() => ({condition}), 500); }})()")
            if value:
                return value
            if time.monotonic() > end:
                raise BrowserError(f"waited {seconds} s in vain: {what}")

    def fill(self, selector, text):
        """Types into a field as a person would, replacing what is there."""
        self.evaluate(f"(() => {{ const f = document.querySelector({json.dumps(selector)}); f.focus(); f.select(); }})()")
        if text:
            self.send("Input.insertText", {"text": text})
        else:
            self.press("Backspace")

    def press(self, key):
        codes = {"Enter": 13, "Tab": 9, "Backspace": 8, "ArrowDown": 40, "ArrowUp": 38}
        event = {"key": key, "code": key, "windowsVirtualKeyCode": codes[key]}
        if key == "Enter":
            event["text"] = "\r"
        self.send("Input.dispatchKeyEvent", {"type": "keyDown", **event})
        self.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})

    def click(self, selector):
        """Presses the mouse in the middle of an element, which must really be there to be hit."""
        x, y = self.evaluate(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)}); e.scrollIntoView({{block: 'nearest'}});"
            " const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()")
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1})

    def block(self, *patterns):
        self.send("Network.setBlockedURLs", {"urls": list(patterns)})

    def busy_seconds(self):
        """Processor seconds that the page's main thread has used so far: in all, for scripts, styles, layout."""
        metrics = {metric["name"]: metric["value"] for metric in self.send("Performance.getMetrics")["metrics"]}
        return [metrics[f"{name}Duration"] for name in ("Task", "Script", "RecalcStyle", "Layout")]

    def screenshot(self, path):
        self.send("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": 1, "y": 1})
        self.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        image = self.send("Page.captureScreenshot", {"format": "png"})
        with open(path, "wb") as file:
            file.write(base64.b64decode(image["data"]))

    def accessible(self, roles):
        """(role, name) of every element that a screen reader announces in one of the roles."""
        nodes = self.send("Accessibility.getFullAXTree")["nodes"]
        found = []
        for node in nodes:
            role = node.get("role", {}).get("value")
            if role in roles and not node.get("ignored"):
                found.append((role, node.get("name", {}).get("value", "")))
        return found


# Resolves as soon as the condition holds, looking once a frame, or falsy after some milliseconds.
_SETTLE = """
const settle = (condition, milliseconds) => new Promise((done, failed) => {
  const end = performance.now() + milliseconds;
  const look = () => {
    try {
      const value = condition();
      if (value || performance.now() > end) return done(value);
    } catch (error) { return failed(error); }
    requestAnimationFrame(look);
  };
  look();
});
"""
