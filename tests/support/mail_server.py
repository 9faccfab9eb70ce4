"""A real mail server on this machine, which can be away, refuse, or take everything."""

import email
import email.policy
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

from app.notify import smtp


class MailServer:
    """What came in stands in `messages`; `answers` are refusals by recipient, such as "550 nobody of that name".

    With `is_cut_off` it takes a message, and its connection ends before it says so.
    """

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.messages: list[EmailMessage] = []
        self.answers: dict[str, str] = {}
        self.controller: Controller | None = None
        self.is_cut_off = False

    def start(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        if self.controller is not None:
            self.controller.stop()
            self.controller = None

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        if self.is_cut_off:
            server.transport.abort()
        return "250 OK"


@pytest.fixture
def mail_server(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A running mail server that the application is told to use."""
    server = MailServer()
    for name, value in {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": server.port, "SMTP_TIMEOUT": 5,
                        "MAIL_FROM": "服务台 <desk@example.com>", "PUBLIC_URL": "https://desk.example.com"}.items():
        monkeypatch.setitem(app.config, name, value)
    app.extensions.pop(smtp.EXTENSION, None)
    server.start()
    yield server
    server.stop()
    app.extensions.pop(smtp.EXTENSION, None)
