"""The second factor: a code of an app (TOTP, RFC 6238), or one of ten recovery codes that are good once each."""

import base64
import secrets
from datetime import timedelta

import pyotp
import segno
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import delete, exists, select, update

from app.db import session
from app.sdk import clock
from app.security.grants import roles_of
from app.security.models import LoginProfile, RecoveryCode, RoleProfile
from app.security.sealing import mark, seal, unseal
from app.web.settings import desk_name

SECONDS, DIGITS, CODES = 30, 6, 10
# An app's clock may be this many steps before or behind ours.
STEPS_OFF = 1
# For how long a secret that is shown waits for its first code.
OFFER_SECONDS = 900


def profile_of(user_id: int) -> LoginProfile:
    """Return how a user logs in, locked, made where there is nothing yet."""
    found = session().execute(
        select(LoginProfile).where(LoginProfile.user_id == user_id).with_for_update()).scalar_one_or_none()
    if found is None:
        found = LoginProfile(user_id=user_id)
        session().add(found)
        session().flush()
    return found


def has(user_id: int) -> bool:
    """Say whether a user has a second factor."""
    return bool(session().execute(select(exists().where(
        LoginProfile.user_id == user_id, LoginProfile.totp_secret.is_not(None)))).scalar())


def is_needed(user_id: int) -> bool:
    """Say whether a role of the user demands one."""
    return bool(session().execute(select(exists().where(
        RoleProfile.role_id.in_(roles_of(session(), user_id)), RoleProfile.needs_second_factor))).scalar())


def codes_left(user_id: int) -> int:
    """Return how many recovery codes are not used yet."""
    return len(session().execute(select(RecoveryCode.id).where(
        RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))).all())


# Enrolling ---------------------------------------------------------------------------------------------------------


def offer() -> str:
    """Return a new secret, sealed for the form that shows it."""
    return seal(pyotp.random_base32())


def offered(sealed: str) -> str | None:
    """Return the secret of an offer that is not too old."""
    return unseal(sealed, OFFER_SECONDS)


def address_of(secret: str, user: User) -> str:
    """Return what the QR code says."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=desk_name())


def picture_of(secret: str, user: User) -> str:
    """Return the QR code as the address of an image; dark on light, whatever the theme, so that cameras read it."""
    return segno.make(address_of(secret, user), error="m").svg_data_uri(scale=5, border=3, dark="#000", light="#fff")


def enrol(user_id: int, secret: str, code: str) -> list[str] | None:
    """Make a secret the user's second factor if the code fits; return the recovery codes, None where it does not."""
    step = _step_of(secret, code)
    if step is None:
        return None
    profile = profile_of(user_id)
    profile.totp_secret, profile.totp_step, profile.totp_since = seal(secret), step, clock.now()
    session().flush()
    return new_codes(user_id)


def new_codes(user_id: int) -> list[str]:
    """Return ten new recovery codes, which are never shown again; the old ones are worth nothing."""
    forget_codes(user_id)
    codes = [base64.b32encode(secrets.token_bytes(10)).decode().lower() for _one in range(CODES)]
    session().add_all(RecoveryCode(user_id=user_id, code_mark=mark(code)) for code in codes)
    session().flush()
    return ["-".join(code[at:at + 4] for at in range(0, 16, 4)) for code in codes]


def forget_codes(user_id: int) -> None:
    """Take the recovery codes away."""
    session().connection().execute(delete(RecoveryCode.__table__).where(RecoveryCode.__table__.c.user_id == user_id))


def forget(user_id: int) -> None:
    """Take the second factor away."""
    profile = profile_of(user_id)
    profile.totp_secret = profile.totp_step = profile.totp_since = None
    session().flush()
    forget_codes(user_id)


# Asking ------------------------------------------------------------------------------------------------------------


def verify(user_id: int, typed: str) -> bool:
    """Say whether what was typed is the code of this moment, not used before, or a recovery code, which it uses up."""
    plain = "".join(letter for letter in typed if letter.isalnum()).lower()
    profile = profile_of(user_id)
    secret = unseal(profile.totp_secret) if profile.totp_secret else None
    if secret and plain.isdecimal() and len(plain) == DIGITS:
        step = _step_of(secret, plain)
        if step is None or step <= (profile.totp_step or 0):
            return False
        profile.totp_step = step
        session().flush()
        return True
    table = RecoveryCode.__table__
    used = session().connection().execute(
        update(table).where(table.c.user_id == user_id, table.c.code_mark == mark(plain), table.c.used_at.is_(None))
        .values(used_at=clock.now()))
    return bool(used.rowcount)


def _step_of(secret: str, code: str) -> int | None:
    plain = "".join(letter for letter in code if letter.isalnum())
    now, totp = clock.now(), pyotp.TOTP(secret)
    for off in range(-STEPS_OFF, STEPS_OFF + 1):
        then = now + timedelta(seconds=off * SECONDS)
        if secrets.compare_digest(totp.at(then).encode(), plain.encode()):
            return int(then.timestamp()) // SECONDS
    return None
