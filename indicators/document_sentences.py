"""The problems of a framework file in words that an official understands, in the reader's language."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from indicators.scoring import Problem

SENTENCES = {
    "too_large": _("The file has %(found)s bytes; at most %(most)s are read."),
    "not_utf8": _("Line %(line)s is not UTF-8 text. Save the file as UTF-8."),
    "not_yaml": _("The file cannot be read as YAML: see line %(line)s, column %(column)s."),
    "not_json": _("The file cannot be read as JSON: see line %(line)s, column %(column)s."),
    "not_a_framework": _("The file holds no framework: it must begin with fields such as “format”."),
    "several_documents": _("The file holds more than one document. Keep one framework in one file."),
    "anchor": _("Line %(line)s uses an anchor or alias (& or *). Write the text out instead."),
    "tag": _("Line %(line)s uses a tag (!). Tags are not allowed."),
    "key_not_text": _("The name of the field on line %(line)s is not a plain word."),
    "duplicate_key": _("The field “%(key)s” stands twice in the same place. Keep one of them."),
    "too_deep": _("The document is nested more than %(most)s levels deep."),
    "bad_character": _("The text holds a character that cannot be kept (%(character)s). Type it again."),
    "wrong_type": _("This must be %(expected)s."),
    "not_one_of": _("“%(found)s” is not possible here. Possible: %(allowed)s."),
    "not_a_number": _("“%(found)s” is not a number. Write digits with a point, for example 0.50."),
    "bad_form": _("“%(found)s” is not written in the form that is needed here."),
    "too_few_text": _("There must be a text here."),
    "too_many_text": _("The text has %(found)s characters; at most %(most)s are possible."),
    "too_few_items": _("At least %(least)s must be given here."),
    "too_many_items": _("There are %(found)s; at most %(most)s are possible."),
    "out_of_range": _("%(found)s is out of range: from %(least)s to %(most)s."),
    "repeated": _("“%(found)s” stands here twice."),
    "missing_field": _("The field “%(field)s” is missing."),
    "unknown_field": _("There is no field “%(field)s” here. Check the spelling."),
    "does_not_belong": _("The field “%(field)s” does not belong here: it goes with another kind."),
}
TYPES = {
    "text": _("a text, or a text in “th” and “en”"),
    "object": _("a group of fields"),
    "array": _("a list"),
    "string": _("a text"),
    "boolean": _("true or false"),
    "integer": _("a whole number"),
}


def describe_document_problem(problem: Problem) -> str:
    """The sentence for a problem of reading or of structure, with its place in front; '' for a code of another part."""
    if problem.code not in SENTENCES:
        return ""
    facts = dict(problem.facts)
    if "expected" in facts:
        facts["expected"] = str(TYPES[facts["expected"]])
    sentence = str(SENTENCES[problem.code]) % facts
    if not problem.place:
        return sentence
    return gettext("%(place)s: %(sentence)s") % {"place": problem.place, "sentence": sentence}
