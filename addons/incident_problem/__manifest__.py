{
    "name": "incident_problem",
    "label": "Incidents and problems",
    "summary": "Problems made from incidents, and workarounds told to every incident that they help",
    "description": (
        "Ties incidents and problems together wherever both are in use: a tab and a column of problems on "
        "incidents, a problem made from several incidents at once, known errors shown while an incident is "
        "being logged, and each workaround told once to every open incident that it helps. It comes and goes "
        "by itself with the two."
    ),
    "version": "1.0.0",
    "category": "service_operation",
    "sequence": 40,
    "depends": ["ticket", "incident", "problem"],
    "auto_install": True,
    "icon": "link",
    "data": [],
    "demo": [],
}
