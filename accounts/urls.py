"""Home has no namespace: the page frame of every room knows it as "home"."""

from django.urls import include, path

from accounts import views

own = [
    path("start/", views.start, name="start"),
    path("profile/", views.profile, name="profile"),
    path("profile/theme/", views.theme, name="theme"),
    path("hat/", views.hat, name="hat"),
]
urlpatterns = [
    path("", views.home, name="home"),
    path("", include((own, "accounts"))),
]
