{
    "name": "incident",
    "label": "Incident management",
    "summary": "Record, forward, track and close incidents, requests, queries, complaints and change requests",
    "version": "1.0.0",
    "category": "service_operation",
    "sequence": 20,
    "depends": ["ticket"],
    "auto_install": False,
    "installed_by_setup": True,
    "removable": False,
    "data": ["data/picklists.yaml", "data/numbers.yaml", "data/roles.yaml"],
    "demo": [],
}
