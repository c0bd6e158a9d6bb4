"""What a reviewer wants mended: a remark for a criterion or an indicator, for all of it, and a day."""

from django import forms
from django.utils.translation import gettext_lazy as _

from scorecards.answering.forms import ProseField
from scorecards.answering.rubric_lines import rubric_lines
from scorecards.models import Correction
from scorecards.presenting.date_fields import DayField, end_of


class ReturnForm(forms.Form):
    """Fields: `remark`, `due`, `mend.<entry>` for a whole indicator and `mend.<entry>.<criterion>`."""

    remark = ProseField(label=_("Remark on the whole"), rows=2)
    due = DayField(label=_("To be corrected by the end of"))

    def __init__(self, data=None, *, entries, nodes):
        """`nodes`: {indicator code: its rubric's node in the submission}, for the titles in the order of the form."""
        super().__init__(data, label_suffix="")
        self.places = {}
        self.groups = []
        for entry in entries:
            names = [self._add(entry, "", _("The whole indicator"))]
            for line in rubric_lines(entry.indicator.rubric, nodes[entry.indicator.code]):
                if line.depth or not line.is_group:
                    names.append(self._add(entry, line.key, line.title))
            self.groups.append((entry, names))

    def _add(self, entry, key, label) -> str:
        name = f"mend.{entry.pk}.{key}"
        self.fields[name] = ProseField(label=label, rows=1)
        self.places[name] = (entry.indicator, key)
        return name

    def grouped(self) -> list:
        """(entry, its fields, whether something is written in one of them) in the order of the form."""
        found = [(entry, [self[name] for name in names]) for entry, names in self.groups]
        return [(entry, fields, any(field.value() for field in fields)) for entry, fields in found]

    def corrections(self) -> list[Correction]:
        """The remarks, as unsaved rows."""
        said = {name: self.cleaned_data.get(name, "").strip() for name in self.places}
        return [
            Correction(indicator=indicator, criterion_key=key, remark=said[name])
            for name, (indicator, key) in self.places.items()
            if said[name]
        ]

    def due_at(self):
        """The last moment of the day, or None."""
        return end_of(self.cleaned_data["due"]) if self.cleaned_data.get("due") else None
