"""What the columns of people, places and groups are called, and the few fixed values among them."""

from app.sdk.i18n import _l

LABELS = {
    "name": _l("Name"), "code": _l("Code"), "kind": _l("Kind"), "parent": _l("Belongs to"), "company": _l("Company"),
    "department": _l("Department"), "site": _l("Site"), "support_level": _l("Support level"),
    "is_key_customer": _l("Key customer"), "phone": _l("Phone"), "email": _l("E-mail"), "is_active": _l("Active"),
    "address": _l("Address"), "cost_centre": _l("Cost centre"), "employee_number": _l("Employee number"),
    "is_vip": _l("VIP"), "joined_on": _l("Joined on"), "left_on": _l("Left on"), "user": _l("Log-in"),
    "lead": _l("Lead"), "support_line": _l("Support line"), "assignment_mode": _l("Assignment"),
    "capacity": _l("Capacity"), "group": _l("Work group"), "person": _l("Person"),
    "role_in_group": _l("Position in the group"), "role": _l("Role"), "member": _l("Member"),
}
COMPANY_KINDS = {
    "own": _l("Our own"), "customer": _l("Customer"), "supplier": _l("Supplier"), "manufacturer": _l("Manufacturer"),
}
SUPPORT_LINES = {1: _l("First line"), 2: _l("Second line"), 3: _l("Third line")}
ASSIGNMENT_MODES = {
    "manual": _l("By hand"), "round_robin": _l("In turn"), "least_load": _l("Whoever has least open"),
}
POSITIONS = {"member": _l("Member"), "lead": _l("Lead"), "deputy": _l("Deputy")}
