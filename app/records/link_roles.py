"""What one record can be to another: each kind of link as it reads from either of its ends."""

from dataclasses import dataclass

from app.sdk.i18n import LazyString, _l, _lp


@dataclass(frozen=True, slots=True)
class Role:
    """What the other record is to this one. A link is stored once, from its source to its target."""

    code: str
    kind: str
    # Whether the record that reads this is the source of the link.
    is_source: bool
    label: LazyString | str
    opposite: str
    # Offered to people; what is not comes from an action of its own: a split, a merge.
    is_offered: bool = True


# In the order in which they are shown. A parent is the target: each child says whose it is.
_ALL = (
    Role("merged_into", "merged", True, _l("Merged into"), "merged_from", is_offered=False),
    Role("parent", "parent", True, _lp("relation", "Parent"), "child"),
    Role("child", "parent", False, _lp("relation", "Children"), "parent"),
    Role("duplicate_of", "duplicate", True, _l("Duplicate of"), "duplicated_by"),
    Role("duplicated_by", "duplicate", False, _lp("relation", "Duplicates"), "duplicate_of"),
    Role("caused_by", "caused_by", True, _l("Caused by"), "causes"),
    Role("causes", "caused_by", False, _lp("relation", "Causes"), "caused_by"),
    Role("blocked_by", "blocks", False, _l("Blocked by"), "blocks"),
    Role("blocks", "blocks", True, _lp("relation", "Blocks"), "blocked_by"),
    Role("related", "related", True, _l("Related to"), "related"),
    Role("split_from", "split", True, _l("Split from"), "split_into", is_offered=False),
    Role("split_into", "split", False, _l("Split into"), "split_from", is_offered=False),
    Role("merged_from", "merged", False, _l("Merged into this one"), "merged_into", is_offered=False),
)
ROLES = {one.code: one for one in _ALL}
OFFERED = tuple(one for one in _ALL if one.is_offered)
# Kinds that lead somewhere: nothing may come back to itself along one of them.
DIRECTED = frozenset({"parent", "duplicate", "caused_by", "blocks"})
PARENT, DUPLICATE, MERGED, SPLIT, RELATED = "parent", "duplicate", "merged", "split", "related"


def role_of(kind: str, *, is_source: bool) -> Role:
    """Return what a link of a kind is at one of its ends; KeyError for a kind that nobody knows."""
    both = [one for one in _ALL if one.kind == kind]
    if not both:
        raise KeyError(kind)
    return next((one for one in both if one.is_source == is_source), both[0])
