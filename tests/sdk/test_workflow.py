"""The law of every life cycle: what the table does not say does not happen, and a refusal changes nothing."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sdk.errors import Conflict, MissingFields
from app.sdk.permissions import Permission
from app.sdk.workflow import ALL, CLOSED, OPEN, PAUSED, RESOLVED, State, Transition, Workflow, known

WORK = Permission("thing", "write", "Write")
CODES = ["new", "active", "waiting", "done", "shut"]
ACTIONS = ["start", "wait", "finish", "reopen", "shut"]


class Thing:
    """A record with the columns that the table names."""

    state = "new"
    solution: str | None = None
    reason_code: str | None = None
    title = "x"


def make(**options):
    made = Workflow(
        "thing",
        states=[
            State("new", "New"), State("active", "Active"), State("waiting", "Waiting", category=PAUSED),
            State("done", "Done", category=RESOLVED, required={"solution"}, read_only={"title"}),
            State("shut", "Shut", category=CLOSED, read_only=ALL, is_final=True),
        ],
        transitions=[
            Transition("start", {"new", "waiting"}, "active", "Start", WORK, clears=("reason_code",)),
            Transition("wait", {"active"}, "waiting", "Wait", WORK, required={"reason_code"}),
            Transition("finish", {"active"}, "done", "Finish", WORK),
            Transition("reopen", {"done"}, "active", "Reopen", WORK, required={"reason"}),
            Transition("shut", {"done"}, "shut", "Shut", WORK),
        ],
        **options,
    )
    known.pop("thing")  # the desk that other tests look at has no such life cycle
    return made


FLOW = make()
TABLE = {(source, step.action): step.target for step in FLOW.transitions for source in step.sources}


@pytest.fixture(autouse=True)
def _words(monkeypatch):
    monkeypatch.setattr("app.sdk.workflow._", lambda text, **names: text % names)
    monkeypatch.setattr("app.sdk.errors._", lambda text, **names: text % names if names else text)


@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.sampled_from([None, "", "  ", "text"])), max_size=12))
def test_a_record_is_always_where_the_table_says(walk):
    thing = Thing()
    for action, text in walk:
        before = dict(vars(thing), state=thing.state)
        values = {"solution": text, "reason_code": text, "reason": text}
        target = TABLE.get((thing.state, action))
        step = next((s for s in FLOW.transitions if s.action == action), None)
        needs = target is not None and bool(step.required or FLOW.state(target).required)
        if target is None:
            with pytest.raises(Conflict):
                FLOW.apply(thing, action, values)
        elif needs and not (text or "").strip():
            with pytest.raises(MissingFields):
                FLOW.apply(thing, action, values)
        else:
            FLOW.apply(thing, action, values)
            assert thing.state == target
            continue
        assert dict(vars(thing), state=thing.state) == before


class TestApply:
    def test_a_value_that_is_there_already_satisfies_what_the_target_needs(self):
        thing = Thing()
        thing.state, thing.solution = "active", "as described"
        assert FLOW.apply(thing, "finish", {}).target == "done"
        assert (thing.state, thing.solution) == ("done", "as described")

    def test_names_every_missing_field(self):
        thing = Thing()
        thing.state = "active"
        with pytest.raises(MissingFields) as refused:
            FLOW.apply(thing, "finish", {"solution": " "})
        assert set(refused.value.fields) == {"solution"}
        assert (thing.state, thing.solution) == ("active", None)

    def test_an_empty_value_does_not_pass_for_what_the_step_needs(self):
        thing = Thing()
        thing.state, thing.reason_code = "active", "supplier"
        with pytest.raises(MissingFields) as refused:
            FLOW.apply(thing, "wait", {"reason_code": ""})
        assert set(refused.value.fields) == {"reason_code"}

    def test_clears_what_the_step_says(self):
        thing = Thing()
        thing.state, thing.reason_code = "waiting", "supplier"
        FLOW.apply(thing, "start", {})
        assert thing.reason_code is None

    def test_what_is_no_column_is_not_set(self):
        thing = Thing()
        FLOW.apply(thing, "start", {"reason": "because"})
        assert not hasattr(thing, "reason")

    def test_the_refusal_names_action_and_state_in_words(self):
        with pytest.raises(Conflict) as refused:
            FLOW.apply(Thing(), "finish", {})
        assert refused.value.message == "“Finish” is not possible while the record is “New”."
        assert refused.value.code == "thing.no_such_step"
        assert refused.value.http_status == 409


class TestTable:
    def test_the_first_state_is_the_initial_one(self):
        assert FLOW.initial == "new"

    @pytest.mark.parametrize("code", CODES)
    def test_steps_are_those_of_the_table(self, code):
        assert {(code, s.action, s.target) for s in FLOW.steps(code)} == {
            (code, action, target) for (source, action), target in TABLE.items() if source == code
        }

    def test_categories(self):
        assert FLOW.codes(OPEN, PAUSED) == ["new", "active", "waiting"]
        assert FLOW.category("shut") == CLOSED

    def test_read_only(self):
        assert FLOW.read_only("done") == {"title"}
        assert FLOW.read_only("shut") == ALL

    def test_extend_adds_rows(self):
        flow = make()
        flow.extend(states=[State("review", "Review")],
                    transitions=[Transition("review", {"done"}, "review", "Review", WORK)])
        assert [s.action for s in flow.steps("done")] == ["reopen", "shut", "review"]

    def test_extend_refuses_a_row_that_is_there(self):
        flow = make()
        with pytest.raises(ValueError, match="finish from active is declared twice"):
            flow.extend(transitions=[Transition("finish", {"active"}, "shut", "Finish", WORK)])
        with pytest.raises(ValueError, match="state done is declared twice"):
            flow.extend(states=[State("done", "Done")])
        assert flow.steps("active") == make().steps("active")

    def test_extend_refuses_an_unknown_state(self):
        with pytest.raises(ValueError, match="unknown state"):
            make().extend(transitions=[Transition("fly", {"new"}, "sky", "Fly", WORK)])


def test_apply_reads_any_object():
    thing = SimpleNamespace(state="new")
    FLOW.apply(thing, "start", {})
    assert thing.state == "active"
