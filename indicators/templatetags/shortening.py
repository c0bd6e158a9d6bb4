"""{{ text|shortened:60 }}: the beginning of a long Thai text, never cut between a consonant and its marks."""

from django import template

from indicators.explaining import shortened

register = template.Library()


@register.filter(name="shortened")
def shortened_text(text, most=56):
    return shortened(str(text), most=int(most))
