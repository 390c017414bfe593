from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("notifications/", views.notice_list, name="list"),
    path("notifications/read/", views.read_all, name="read_all"),
    path("notifications/preferences/", views.preferences_page, name="preferences"),
    path("notifications/<int:notice_id>/open/", views.open_notice, name="open"),
]
