from django.urls import path

from workers import evidence_views, views

app_name = "workers"
urlpatterns = [
    path("profile/work/", views.profile, name="profile"),
    path("profile/hours/", views.hours, name="hours"),
    path("profile/evidence/", evidence_views.evidence, name="evidence"),
    path("profile/evidence/add/", evidence_views.add, name="add_evidence"),
    path("profile/evidence/<int:evidence_id>/", evidence_views.one, name="evidence_one"),
    path("profile/evidence/<int:evidence_id>/show/", evidence_views.show, name="show_evidence"),
    path("profile/evidence/<int:evidence_id>/remove/", evidence_views.remove, name="remove_evidence"),
    path("files/evidence/<uuid:uuid>/", evidence_views.file, name="evidence_file"),
    path("start/worker/", views.become, name="become"),
]
