"""The admin is for accounts, offices and dates. Nothing that was sent or published is reachable from it."""

from django.contrib import admin

from scorecards.models import Agency, Membership, Ministry, Round


@admin.register(Ministry)
class MinistryAdmin(admin.ModelAdmin):
    list_display = ["name_th", "name_en", "code"]


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ["user"]


@admin.register(Agency)
class AgencyAdmin(admin.ModelAdmin):
    list_display = ["name_th", "kind", "ministry"]
    list_filter = ["kind", "ministry"]
    search_fields = ["name_th", "name_en", "code"]
    inlines = [MembershipInline]


@admin.register(Round)
class RoundAdmin(admin.ModelAdmin):
    list_display = ["year", "months", "opens_at", "closes_at", "review_closes_at"]
