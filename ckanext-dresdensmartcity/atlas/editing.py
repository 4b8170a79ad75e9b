"""What only editors do in the atlas: whether somebody is one, and that a form comes from this portal."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask_wtf.csrf import validate_csrf
from wtforms.validators import ValidationError

from .entries import ACTOR

_ = tk._


def user() -> str:
    """Name of who is signed in; empty for nobody."""
    return str(tk.current_user.name or "")


def is_editor() -> bool:
    """Whether the visitor may enter actors."""
    if not user():
        return False
    try:
        tk.check_access("package_create", {"user": user()}, {"type": ACTOR})
    except tk.NotAuthorized:
        return False
    return True


def need_editor() -> None:
    """Leads visitors to the sign-in, and refuses those who may not enter entries."""
    if is_editor():
        return
    if user():
        tk.abort(403, _("Only editors of an organisation may do this."))
    tk.abort(401, _("Sign in as an editor of an organisation first."))


def need_own_form() -> None:
    """Refuses a form that does not come from this portal (CSRF); CKAN does not look at the forms of extensions."""
    if not tk.config.get("WTF_CSRF_ENABLED", True):
        return
    try:
        validate_csrf(tk.request.form.get(tk.config["WTF_CSRF_FIELD_NAME"]))
    except ValidationError:
        tk.abort(400, _("The form is too old, or does not come from this portal: open the page again."))
