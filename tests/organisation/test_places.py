"""Companies, departments and sites: trees without loops, each within its company."""

import pytest

from app.organisation.services import company_service, department_service, site_service
from app.sdk.actor import SYSTEM
from app.sdk.errors import InvalidField
from tests.support.people import make_company


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_nothing_belongs_to_itself(unit, depth):
    chain = [make_company()]
    for _ in range(depth - 1):
        chain.append(make_company(parent=chain[-1]))
    with pytest.raises(InvalidField) as refused:
        company_service.update(SYSTEM, chain[0].id, {"parent": chain[-1]})
    assert (set(refused.value.fields), chain[0].parent_id) == ({"parent"}, None)


@pytest.mark.parametrize("service", [department_service, site_service])
def test_a_place_belongs_to_one_of_the_same_company(unit, service):
    here, there = make_company(), make_company()
    above = service.create(SYSTEM, {"name": "Above", "company": here})
    assert service.create(SYSTEM, {"name": "Below", "company": here, "parent": above}).parent_id == above.id
    with pytest.raises(InvalidField) as refused:
        service.create(SYSTEM, {"name": "Astray", "company": there, "parent": above})
    assert set(refused.value.fields) == {"parent"}


def test_the_kind_of_a_company_is_one_of_four(unit):
    assert make_company(kind="supplier").kind == "supplier"
    with pytest.raises(InvalidField) as refused:
        make_company(kind="friend")
    assert set(refused.value.fields) == {"kind"}
