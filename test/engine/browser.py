"""Drives a headless Chromium over its debugging pipe, with Python's own library
alone:

    with Browser() as browser:
        page = browser.open("/tmp/report.html", scheme="dark")
        page.run("document.title")           # the value of an expression
        page.complaints                      # exceptions, console errors, loads
        page.picture("/tmp/report.png")
        page.pdf()                           # bytes of the page as printed

`find_browser()` is None where no Chromium is installed.
"""
import base64
import json
import os
import pathlib
import select
import shutil
import subprocess
import tempfile
import time

WAIT_SECONDS = 60


def find_browser():
    return shutil.which("chromium") or shutil.which("chromium-browser")


class Browser:
    def __enter__(self):
        self.home = tempfile.mkdtemp()
        to_browser, self.to_browser = os.pipe()
        self.from_browser, from_browser = os.pipe()

        def pipes():  # the browser reads from 3 and writes to 4
            first = os.dup2(to_browser, 13)
            second = os.dup2(from_browser, 14)
            os.dup2(first, 3)
            os.dup2(second, 4)

        self.process = subprocess.Popen(
            [find_browser(), "--headless=new", "--no-sandbox", "--disable-gpu",
             "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
             "--disable-background-networking", "--disable-component-update",
             "--user-data-dir=" + self.home, "--remote-debugging-pipe"],
            preexec_fn=pipes, close_fds=False, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.buffer, self.number, self.events = b"", 0, []
        return self

    def __exit__(self, *_):
        try:
            self.call("Browser.close")
            self.process.wait(10)
        except (OSError, RuntimeError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def receive(self, seconds):
        end = time.monotonic() + seconds
        while b"\0" not in self.buffer:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.from_browser], [], [], left)[0]:
                return None
            part = os.read(self.from_browser, 1 << 20)
            if not part:
                raise RuntimeError("the browser ended")
            self.buffer += part
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, session=None, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.to_browser, data):]
        while True:
            answer = self.receive(WAIT_SECONDS)
            if answer is None:
                raise RuntimeError(method + ": no answer")
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(method + ": " + answer["error"]["message"])
                return answer["result"]
            self.events.append(answer)

    def open(self, path, scheme="light", width=1280, height=900):
        return Page(self, path, scheme, width, height)


class Page:
    def __init__(self, browser, path, scheme, width, height):
        self.browser, self.complaints = browser, []
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=target,
                                    flatten=True)["sessionId"]
        for domain in "Page", "Runtime", "Log", "Network":
            self.call(domain + ".enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)
        self.media(scheme=scheme)
        self.call("Page.navigate", url=pathlib.Path(path).resolve().as_uri())
        self.wait("Page.loadEventFired")

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def media(self, scheme="light", medium=""):
        self.call("Emulation.setEmulatedMedia", media=medium, features=[
            {"name": "prefers-color-scheme", "value": scheme}])

    def listen(self):
        """Takes this page's events; complaints are kept."""
        names, rest = [], []
        for event in self.browser.events:
            if event.get("sessionId") != self.session:
                rest.append(event)
                continue
            name, what = event["method"], event["params"]
            names.append(name)
            if name == "Runtime.exceptionThrown":
                self.complaints.append(json.dumps(what["exceptionDetails"]))
            elif name == "Log.entryAdded" and what["entry"]["level"] == "error":
                self.complaints.append(what["entry"]["text"])
            elif name == "Runtime.consoleAPICalled" and what["type"] in ("error", "assert"):
                self.complaints.append(json.dumps(what["args"]))
            elif name == "Network.requestWillBeSent" and not what["request"][
                    "url"].startswith(("file:", "data:")):
                self.complaints.append("asks for " + what["request"]["url"])
        self.browser.events = rest
        return names

    def wait(self, name):
        end = time.monotonic() + WAIT_SECONDS
        while name not in self.listen():
            event = self.browser.receive(end - time.monotonic())
            if event is None:
                raise RuntimeError("no " + name)
            self.browser.events.append(event)

    def run(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression,
                           returnByValue=True, awaitPromise=True)
        self.listen()
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def picture(self, path):
        height = self.run("document.documentElement.scrollHeight")
        width = self.run("innerWidth")
        data = self.call("Page.captureScreenshot", captureBeyondViewport=True,
                         clip={"x": 0, "y": 0, "width": width, "height": height, "scale": 1})
        pathlib.Path(path).write_bytes(base64.b64decode(data["data"]))

    def pdf(self):
        return base64.b64decode(self.call("Page.printToPDF", printBackground=True)["data"])
