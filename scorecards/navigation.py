"""What every page's head needs: who the person is."""


def navigation(request):
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    memberships = list(user.memberships.select_related("agency"))
    return {"memberships": memberships, "roles": {membership.role for membership in memberships}}
