"""A mail server and its box, for the tests of alerts."""

import email
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message


@dataclass
class MailServer:
    """What came; `refuses` are addresses that it does not take, `fault` is what it answers to data."""

    host: str
    port: int = 0
    mails: list[Message] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)
    refuses: frozenset[str] = frozenset()
    fault: str = ""

    @property
    def url(self) -> str:
        """Where it takes mail, with a name and a password."""
        return f"smtp://desk:s3cret%21@{self.host}:{self.port}"


@contextmanager
def taking_mail(host: str = "127.0.0.1") -> Iterator[MailServer]:
    """A server that takes mail until the block ends."""
    kept = MailServer(host)

    class Conversation(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 mail.example")
            while line := self.rfile.readline().decode(errors="replace").rstrip("\r\n"):
                kept.asked.append(line)
                match line.split(":")[0].split()[0].upper():
                    case "EHLO":
                        self._say("250-mail.example\r\n250 AUTH PLAIN")
                    case "AUTH":
                        self._say("235 welcome")
                    case "RCPT":
                        box = line.partition("<")[2].partition(">")[0]
                        self._say("550 no such box" if box in kept.refuses else "250 ok")
                        kept.boxes.append(box)
                    case "DATA":
                        self._say("354 go on")
                        self._take()
                    case "QUIT":
                        self._say("221 bye")
                        return
                    case _:
                        self._say("250 ok")

        def _take(self) -> None:
            lines: list[bytes] = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line.removeprefix(b"."))
            if not kept.fault:
                kept.mails.append(email.message_from_bytes(b"".join(lines)))
            self._say(kept.fault or "250 taken")

        def _say(self, text: str) -> None:
            self.wfile.write(text.encode() + b"\r\n")

    with socketserver.ThreadingTCPServer((host, 0), Conversation) as server:
        server.daemon_threads = True
        kept.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join()
