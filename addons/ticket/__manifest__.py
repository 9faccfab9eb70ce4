{
    "name": "ticket",
    "label": "Tickets",
    "summary": "The common base of incidents, problems, changes and work orders; the service tree and the channels",
    "version": "1.0.0",
    "category": "service_operation",
    "sequence": 10,
    "depends": [],
    "auto_install": False,
    "installed_by_setup": True,
    "removable": False,
    "data": ["data/picklists.yaml", "data/channels.yaml", "data/priority_rules.yaml", "data/roles.yaml"],
    "demo": [],
}
