"""The page of a record: Flask-AppBuilder's ModelView, whose every change goes through a service.

    class ProblemView(RecordView):
        datamodel = Interface(Problem)
        service = problem_service
        workflow = PROBLEM
        class_permission_name = "problem"
        route_base = "/problem/problems"
        list_columns = ["number", "title", "state", "assignee"]
        search_columns = ["number", "title", "state", "assignee"]
        add_columns = ["title", "assignee"]
        panels = [FieldsPanel("title", "state"), TimelinePanel(), Slot("problem.side")]

A service's refusal stays on the form, beside its fields, with what was typed; anything else bubbles to the one
handler in `app.web.request`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from flask import flash, redirect, request
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_appbuilder.urltools import get_order_args
from flask_appbuilder.views import ModelView

from app.db import Record, field_rights, rights, session
from app.organisation.permissions import PERSON_READ
from app.records.settings import setting
from app.sdk.actor import Actor, current_actor
from app.sdk.errors import BusinessError
from app.sdk.i18n import _, _l
from app.web import labels, slots
from app.web.bulk import BulkAction
from app.web.bulk_routes import BulkRoutes
from app.web.choices import OffersChoices
from app.web.custom_forms import fieldsets, with_custom
from app.web.custom_labels import CustomLabels
from app.web.custom_shown import groups as custom_groups
from app.web.deleting import Deleting
from app.web.editing import Editing
from app.web.forms import (
    RecordFormConverter,
    field_values,
    mark_required,
    missing_fields,
    point_to_options,
    prefill,
    put_errors,
    tell_required,
)
from app.web.inline import InlineRoutes
from app.web.list_modes import TABLE, ListMode, mode_of, modes_of
from app.web.list_routes import ListRoutes
from app.web.list_views import ShippedFilter, list_views, opening
from app.web.list_widgets import DeskSearchWidget, Unshown
from app.web.moving import MovingRoutes
from app.web.record_page import shown_details
from app.web.record_routes import RecordRoutes
from app.web.searching import Searching
from app.web.shared import LazyLabels, OwnFilters, RecordDoor

MAX_PAGE_SIZE = 200


class RecordView(OffersChoices, Searching, Editing, Deleting, ListRoutes, BulkRoutes, MovingRoutes, InlineRoutes,
                 RecordRoutes, RecordDoor, OwnFilters, LazyLabels, ModelView):  # type: ignore[misc]
    """Base of every list, form and record page."""

    label: Any = ""
    label_plural: Any = ""
    panels: Sequence[Any] = ()
    # A field of the form that names a person, whose card stands beside the form.
    card_field: str = ""
    # Other ways to see the list than as a table.
    list_modes: Sequence[ListMode] = ()
    # What the list offers for picked rows beside steps, tags, watching and deleting.
    bulk_actions: Sequence[BulkAction] = ()
    # Filters that the page ships, shown as tabs.
    shipped_filters: Sequence[ShippedFilter] = ()
    # Columns that files hold otherwise than pages show them: {column: value -> plain value}.
    taken_away: ClassVar[Mapping[str, Any]] = {}
    # The command palette finds these records.
    in_palette: bool = False
    exclude_route_methods: ClassVar[set[str]] = {"download", "action", "action_post"}
    search_widget = DeskSearchWidget
    list_template = "desk/list.html"
    show_template = "desk/record.html"
    add_template = "desk/form.html"
    edit_template = "desk/form.html"

    def __init__(self, **kwargs: Any) -> None:
        if not self.route_base or not self.class_permission_name or not self.search_columns:
            explicit = "route_base, class_permission_name and search_columns"
            raise ValueError(f"{type(self).__name__}: {explicit} are explicit")
        self.step_forms = {}
        self.formatters_columns = {**self.formatters(), **(self.formatters_columns or {})}
        super().__init__(**kwargs)

    # Making --------------------------------------------------------------------------------------------------------

    def _init_titles(self) -> None:
        name = self.label or labels.automatic_label(self.datamodel.obj.__tablename__)
        self.list_title = self.list_title or self.label_plural or name
        self.add_title = self.add_title or _l("New: %(name)s", name=name)
        self.edit_title = self.edit_title or _l("Edit: %(name)s", name=name)
        self.show_title = self.show_title or name
        self.title = self.list_title

    def _init_properties(self) -> None:
        super()._init_properties()
        self.compare_codes(self._possible)
        self.order_columns = [name for name in self.order_columns if self.datamodel.is_sortable(name)]
        shown = [*self.list_columns, *self.optional_columns, *self.show_columns, *self.add_columns, *self.edit_columns,
                 *self.search_columns]
        self._gen_labels_columns(dict.fromkeys([*shown, *self.shown_columns()]))
        self.label_columns = CustomLabels(self, self.label_columns)
        for mode in self.list_modes:
            mode.check(self)

    def _init_forms(self) -> None:
        converter = RecordFormConverter(self.datamodel, self.choices)
        self.search_form = self.search_form or converter.create_form(
            self.label_columns, self.search_columns, extra_fields=self.search_form_extra_fields
        )
        for kind in ("add", "edit"):
            if not getattr(self, f"{kind}_form"):
                form = converter.create_form(
                    self.label_columns, getattr(self, f"{kind}_columns"), self.description_columns,
                    self.validators_columns, getattr(self, f"{kind}_form_extra_fields"),
                )
                setattr(self, f"{kind}_form", form)

    def shown_columns(self) -> list[str]:
        """Return every column that the record page or the edit form shows: what `get` loads relations for."""
        found = [*(self.show_columns or ()), *(self.edit_columns or ())]
        return [*found, *(name for panel in self.panels for name in panel.relations)]

    def option_fields(self) -> set[str]:
        """Return the relations whose options may be asked for: those on a form."""
        asked = [self.field_name(name) for step in (self.workflow.transitions if self.workflow else ())
                 for name in self.asked(step)]
        asked += [name for action in self.bulk_actions for name in getattr(action, "fields", ())]
        return {*self.add_columns, *self.edit_columns, *self.search_columns, *asked}

    # List ----------------------------------------------------------------------------------------------------------

    @expose("/list/")
    @has_access
    @permission_name("list")
    def list(self) -> Any:
        """Show the list; `part=filters` asks for its filter builder alone, which the page fetches when it is opened."""
        if request.args.get("part") == "filters":
            return self._filter_builder()
        opens_with = opening(self)
        if opens_with is not None:
            return redirect(opens_with)
        mode = mode_of(self, request.args.get("as", ""))
        data: dict[str, Any] = {}
        if mode is TABLE:
            widgets, template = self._list(), self.list_template
        else:
            filters = self._asked_filters()
            data, template = mode.load(self, filters.get_joined_filters(self._base_filters)), mode.template
            widgets = self._searching({"list": Unshown(filters=filters, count=data.get("count"),
                                                       modelview_name=type(self).__name__)})
        return self.render_template(template, title=self.list_title, widgets=widgets, view=self, mode=mode,
                                    modes=modes_of(self), mode_data=data, views=list_views(self),
                                    may_add=current_actor().can(f"{self.class_permission_name}.write"))

    def _list(self, **kwargs: Any) -> dict[str, Any]:
        name = type(self).__name__
        order_column, order_direction = get_order_args().get(name, self.base_order or ("", ""))
        filters = self._asked_filters()
        usual = self.rows_a_page()
        size = min(self._number(f"psize_{name}", usual), MAX_PAGE_SIZE) or usual
        widgets = self._get_list_widget(
            filters=filters, order_column=order_column, order_direction=order_direction,
            page=self._number(f"page_{name}", 0), page_size=size, **kwargs,
        )
        return self._searching(widgets)

    def rows_a_page(self) -> int:
        """Return how many rows a page has where nobody says so: what the view says, else the setting."""
        return self.page_size if self.page_size != ModelView.page_size else int(setting("web.page_size"))

    @staticmethod
    def _number(argument: str, default: int) -> int:
        raw = request.args.get(argument, "")
        return int(raw) if raw.isdecimal() and len(raw) < 10 else default

    def _get_list_widget(self, filters: Any, actions: Any = None, order_column: str = "", order_direction: str = "",
                         page: int | None = None, page_size: int | None = None, widgets: Any = None,
                         **kwargs: Any) -> dict[str, Any]:
        widgets, page_size = widgets or {}, page_size or self.page_size
        columns = self.columns_shown()
        found = self.datamodel.page(
            filters.get_joined_filters(self._base_filters), (order_column, order_direction), page or 0, page_size,
            columns, self.place_asked, self.base_order or ("", ""),
        )
        rows = found.rows
        widgets["list"] = self.list_widget(
            label_columns=self.label_columns, include_columns=columns,
            value_columns=list(self.datamodel.get_values(rows, columns)), order_columns=self.sortable_now(found),
            formatters_columns=self.formatters_columns, page=page or 0, page_size=page_size, count=found.count,
            pks=[row.id for row in rows], items=rows, view=self, actions=actions or self.actions, filters=filters,
            modelview_name=type(self).__name__, steps=self.steps_to(found), **kwargs,
        )
        return widgets

    # Show ----------------------------------------------------------------------------------------------------------

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    @permission_name("show")
    def show(self, pk: Any) -> Any:
        """Show the record page."""
        item, actor = self.one(pk), current_actor()
        widgets = shown_details(self._get_show_widget(item.id, item), self.datamodel.obj)
        opened = request.args.get("tab")
        panels = [shown for panel in self.panels for shown in panel.shown(self, item, actor, opened)]
        may_write = actor.can(f"{self.class_permission_name}.write") and self.permits(item, "write")
        return self.render_template(
            self.show_template, pk=item.id, title=self.show_title, widgets=widgets, view=self, item=item, form=None,
            transitions=self.steps(item, actor) if self.permits(item, "write") else [], panels=panels, related_views=[],
            may_edit=may_write and "*" not in self.locked_fields(item),
            may_delete=self.may_delete(actor) and self.permits(item, "delete"), action_base=self.url_base(item.id),
            chips=slots.loaded("record.chips", actor, item),
            custom_groups=custom_groups(item, actor), more_actions=self.more_actions(item, actor),
            banners=self.banners(item, actor),
        )

    def more_actions(self, item: Any, actor: Actor) -> Sequence[dict[str, str]]:
        """Return what the menu of a record offers beside its steps: address, label, icon; each opens a dialog."""
        return ()

    def banners(self, item: Any, actor: Actor) -> Sequence[tuple[str, dict[str, Any]]]:
        """Return what stands above a record's page: (template, its data)."""
        return ()

    # Forms ---------------------------------------------------------------------------------------------------------

    @expose("/add", methods=["GET", "POST"])
    @has_access
    @permission_name("add")
    def add(self) -> Any:
        """Show the form of a new record, or create it."""
        form = with_custom(self.add_form, self).refresh()
        self.take_out(form, field_rights.locked(self.datamodel.obj, form._fields))
        point_to_options(form, self)
        mark_required(missing_fields(form, self.service, {}))
        if request.method == "GET":
            self._prefill(form)
            self.fill_new(form)
        elif not form.validate():
            tell_required(missing_fields(form, self.service, field_values(form, self.add_columns)))
        else:
            values = self.typed(form, self.add_columns)
            made = self._attempt(form, self.service.create, current_actor(), values)
            if made is not None:
                flash(_("Saved: %(record)s", record=labels.text_of(made)), "success")
                return redirect(self.url_of(made.id))
        widgets = self._get_add_widget(form=form)
        return self._form_page(self.add_template, self.add_title, widgets, form, None)

    def _attempt(self, form: Any, method: Any, *args: Any) -> Any:
        # The record, or None where the service refused and the form shows why.
        try:
            return self.call_service(method, *args)
        except BusinessError as error:
            if error.http_status not in (409, 422):
                raise
            self.show_refusal(form, error)
            return None

    @staticmethod
    def show_refusal(form: Any, error: BusinessError) -> None:
        """Put a refusal on the form: beside its fields, and above the form what belongs to none."""
        left = put_errors(form, error.fields)
        form.form_errors = [*form.form_errors, *(left if error.fields else [error.message])]

    def _form_page(self, template: str, title: Any, widgets: Any, form: Any, item: Any, **more: Any) -> Any:
        back = self.url_of(item.id) if item else f"{self.route_base}/list/"
        names, sets = (self.edit_columns, self.edit_fieldsets) if item else (self.add_columns, self.add_fieldsets)
        card_field = self.card_field if current_actor().can(PERSON_READ) else ""
        body = self.render_template(template, title=title, widgets=widgets, view=self, item=item, form=form,
                                    related_views=[], back_url=back, card_field=card_field, names=names,
                                    fieldsets=fieldsets(form, self, names, sets), **more)
        return body, 422 if request.method == "POST" else 200

    def fill_new(self, form: Any) -> None:
        """Fill fields of the form of a new record with what most will want; a subclass does so."""

    def fill(self, form: Any, item: Any) -> None:
        """Fill fields of the edit form that are no columns of the record; a subclass does so."""

    def _prefill(self, form: Any) -> None:
        # ?_flt_0_company=5 or ?company=5 fills a field of a new form.
        asked = {name: request.args.get(f"_flt_0_{name}", request.args.get(name)) for name in self.add_columns}
        prefill(form, {name: raw for name, raw in asked.items() if raw is not None})

    @staticmethod
    def permits(item: Any, operation: str) -> bool:
        """Say whether the data rules let the reader do something with a record: read, write or delete."""
        return not isinstance(item, Record) or rights.permits(session(), item, operation)

    # Flask-AppBuilder's own ways of writing are shut.

    def _add(self) -> Any:
        raise NotImplementedError

    def _edit(self, pk: Any) -> Any:
        raise NotImplementedError

    def _delete(self, pk: Any) -> Any:
        raise NotImplementedError
