"""Serves an application on a free port of loopback."""

import socket
import sys

import uvicorn


def serve(application):
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    port = listener.getsockname()[1]
    print(f"Listening on http://127.0.0.1:{port}/mcp.", file=sys.stderr, flush=True)
    server = uvicorn.Server(uvicorn.Config(application, log_level="error"))
    server.run(sockets=[listener])
