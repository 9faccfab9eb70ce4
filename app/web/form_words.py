"""What WTForms says of a wrong value, in the reader's language: by our catalogue, which has all it may say."""

from typing import Any

from flask_appbuilder.forms import DynamicForm
from flask_babel import get_translations


class _Words:
    """The translations of a form."""

    @staticmethod
    def gettext(text: str) -> str:
        return str(get_translations().ugettext(text))

    @staticmethod
    def ngettext(singular: str, plural: str, number: int) -> str:
        return str(get_translations().ungettext(singular, plural, number))


class DeskForm(DynamicForm):  # type: ignore[misc]
    """Base of every form."""

    class Meta:
        """Read by WTForms, before Flask-WTF's own."""

        def get_translations(self, form: Any) -> type[_Words]:
            return _Words

    @classmethod
    def refresh(cls, obj: Any = None, **given: Any) -> Any:
        """Return a form of a record; `formdata=None` fills it from the record whatever the request holds."""
        return cls(obj=obj, **given)
