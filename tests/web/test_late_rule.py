"""Addresses are built as werkzeug builds them, each rule's functions made when they are first asked for."""

import pytest
from werkzeug.routing import FloatConverter, IntegerConverter, Map, PathConverter, Rule

from app.web.late_rule import LateRule

ODD = "é x/?&=号"


def value_of(converter):
    """Return what may stand where a converter stands."""
    if isinstance(converter, FloatConverter):
        return 1.5
    if isinstance(converter, IntegerConverter):
        return 7
    return ODD if isinstance(converter, PathConverter) else ODD.replace("/", "")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_each_address_is_that_of_werkzeug(app):
    rules = list(app.url_map.iter_rules())
    assert len(rules) > 1000
    for rule in rules:
        assert type(rule) is LateRule
        plain = Rule(rule.rule, endpoint=rule.endpoint, defaults=rule.defaults, methods=rule.methods)
        Map([plain], converters=app.url_map.converters)
        values = {"_page": ODD, "of": [1, 2]}
        values.update((name, value_of(converter)) for name, converter in rule._converters.items())
        for more in (True, False):
            assert rule.build(values, more) == plain.build(values, more)
