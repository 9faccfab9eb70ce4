{
    "name": "ticket",
    "label": "Tickets",
    "summary": "The common base of incidents, problems, changes and work orders; the service tree and the channels",
    "description": (
        "Everything that people ask for at a service desk is a ticket of some kind. This addon holds what all "
        "kinds share: numbers, life cycles, work groups, the service tree, channels, the priority matrix, the "
        "work log, “My work” and the cockpit. Every other addon of the service desk stands on it."
    ),
    "version": "1.0.0",
    "category": "service_operation",
    "sequence": 10,
    "depends": [],
    "auto_install": False,
    "installed_by_setup": True,
    "removable": False,
    "icon": "ticket",
    "data": ["data/picklists.yaml", "data/channels.yaml", "data/priority_rules.yaml", "data/roles.yaml"],
    "demo": [],
}
