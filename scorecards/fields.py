"""What is checked of a row before it is written."""

from django.db.models import Model


def check_fields(row: Model) -> None:
    """The fields' own rules (choices, lengths); raises ValidationError. Foreign keys, uniqueness and constraints are
    left to the database, which checks them anyway: full_clean() would ask it once more for each of them."""
    row.clean_fields(exclude={field.name for field in row._meta.fields if field.is_relation})
