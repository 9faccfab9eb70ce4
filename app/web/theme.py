"""The look: what every template may call, and the files it links to."""

from flask import Flask, Response, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from app.records.permissions import LIST_SHARE
from app.sdk.actor import current_actor
from app.sdk.i18n import bilingual, language, listed
from app.security import view_as
from app.web import (
    cells,
    charts,
    chrome,
    controls,
    filter_builder,
    graph,
    list_page,
    moments,
    record_page,
    row_cells,
    settings,
    top_actions,
    words,
)
from app.web.happened import happened
from app.web.icons import icon
from app.web.rich import rich
from app.web.said import said
from app.web.static_files import init_static, static_url


def csrf_field() -> Markup:
    """Return the hidden field that proves a form is ours."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def init_theme(app: Flask) -> None:
    """Give templates their helpers and serve the interface's files. No helper runs a query of its own accord."""
    init_static(app)
    app.jinja_env.globals.update(
        static_url=static_url, icon=icon, desk_name=settings.desk_name, logo_text=settings.logo_text,
        viewing_as=view_as.present, csrf_field=csrf_field, language=language, navigation=chrome.navigation,
        creations=chrome.creations, top_actions=top_actions.top_actions,
        first_creation=chrome.first_creation, jumps=chrome.jumps, crumbs=chrome.crumbs, languages=chrome.languages,
        theme_choice=chrome.theme_choice,
        is_fragment=chrome.is_fragment, is_known=chrome.is_known, reader_name=chrome.reader_name, desk=chrome.builder,
        url_with=list_page.url_with, sort_url=list_page.sort_url, sorted_by=list_page.sorted_by,
        count_text=list_page.count_text, total_text=list_page.total_text, page_numbers=list_page.page_numbers,
        page_sizes=list_page.SIZES, headings=list_page.headings, filter_columns=filter_builder.filter_columns,
        filter_conditions=filter_builder.conditions, filter_periods=filter_builder.periods,
        filter_dates=filter_builder.dates_example, filter_parts=filter_builder.parts,
        cleared_url=list_page.cleared_url, url_less=list_page.url_less, is_of_filters=list_page.is_of_filters,
        may_share_lists=lambda: current_actor().can(LIST_SHARE),
        row_cells=row_cells.row_cells,
        control=controls.control, badge=cells.badge, state_badge=cells.state_badge, avatar=cells.avatar,
        greeting=record_page.greeting, side_groups=record_page.side_groups, state_bar=record_page.state_bar,
        arrange=record_page.arrange, explain_url=record_page.explain_url, lane=record_page.lane,
        tab_icon=record_page.tab_icon,
        ordered_steps=record_page.ordered_steps, chart_box=charts.chart_box, graph_number=graph.graph_number,
    )
    app.jinja_env.filters.update(
        moment=moments.moment, duration=moments.duration, cell=cells.cell, prose=rich, said=said, happened=happened,
        bilingual=bilingual, listed=listed, initials=cells.initials, colour=cells.colour, actor=words.actor_text,
        cause=words.cause_text, unit=words.unit_text,
    )
    app.jinja_env.tests.update(
        check_field=controls.is_check, hidden_field=controls.is_hidden, wide_field=controls.is_wide,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.after_request(_vary)


def _vary(response: Response) -> Response:
    # A page and its fragment have the same address.
    if request.headers.get("HX-Request"):
        response.vary.add("HX-Request")
    return response

