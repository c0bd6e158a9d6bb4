"""The thread of an indicator through the years: which rows it was in the forms that this one follows."""

from collections.abc import Iterable

from django.db.models import QuerySet

from indicators.models import Framework, Indicator

MOST_GENERATIONS = 12


def threads_of(framework: Framework, rows: Iterable[Indicator] | None = None) -> dict[str, list[int]]:
    """{indicator code: rows of the same indicator}, this form's first, then those of the forms before it (`based_on`,
    with the codes that changed) and of the year's form that it tailors; of all indicators, or of these `rows`. One
    query a generation."""
    found = {row.code: [row.pk] for row in (_indicators(framework) if rows is None else rows)}
    names = {code: code for code in found}  # code here → code in the form that is looked at
    form = framework
    for _generation in range(MOST_GENERATIONS):
        before = form.variant_of or form.based_on
        if before is None:
            break
        if not form.variant_of_id:
            codes = (form.head.get("continues") or {}).get("codes") or ()
            renamed = {one["new"]: one["old"] for one in codes}
            names = {code: renamed.get(name, name) for code, name in names.items()}
        form = before
        there = {row.code: row.pk for row in _indicators(form)}
        for code, name in names.items():
            if name in there:
                found[code].append(there[name])
    return found


def _indicators(form: Framework) -> QuerySet[Indicator]:
    return Indicator.objects.filter(framework=form, kind=Indicator.Kind.INDICATOR).only("pk", "code")
