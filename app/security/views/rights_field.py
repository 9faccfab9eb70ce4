"""What a role allows, as a form shows it: boxes by module and subject instead of one list of hundreds."""

from collections.abc import Iterable
from typing import Any

from flask import render_template
from markupsafe import Markup
from wtforms import SelectMultipleField

from app.addon_system.registry import current_registry
from app.sdk.actor import current_actor
from app.security import matrix


class RightsWidget:
    """Modules to fold, in each a box for every right."""

    multiple = True

    def __call__(self, field: "RightsField", **kwargs: Any) -> Markup:
        chosen, actor = frozenset(field.data or ()), current_actor()
        role = matrix.Column(0, "", chosen)
        return Markup(render_template(  # noqa: S704 - the template escapes
            "desk/rights_field.html", field=field, modules=matrix.modules(), role=role, actor_=actor,
            told=kwargs.get("aria-describedby", ""),
        ))


class RightsField(SelectMultipleField):  # type: ignore[misc]
    """The keys of rights."""

    widget = RightsWidget()

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, choices=lambda: sorted((key, key) for key in _keys()), **kwargs)


def with_locked(typed: Iterable[str], held: Iterable[str]) -> list[str]:
    """Return what was ticked, and what the role holds of rights that the actor may not hand out.

    Their boxes are shut, and no browser sends a box that is shut.
    """
    actor = current_actor()
    shut = {key for key in held if matrix.is_administrative(key) and not actor.can(key)}
    return sorted({*typed, *shut})


def _keys() -> list[str]:
    return list(current_registry().permissions)
