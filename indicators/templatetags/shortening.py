"""{{ text|shortened:60 }}: the beginning of a long Thai text, never cut between a consonant and its marks."""

from django import template

from indicators.explaining import shortened

register = template.Library()


@register.filter(name="shortened")
def shortened_text(text, most=56):
    """The text, or its beginning in at most so many characters."""
    return shortened(str(text), most=int(most))
