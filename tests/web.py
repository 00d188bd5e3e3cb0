"""A real web server on loopback that behaves as badly as servers do. Test files load it with ``runpy.run_path``.

A route is a function of the request; it answers through the request's own methods, or writes to its socket what no
decent server would. Every request is noted.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Request(BaseHTTPRequestHandler):
    """One request, and the ways to answer it."""

    protocol_version = "HTTP/1.1"
    server: Site

    def do_GET(self) -> None:
        """Note the request and hand it to its route."""
        with self.server.lock:
            self.server.asked.append(self.path)
            self.server.headers.append(dict(self.headers))
            self.server.now += 1
            self.server.most = max(self.server.most, self.server.now)
        try:
            route = self.server.routes.get(self.path) or self.server.routes.get(self.path.partition("?")[0])
            (route or self.server.otherwise)(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            with self.server.lock:
                self.server.now -= 1

    def give(self, body: bytes = b"", status: int = 200, **headers: str) -> None:
        """A decent answer; headers are named with ``_`` for ``-``."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def hang_up(self) -> None:
        """Close the connection as it is."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


Route = Callable[[Request], None]


class Site(ThreadingHTTPServer):
    """The server, and what it was asked."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.routes: dict[str, Route] = {}
        self.otherwise: Route = lambda request: request.give(b"", 404)
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.lock = threading.Lock()
        self.now = self.most = 0

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no error of the server's."""


@contextlib.contextmanager
def served() -> Iterator[Site]:
    """A server that runs meanwhile."""
    site = Site()
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        site.shutdown()
        site.server_close()
        thread.join()


def gives(body: bytes, **headers: str) -> Route:
    """A route that gives these bytes."""
    return lambda request: request.give(body, **headers)


def says(status: int, **headers: str) -> Route:
    """A route that says no."""
    return lambda request: request.give(b"no", status, **headers)


def leads(where: str) -> Route:
    """A route that redirects."""
    return lambda request: request.give(b"", 302, Location=where)


def after(failures: int, first: Route, then: Route) -> Route:
    """A route that behaves in one way so many times, and then in another."""
    left = [failures]

    def route(request: Request) -> None:
        left[0] -= 1
        (first if left[0] >= 0 else then)(request)

    return route


def cut_off(body: bytes, at: int) -> Route:
    """A route that promises it all and hangs up in the middle."""

    def route(request: Request) -> None:
        request.give(body[:at], Content_Length=str(len(body)))
        request.hang_up()

    return route


def drips(body: bytes, pause: float) -> Route:
    """A route that gives a byte at a time, for ever nearly."""

    def route(request: Request) -> None:
        request.give(b"", Content_Length=str(len(body)))
        for k in range(len(body)):
            request.wfile.write(body[k : k + 1])
            time.sleep(pause)

    return route


def slow(body: bytes, pause: float) -> Route:
    """A route that takes its time, and then gives it all."""

    def route(request: Request) -> None:
        time.sleep(pause)
        request.give(body)

    return route


def silent(seconds: float) -> Route:
    """A route that says nothing for so long, and then hangs up."""

    def route(request: Request) -> None:
        time.sleep(seconds)
        request.hang_up()

    return route
