"""What the pages of signing in ask."""

from django import template

from scorecards.accounts import second_factor, signing_in

register = template.Library()


@register.simple_tag(takes_context=True)
def lacks_second_factor(context) -> bool:
    """Whether the person must set up a second factor before anything else."""
    return second_factor.lacks_second_factor(context["request"])


@register.simple_tag(takes_context=True)
def interrupted(context) -> bool:
    """Whether the person was on the way to somewhere when signing in came between."""
    request = context["request"]
    return request.user.is_authenticated and signing_in.interrupted(request, request.user) is not None


@register.filter
def without_placeholders(form):
    """allauth's form without its placeholders, which say what the labels say."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
    return form
