from django.urls import path, register_converter

from indicators import editor_views, lifecycle_views, views


class TreeVerb:
    regex = "add|duplicate|take|move|drop|kind|remove"
    to_python = to_url = staticmethod(str)


class ExampleDecision:
    regex = "accept|drop"
    to_python = to_url = staticmethod(str)


register_converter(TreeVerb, "tree_verb")
register_converter(ExampleDecision, "example")

urlpatterns = [
    path("", views.frameworks, name="frameworks"),
    path("<int:pk>/", views.framework, name="framework"),
    path("<int:pk>/file", views.framework_file, name="framework_file"),
    path("<int:pk>/workbook", views.framework_workbook, name="framework_workbook"),
    path("<int:pk>/edit/", editor_views.edit_part, name="edit_part"),
    path("<int:pk>/edit/<int:row>/", editor_views.edit_part, name="edit_part"),
    path("<int:pk>/edit/<int:row>/<str:key>/", editor_views.edit_part, name="edit_part"),
    path("<int:pk>/tree/<tree_verb:verb>", editor_views.edit_tree, name="edit_tree"),
    path("<int:pk>/elsewhere/", editor_views.parts_elsewhere, name="parts_elsewhere"),
    path("<int:pk>/elsewhere/<int:row>/", editor_views.parts_elsewhere, name="parts_elsewhere"),
    path("<int:pk>/try/", editor_views.try_draft, name="try_part"),
    path("<int:pk>/try/<int:row>/", editor_views.try_draft, name="try_part"),
    path("<int:pk>/try/<int:row>/<str:key>/", editor_views.try_draft, name="try_part"),
    path(
        "<int:pk>/examples/<int:number>/<example:decision>",
        editor_views.settle_example,
        name="settle_example",
    ),
    path("new", lifecycle_views.begin_framework, name="begin_framework"),
    path("upload", lifecycle_views.upload_framework, name="upload_framework"),
    path("<int:pk>/next-year", lifecycle_views.begin_next_year, name="begin_next_year"),
    path("<int:pk>/new-version", lifecycle_views.begin_version, name="begin_version"),
    path("<int:pk>/publish", lifecycle_views.publish_framework, name="publish_framework"),
    path("<int:pk>/discard", lifecycle_views.discard_framework, name="discard_framework"),
    path("<int:pk>/since/<int:other>/", views.framework_differences, name="framework_differences"),
    path("<int:pk>/undo", editor_views.undo_edit, name="undo_edit"),
]
