"""The first day of a desk in a real browser, in both languages and on a phone: from set-up to a closed incident."""

import pytest

from tests.browser.first_day import FirstDay


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("language", "width"), [("en", 1440), ("zh", 390)])
def test_first_day(desk, reader, pictures, tmp_path, language, width):
    day = FirstDay(desk, reader, pictures, language, width)
    day.set_up()
    day.make_second_group()
    day.make_people()
    day.refuse_agent_in_no_group()
    day.refuse_agent_of_group_switched_off()
    day.log_incident()
    day.forward()
    day.work_in_the_other_group()
    day.write_and_attach(tmp_path)
    day.resolve_reopen_close()
    day.see_who_did_what()
    # The first visit, whoever is in no group, and the one whose session ended.
    desk.should_have_a_quiet_log(*["Access is Denied for: can_read on: IncidentView"] * 3)
