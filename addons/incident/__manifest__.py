{
    "name": "incident",
    "label": "Incident management",
    "summary": "Record, forward, track and close incidents, requests, queries, complaints and change requests",
    "description": (
        "Incidents, requests, queries, complaints and change requests from the first call to the customer's "
        "confirmation: quick logging, impact and urgency, forwarding between lines, solutions that are "
        "confirmed by mail, merging and splitting, closing by policy. It comes with roles for agents, "
        "managers, customers and auditors."
    ),
    "version": "1.0.0",
    "category": "service_operation",
    "sequence": 20,
    "depends": ["ticket"],
    "auto_install": False,
    "installed_by_setup": True,
    "removable": False,
    "icon": "lifebuoy",
    "data": ["data/picklists.yaml", "data/numbers.yaml", "data/roles.yaml"],
    "demo": ["demo/incidents.yaml"],
}
