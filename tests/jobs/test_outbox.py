from datetime import timedelta

import pytest
from flask import Flask

from app.db import WriteOutsideUnit, unit_of_work
from app.jobs import put
from app.jobs.models import OutboxMessage
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as
from tests.jobs.conftest import messages


class TestPut:
    def test_exists_once_the_unit_has_committed(self, context: Flask) -> None:
        with unit_of_work(write=True), acting_as(SYSTEM, request_id="request-1"):
            put("test.job", {"at": clock.now(), "ids": {3}})
        (message,) = messages()
        assert (message.name, message.state, message.attempts) == ("test.job", "waiting", 0)
        assert message.payload["ids"] == [3]
        assert (message.actor_label, message.request_id) == ("system", "request-1")

    def test_is_gone_with_a_unit_that_rolls_back(self, context: Flask) -> None:
        with pytest.raises(ZeroDivisionError), unit_of_work(write=True):
            put("test.job")
            raise ZeroDivisionError
        assert messages() == []

    @pytest.mark.parametrize("write", [False, None])
    def test_needs_a_writing_unit(self, context: Flask, write: bool | None) -> None:
        with pytest.raises(WriteOutsideUnit):
            if write is None:
                put("test.job")
            else:
                with unit_of_work(write=write):
                    put("test.job")

    def test_of_one_key_keeps_one_message_and_the_earliest_time(self, context: Flask) -> None:
        now = clock.now()
        for minutes in (5, 1, 9):
            with unit_of_work(write=True):
                put("test.job", dedupe_key="key", available_at=now + timedelta(minutes=minutes))
        assert messages(OutboxMessage.available_at) == [(now + timedelta(minutes=1),)]

    def test_without_a_key_keeps_all(self, context: Flask) -> None:
        with unit_of_work(write=True):
            put("test.job")
            put("test.job")
        assert len(messages()) == 2
