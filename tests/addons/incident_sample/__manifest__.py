{
    "name": "incident_sample",
    "label": "Incidents in notebooks",
    "summary": "A bridge: it follows what it ties together",
    "version": "1.0.0",
    "category": "test",
    "sequence": 910,
    "depends": ["incident", "sample"],
    "auto_install": True,
    "data": [],
    "demo": [],
}
