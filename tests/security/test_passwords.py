"""What a password must be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sdk.errors import InvalidField
from app.security.services import passwords


@pytest.mark.parametrize("password", [
    "", "short", "1234567", "password", "PASSWORD", "aaaaaaaaaaaa", "12345678", "x" * 201, "wang.fang",
])
def test_refused(context, password):
    with pytest.raises(InvalidField) as refused:
        passwords.check(password, "Wang.Fang")
    assert set(refused.value.fields) == {"password"}


@given(st.text(min_size=8, max_size=200).filter(lambda text: len(set(text.casefold())) >= 4))
def test_anything_long_and_mixed_is_taken(password):
    if password.casefold() not in passwords._GUESSED:
        passwords.check(password, "somebody-else")
