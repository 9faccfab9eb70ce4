{
    "name": "sample",
    "label": "Sample notebooks",
    "summary": "Notebooks with pages: what the tests of the addon system install and remove",
    "description": "A notebook has pages. <b>Nobody</b> needs one at a service desk.",
    "version": "1.0.0",
    "category": "test",
    "sequence": 900,
    "depends": ["ticket"],
    "auto_install": False,
    "data": ["data/notebooks.yaml", "data/roles.yaml"],
    "demo": [],
}
