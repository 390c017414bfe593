from django.urls import path

from workers import views

app_name = "workers"
urlpatterns = [
    path("profile/work/", views.profile, name="profile"),
    path("profile/hours/", views.hours, name="hours"),
    path("start/worker/", views.become, name="become"),
]
