{
    "name": "problem",
    "label": "Problem management",
    "summary": "Find the causes of incidents, tell everybody of workarounds, and remove the causes for good",
    "version": "1.0.0",
    "category": "service_operation",
    "sequence": 30,
    "depends": ["ticket"],
    "auto_install": False,
    "icon": "bug",
    "data": ["data/picklists.yaml", "data/numbers.yaml", "data/roles.yaml"],
    "demo": ["demo/problems.yaml"],
}
