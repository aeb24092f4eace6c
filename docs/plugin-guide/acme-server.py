"""A small remote system for the plugin guide: contacts over HTTP, kept in memory. python3 acme-server.py [PORT]"""

import json
import sys
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

CONTACTS = []


def now():
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Acme(BaseHTTPRequestHandler):
    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def known(self):
        if self.headers.get("authorization") == "Bearer acme-secret":
            return True
        self.answer(401, {"message": "no such token"})
        return False

    def do_GET(self):
        if not self.known():
            return
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path == "/v1/me":
            self.answer(200, {"id": "acct_1", "email": "owner@acme.example", "created_at": "2026-01-01T00:00:00Z"})
        elif url.path == "/v1/contacts":
            since = query.pop("since", "")
            fits = lambda c: c["created_at"] >= since and all(c.get(name) == value for name, value in query.items())
            self.answer(200, {"items": [c for c in CONTACTS if fits(c)]})
        else:
            found = [c for c in CONTACTS if url.path == "/v1/contacts/" + c["id"]]
            self.answer(200 if found else 404, found[0] if found else {"message": "there is nothing here"})

    def do_POST(self):
        if not self.known():
            return
        fields = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))))
        if any(c["email"] == fields["email"] for c in CONTACTS):
            self.answer(409, {"message": "this address is taken"})
            return
        contact = {"id": f"c_{len(CONTACTS) + 1}", "created_at": now(), **fields}
        CONTACTS.append(contact)
        self.answer(201, contact)


HTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8099), Acme).serve_forever()
