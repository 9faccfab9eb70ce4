"""marshmallow schemas of REST resources: as Flask-AppBuilder makes them, with relations as ids and nothing else."""

from typing import Any

from flask_appbuilder.api.convert import Model2SchemaConverter, TreeNode
from marshmallow import ValidationError, fields
from marshmallow_sqlalchemy import SQLAlchemyAutoSchema

from app.db import Label
from app.sdk.i18n import LANGUAGES, _, bilingual


class RelatedId(fields.Integer):
    """The id of a related record that the caller may see. An object is refused, for it would become a new row."""

    def __init__(self, datamodel: Any = None, **kwargs: Any) -> None:
        super().__init__(strict=True, **kwargs)
        self.datamodel = datamodel

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else value.id

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int) or not -(2**63) <= value < 2**63:
            raise self.make_error("invalid", input=value)
        if not self.datamodel.by_ids([value]):
            raise self.make_error("unknown", input=value)
        return value

    def make_error(self, key: str, **kwargs: Any) -> Any:
        known = {"invalid": _("Give the id of the related record."), "unknown": _("This record does not exist.")}
        return ValidationError(known[key]) if key in known else super().make_error(key, **kwargs)


class RelatedIds(fields.List):
    """The ids of related records."""


class BilingualText(fields.Raw):
    """A configured text: read in the caller's language with both at hand, written as {"en": …, "zh": …}."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return {**value, "text": bilingual(value)} if isinstance(value, dict) else value

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        is_text = isinstance(value, dict) and value.keys() <= {*LANGUAGES, "text"} and all(
            text is None or isinstance(text, str) for text in value.values())
        if not is_text:
            raise ValidationError(_("Give the text of each language by “en” and “zh”."))
        # What was read holds the text of the reader's language as well.
        return {one: text or "" for one, text in value.items() if one in LANGUAGES}


class RecordSchemaConverter(Model2SchemaConverter):  # type: ignore[misc]
    """Makes schemas that load plain values for a service, never an instance, and that may name raw foreign keys."""

    def _meta_schema_factory(self, columns: list[str], model: Any, class_mixin: Any,
                             parent_schema_name: str | None = None) -> Any:
        _model, _columns, _name = model, columns, parent_schema_name

        class MetaSchema(SQLAlchemyAutoSchema, class_mixin):  # type: ignore[misc, valid-type]
            class Meta:
                model = _model
                load_instance = False
                # Without it marshmallow 4 refuses a schema that names a raw foreign key.
                include_fk = True
                parent_schema_name = _name
                if _columns:
                    fields = tuple(_columns)

        return MetaSchema

    def _column2relation(self, datamodel: Any, column: TreeNode, nested: bool = False,
                         parent_schema_name: str | None = None) -> Any:
        if nested and column.children:
            return super()._column2relation(datamodel, column, nested=True, parent_schema_name=parent_schema_name)
        related = datamodel.get_related_interface(column.name)
        if datamodel.is_relation_many_to_one(column.name) or datamodel.is_relation_one_to_one(column.name):
            is_optional = datamodel.is_nullable(column.name)
            field: Any = RelatedId(related, required=not is_optional, allow_none=is_optional)
        else:
            field = RelatedIds(RelatedId(related))
        field.unique = False
        return field

    def _column2field(self, datamodel: Any, column: TreeNode, nested: bool = True,
                      parent_schema_name: str | None = None) -> Any:
        found = datamodel.list_columns.get(column.name)
        if found is not None and isinstance(found.type, Label):
            field = BilingualText(required=not found.nullable and found.default is None, allow_none=found.nullable)
            field.unique = False  # type: ignore[attr-defined]
            return field
        field = super()._column2field(datamodel, column, nested, parent_schema_name)
        if isinstance(field, fields.Integer):
            field.strict = True  # 1.5 is no id
        return field
