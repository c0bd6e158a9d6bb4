"""The admin is for accounts and offices. Nothing that was sent or published is reachable from it."""

from django.contrib import admin

from scorecards.models import Agency, Membership, Ministry, Round


@admin.register(Ministry)
class MinistryAdmin(admin.ModelAdmin):
    list_display = ["name_th", "name_en", "code"]


class MembershipInline(admin.TabularInline):
    """Members are looked at here; they come, change and go at /people/, where it is recorded."""

    model = Membership
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Agency)
class AgencyAdmin(admin.ModelAdmin):
    list_display = ["name_th", "kind", "ministry"]
    list_filter = ["kind", "ministry"]
    search_fields = ["name_th", "name_en", "code"]
    inlines = [MembershipInline]


@admin.register(Round)
class RoundAdmin(admin.ModelAdmin):
    """Rounds are looked at here; they are set at /frameworks/years/, where a change has its reason and is recorded."""

    list_display = ["year", "months", "opens_at", "closes_at", "review_closes_at"]

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
