from django.urls import path

from workers import calendar_views, evidence_views, vendor_views, views

app_name = "workers"
urlpatterns = [
    path("profile/work/", views.profile, name="profile"),
    path("profile/hours/", views.hours, name="hours"),
    path("profile/time-off/", calendar_views.time_off, name="time_off"),
    path(
        "profile/time-off/<int:time_off_id>/remove/", calendar_views.remove_time_off, name="remove_time_off"
    ),
    path("profile/calendar/", calendar_views.feed, name="feed"),
    path("profile/calendar/close/", calendar_views.revoke_feed, name="revoke_feed"),
    path("profile/evidence/", evidence_views.evidence, name="evidence"),
    path("profile/evidence/add/", evidence_views.add, name="add_evidence"),
    path("profile/evidence/<int:evidence_id>/", evidence_views.one, name="evidence_one"),
    path("profile/evidence/<int:evidence_id>/show/", evidence_views.show, name="show_evidence"),
    path("profile/evidence/<int:evidence_id>/remove/", evidence_views.remove, name="remove_evidence"),
    path("files/evidence/<uuid:uuid>/", evidence_views.file, name="evidence_file"),
    path("vendor/", vendor_views.vendor, name="vendor"),
    path("vendor/new/", vendor_views.found, name="found_vendor"),
    path("vendor/edit/", vendor_views.edit, name="edit_vendor"),
    path("vendor/leave/", vendor_views.leave, name="leave_vendor"),
    path("vendor/people/<int:place_id>/accept/", vendor_views.accept, name="accept_vendor"),
    path("vendor/people/<int:place_id>/decline/", vendor_views.decline, name="decline_vendor"),
    path("vendor/people/<int:place_id>/remove/", vendor_views.remove, name="remove_employee"),
    path("vendor/people/<int:place_id>/<slug:role>/", vendor_views.set_role, name="vendor_role"),
    path("start/worker/", views.become, name="become"),
]
