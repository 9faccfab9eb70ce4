{
    "name": "incident_problem",
    "label": "Incidents and problems",
    "summary": "Problems made from incidents, and workarounds told to every incident that they help",
    "version": "1.0.0",
    "category": "service_operation",
    "sequence": 40,
    "depends": ["ticket", "incident", "problem"],
    "auto_install": True,
    "icon": "link",
    "data": [],
    "demo": [],
}
