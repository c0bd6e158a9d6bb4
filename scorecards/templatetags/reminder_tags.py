"""What the person was told and did not tick off yet."""

from django import template

from scorecards.waiting.reminders import sentence, unseen_notices

register = template.Library()
register.filter("sentence", sentence)


@register.inclusion_tag("scorecards/_notices.html", takes_context=True)
def notices(context):
    """The list above the work, for whoever looks at the page."""
    return {"notices": unseen_notices(context["user"]), "csrf_token": context.get("csrf_token")}
