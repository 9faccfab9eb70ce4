{
    "name": "problem",
    "label": "Problem management",
    "summary": "Find the causes of incidents, tell everybody of workarounds, and remove the causes for good",
    "description": (
        "Repeated incidents have a cause. A problem gathers them, finds the cause step by step, and publishes "
        "a workaround that everybody at the desk reads as a known error until the cause is gone for good. "
        "With causes and their trees, tasks, reviews, and roles for problem managers and analysts."
    ),
    "version": "1.0.0",
    "category": "service_operation",
    "sequence": 30,
    "depends": ["ticket"],
    "auto_install": False,
    "icon": "bug",
    "data": ["data/picklists.yaml", "data/numbers.yaml", "data/roles.yaml"],
    "demo": ["demo/problems.yaml"],
}
