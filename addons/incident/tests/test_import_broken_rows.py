"""Broken rows are reported by their line, and the rest goes in."""

import csv
import io
import lzma
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from addons.incident.commands import COMMANDS
from addons.incident.importers.uci_file import COLUMNS, Event, in_order, moment
from addons.incident.tests.uci_helpers import EXCERPT, hashes, incidents, rows, run
from app.records.intervals import RecordInterval
from app.records.timeline import TimelineEntry
from app.sdk.errors import BusinessError


@pytest.fixture
def lines():
    """The header and the first 200 rows of the excerpt, as lists of cells."""
    with lzma.open(EXCERPT, "rt", newline="") as file:
        return list(csv.reader(file))[:201]


@pytest.fixture
def written(tmp_path) -> Callable[[list[list[str]]], object]:
    """Write lists of cells as a file."""

    def write(table: list[list[str]]):
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(table)
        path = tmp_path / "log.csv"
        path.write_text(text.getvalue())
        return path

    return write


def at(column: str) -> int:
    return COLUMNS.index(column)


@pytest.mark.usefixtures("context")
class TestBrokenRows:
    def test_each_is_reported_by_its_line(self, lines, written):
        broken = {10: ("sys_updated_at", "29-2-2016"), 20: ("opened_at", "?"), 30: ("incident_state", "Lost"),
                  40: ("priority", "high"), 50: ("reopen_count", "many"), 60: ("number", ""),
                  70: ("closed_at", "31/2/2016 10:00")}
        for line, (column, value) in broken.items():
            lines[line - 1][at(column)] = value
        lines[79] = lines[79][:-3]
        lines[89].append("more")
        whole = {row[0] for row in lines[1:] if row[0]}

        outcome = run(written(lines))

        assert [problem.line for problem in outcome.problems] == [*broken, 80, 90]
        assert outcome.events == 200 - 9
        assert outcome.brought_in == len(whole)

    def test_an_incident_of_broken_rows_only_stays_out(self, lines, written):
        number = lines[1][0]
        for row in lines[1:]:
            if row[0] == number:
                row[at("urgency")] = "soon"

        outcome = run(written(lines))

        ticket, _incident = incidents()
        assert outcome.problems[0].line == 2
        assert number not in {row[0] for row in rows(select(ticket.c.external_reference))}

    def test_text_of_another_encoding_is_a_broken_row(self, lines, written):
        path = written(lines)
        path.write_bytes(path.read_bytes().replace(b"Location 143", b"Location \xff", 1))

        outcome = run(path)

        assert [problem.line for problem in outcome.problems] == [2]

    def test_an_open_quotation_does_not_end_the_run(self, lines, written):
        path = written(lines)
        path.write_text(path.read_text() + '"' + "never closed\n")

        outcome = run(path)

        assert outcome.events == 200
        assert len(outcome.problems) == 1

    def test_what_a_rule_refuses_is_reported_and_the_rest_goes_in(self, lines, written, monkeypatch):
        from addons.incident.importers import uci_mapping

        number = lines[1][0]
        state = uci_mapping.Mapping._state
        monkeypatch.setattr(uci_mapping.Mapping, "_state", staticmethod(
            lambda event, before: "lost" if event.cells["number"] == number else state(event, before)))

        outcome = run(written(lines))

        assert [problem.line for problem in outcome.problems] == [2]
        assert number in outcome.problems[0].text
        assert outcome.brought_in == len({row[0] for row in lines[1:]}) - 1

    def test_what_the_database_refuses_is_reported_and_the_rest_goes_in(self, lines, written, monkeypatch):
        from addons.incident.importers import uci_mapping

        number, first = lines[1][0], uci_mapping.Mapping._first
        monkeypatch.setattr(uci_mapping.Mapping, "_first", lambda self, event, opened: {
            **first(self, event, opened), **({"opened_at": None} if event.cells["number"] == number else {})})

        outcome = run(written(lines))

        assert [problem.line for problem in outcome.problems] == [2]
        assert outcome.brought_in == len({row[0] for row in lines[1:]}) - 1

    def test_a_file_of_another_kind_is_refused_as_a_whole(self, tmp_path):
        path = tmp_path / "other.csv"
        path.write_text("a,b\n1,2\n")
        before = hashes()

        with pytest.raises(BusinessError, match="number"):
            run(path)
        with pytest.raises(BusinessError, match=r"missing\.csv"):
            run(tmp_path / "missing.csv")
        assert hashes() == before


@pytest.mark.usefixtures("context")
class TestOrder:
    def test_rows_sorted_by_time_come_in_all_the_same(self, lines, written):
        def state():
            ticket, _incident = incidents()
            entry = TimelineEntry.__table__
            return rows(
                select(ticket.c.external_reference, ticket.c.state, ticket.c.transfer_count, func.count())
                .join(entry, (entry.c.record_id == ticket.c.id) & (entry.c.record_type == "incident"))
                .group_by(ticket.c.external_reference, ticket.c.state, ticket.c.transfer_count)
                .order_by(ticket.c.external_reference)
            )

        number = lines[-1][0]
        lines = [row for row in lines if row[0] != number]
        head, body = lines[0], sorted(lines[1:], key=lambda row: moment(row[at("sys_updated_at")]))
        run(written([head, *body]))
        mixed = state()
        again = run(EXCERPT)

        assert again.unchanged == len(mixed)
        assert again.different == 0
        assert [row for row in state() if row[0] in {one[0] for one in mixed}] == mixed

    def test_a_row_that_goes_back_in_time_does_not_turn_the_history_round(self):
        run(EXCERPT)

        ticket, _incident = incidents()
        table = RecordInterval.__table__
        found = rows(select(table.c.state, table.c.started_at, table.c.ended_at)
                     .join(ticket, (ticket.c.id == table.c.record_id) & (table.c.record_type == "incident"))
                     .where(ticket.c.external_reference == "INC0000137").order_by(table.c.id))
        assert [(state, f"{start:%d %H:%M}", end and f"{end:%d %H:%M}") for state, start, end in found] == [
            ("new", "29 09:48", "29 11:03"), ("resolved", "29 11:03", "05 12:00"), ("closed", "05 12:00", None)]


def test_the_fewest_rows_are_taken_for_mistaken():
    def times(*texts):
        events = [Event(line, {}, moment(f"1/3/2016 {text}")) for line, text in enumerate(texts)]
        return [f"{event.at:%H:%M}" for event in in_order(events)]

    assert times("09:00", "10:00", "11:00") == ["09:00", "10:00", "11:00"]
    assert times("11:10", "09:52", "11:03") == ["09:52", "09:52", "11:03"]
    assert times("09:00", "10:00", "08:00", "11:00") == ["09:00", "10:00", "10:00", "11:00"]
    assert times("09:00", "09:00") == ["09:00", "09:00"]


@pytest.mark.usefixtures("context")
class TestCommand:
    def run(self, *words):
        import argparse

        parser = argparse.ArgumentParser()
        COMMANDS[0].arguments(parser)
        return COMMANDS[0].run(parser.parse_args([str(word) for word in words]))

    def test_says_what_it_did(self, capsys, lines, written):
        lines[9][at("priority")] = "high"
        path = written(lines)

        assert self.run(path) == 1
        said = capsys.readouterr()
        assert "10" in said.err
        assert "199" in said.out

    def test_a_missing_file_is_one_clear_sentence(self, capsys, tmp_path):
        assert self.run(tmp_path / "none.csv") == 2
        assert "none.csv" in capsys.readouterr().err

    def test_a_wrong_day_is_refused(self, capsys):
        with pytest.raises(SystemExit):
            self.run(EXCERPT, "--as-of", "15.5.2016")
        assert "YYYY-MM-DD" in capsys.readouterr().err
