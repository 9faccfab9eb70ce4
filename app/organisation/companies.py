"""Rules of companies and of their contacts."""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.db import session, system_scope
from app.organisation.checks import check_language, check_reach, check_timezone
from app.organisation.contacts import CompanyContact
from app.organisation.labels import COMPANY_KINDS, CONTACT_PURPOSES
from app.organisation.models import Company, CompanyDomain
from app.organisation.permissions import COMPANY_DELETE, COMPANY_MERGE, COMPANY_WRITE
from app.organisation.trees import check_parent
from app.records.lists import check_choices
from app.records.service import RecordService
from app.records.values import all_or_nothing, flush
from app.sdk.actor import Actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _

FLAGS = {f"is_{kind}": kind for kind in COMPANY_KINDS}
CODES = {"support_level": "company.support_level", "industry": "company.industry"}
MAX_DOMAINS = 500
_DOMAIN = re.compile(r"(?!-)[\w-]{1,63}(?:\.(?!-)[\w-]{1,63})+")


class CompanyService(RecordService[Company]):
    """Organisations. What one is to us is said by its flags; `kind` alone says that it is just that."""

    delete_needs_reason = True
    merge_permission = COMPANY_MERGE

    @all_or_nothing
    def create(self, actor: Actor, values: Mapping[str, Any]) -> Company:
        record = super().create(actor, values)
        _keep_domains(record)
        return record

    @all_or_nothing
    def update(self, actor: Actor, record_id: int, values: Mapping[str, Any], version: int | None = None) -> Company:
        record = super().update(actor, record_id, values, version)
        if "mail_domains" in values:
            _keep_domains(record)
        return record

    def before_delete(self, actor: Actor, record: Company) -> Mapping[str, Any]:
        # Its domains are free for whoever comes after it.
        for row in session().execute(select(CompanyDomain).where(CompanyDomain.company_id == record.id)).scalars():
            session().delete(row)
        return {}

    @all_or_nothing
    def restore(self, actor: Actor, record_id: int) -> Company:
        record: Company = super().restore(actor, record_id)
        _keep_domains(record)
        return record

    def after_merge(self, actor: Actor, winner: Company, names: set[str]) -> None:
        domains = session().execute(select(CompanyDomain.domain).where(CompanyDomain.company_id == winner.id).order_by(
            CompanyDomain.id)).scalars().all()
        winner.mail_domains = ", ".join(domains)[:MAX_DOMAINS] or None

    def prepare(self, actor: Actor, record: Company, values: Mapping[str, Any]) -> None:
        _settle_kinds(record, values)
        check_choices(session(), values, {}, CODES)
        check_timezone(values)
        check_language(values)
        check_reach(values)
        if record.website and not record.website.startswith(("http://", "https://")):
            record.website = f"https://{record.website}"
        if "mail_domains" in values:
            record.mail_domains = ", ".join(domains_in(record.mail_domains)) or None
        check_parent(session(), record)


def _settle_kinds(record: Company, values: Mapping[str, Any]) -> None:
    said = values.get("kind")
    if said is not None and said not in COMPANY_KINDS:
        raise InvalidField("kind", _("Choose an entry of the list."))
    if not FLAGS.keys() & values.keys() and (said is not None or record.id is None):
        for flag, kind in FLAGS.items():
            setattr(record, flag, kind == (said or "customer"))
    found = [kind for flag, kind in FLAGS.items() if getattr(record, flag)]
    if not found:
        raise InvalidField("is_customer", _("Say what the company is to you: at least one of these."))
    record.kind = found[0]


def domains_in(text: str | None) -> list[str]:
    """Return the domains that a text names, in lower case. Raises InvalidField for what is none."""
    found = [part.casefold().lstrip("@") for part in re.split(r"[\s,;，；、]+", text or "") if part]
    wrong = next((part for part in found if not _DOMAIN.fullmatch(part) or len(part) > 200), None)
    if wrong is not None:
        raise InvalidField("mail_domains", _("“%(text)s” is no domain. Write them as in example.com.", text=wrong))
    return list(dict.fromkeys(found))


def _keep_domains(company: Company) -> None:
    wanted = set(domains_in(company.mail_domains))
    rows = select(CompanyDomain).where(CompanyDomain.company_id == company.id)
    for row in session().execute(rows).scalars():
        if row.domain in wanted:
            wanted.remove(row.domain)
        else:
            session().delete(row)
    if not wanted:
        return
    taken = select(CompanyDomain.domain).where(CompanyDomain.domain.in_(wanted)).limit(1)
    other = session().execute(taken).scalar()
    if other is not None:
        raise InvalidField("mail_domains", _("%(domain)s belongs to another company.", domain=other))
    session().add_all(CompanyDomain(company_id=company.id, domain=domain) for domain in sorted(wanted))
    flush(session(), CompanyDomain)


def company_of_address(email: str | None) -> int | None:
    """Return the company to whose domains an e-mail address belongs, the closest one; None where there is none."""
    name, _at, domain = (email or "").strip().casefold().rpartition("@")
    if not name or not domain:
        return None
    parts = domain.split(".")
    wanted = [".".join(parts[place:]) for place in range(len(parts) - 1)]
    statement = select(CompanyDomain.domain, CompanyDomain.company_id).join(
        Company, Company.id == CompanyDomain.company_id).where(CompanyDomain.domain.in_(wanted), Company.is_active,
        Company.deleted_at.is_(None))
    # Whoever logs a call may not see every company; the caller belongs to theirs all the same.
    with system_scope():
        found = {row[0]: row[1] for row in session().execute(statement)}
    return next((found[one] for one in wanted if one in found), None)


class CompanyContactService(RecordService[CompanyContact]):
    """Whom of a company one turns to, in everyday matters and in escalations."""

    def prepare(self, actor: Actor, record: CompanyContact, values: Mapping[str, Any]) -> None:
        if record.purpose is not None and record.purpose not in CONTACT_PURPOSES:
            raise InvalidField("purpose", _("Choose an entry of the list."))
        check_choices(session(), values, {}, {"role": "company.contact_role"})
        record.sequence = 10 if record.sequence is None else record.sequence
        self._check_twice(record)

    @staticmethod
    def _check_twice(record: CompanyContact) -> None:
        same = select(CompanyContact.id).where(
            CompanyContact.company_id == record.company_id, CompanyContact.person_id == record.person_id,
            CompanyContact.purpose == (record.purpose or "key"), CompanyContact.id != (record.id or 0))
        with session().no_autoflush:
            if session().execute(same).first() is not None:
                raise InvalidField("person", _("This person is a contact of the company already."))


COMPANY_FIELDS = {
    "name", "code", "kind", *FLAGS, "parent", "support_level", "is_key_customer", "shares_tickets", "account_manager",
    "industry", "phone", "email", "website", "address", "mail_domains", "timezone", "language", "customer_since",
    "notes", "calendar", "is_active",
}
company_service = CompanyService(Company, COMPANY_WRITE, COMPANY_FIELDS, {"name"}, delete=COMPANY_DELETE)
company_contact_service = CompanyContactService(
    CompanyContact, COMPANY_WRITE, {"company", "person", "purpose", "role", "sequence", "note"},
    {"company_id", "person_id"},
)
