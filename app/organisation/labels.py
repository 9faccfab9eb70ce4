"""What the columns of people, places and groups are called, and the few fixed values among them."""

from app.sdk.i18n import _l

LABELS = {
    "name": _l("Name"), "code": _l("Code"), "kind": _l("Kind"), "parent": _l("Belongs to"), "company": _l("Company"),
    "department": _l("Department"), "site": _l("Site"), "support_level": _l("Support level"),
    "is_key_customer": _l("Key customer"), "shares_tickets": _l("Its people see all its tickets"),
    "phone": _l("Phone"), "email": _l("E-mail"), "is_active": _l("Active"),
    "address": _l("Address"), "cost_centre": _l("Cost centre"), "employee_number": _l("Employee number"),
    "is_vip": _l("VIP"), "joined_on": _l("Joined on"), "left_on": _l("Left on"), "user": _l("Log-in"),
    "lead": _l("Lead"), "support_line": _l("Support line"), "is_service_desk": _l("Is a service desk"),
    "assignment_mode": _l("Assignment"),
    "capacity": _l("Capacity"), "calendar": _l("Service calendar"),
    "description": _l("Description"), "ola_notes": _l("Agreed targets (OLA)"), "visibility": _l("Seen by"),
    "sequence": _l("Order"), "group": _l("Work group"), "person": _l("Person"),
    "role_in_group": _l("Position in the group"), "role": _l("Role"), "member": _l("Member"),
    "kinds": _l("Kind"), "is_own": _l("Our own"), "is_customer": _l("Customer"), "is_supplier": _l("Supplier"),
    "is_manufacturer": _l("Manufacturer"), "account_manager": _l("Account manager"), "industry": _l("Industry"),
    "website": _l("Web site"), "mail_domains": _l("E-mail domains"), "timezone": _l("Time zone"),
    "language": _l("Language"), "customer_since": _l("Customer since"), "notes": _l("Notes"), "head": _l("Head"),
    "opening_notes": _l("Opening hours"), "manager": _l("Manager"), "job_title": _l("Job title"),
    "salutation": _l("Salutation"), "preferred_channel": _l("Preferred way"), "vip_level": _l("VIP level"),
}
CONTACT_LABELS = {
    "company": _l("Company"), "person": _l("Person"), "kind": _l("Kind"), "value": _l("Number or address"),
    "label": _l("What for"), "is_primary": _l("Main one"), "is_private": _l("Private"), "sequence": _l("Order"),
    "purpose": _l("Contact for"), "role": _l("Role"), "note": _l("Note"), "person.phone": _l("Phone"),
}
COMPANY_KINDS = {
    "own": _l("Our own"), "customer": _l("Customer"), "supplier": _l("Supplier"), "manufacturer": _l("Manufacturer"),
}
SUPPORT_LINES = {1: _l("First line"), 2: _l("Second line"), 3: _l("Third line")}
ASSIGNMENT_MODES = {
    "manual": _l("By hand"), "round_robin": _l("In turn"), "least_load": _l("Whoever has least open"),
}
VISIBILITIES = {
    "everybody": _l("Everybody"), "parent": _l("Members of the group above and its own"),
    "members": _l("Its members only"),
}
POSITIONS = {"member": _l("Member"), "lead": _l("Lead"), "deputy": _l("Deputy")}
# What people are reached by. Calls and letters have a main one, which stands on the person itself.
CONTACT_KINDS = {
    "phone": _l("Phone"), "mobile": _l("Mobile phone"), "email": _l("E-mail"), "fax": _l("Fax"), "wechat": _l("WeChat"),
    "wecom": _l("WeCom"), "dingtalk": _l("DingTalk"), "feishu": _l("Feishu"), "qq": _l("QQ"),
    "im": _l("Other messenger"),
}
PREFERRED_CHANNELS = {kind: label for kind, label in CONTACT_KINDS.items() if kind != "fax"}
CONTACT_PURPOSES = {"key": _l("Everyday matters"), "escalation": _l("Escalations")}
