"""Home has no namespace: the page frame of every room knows it as "home"."""

from django.urls import include, path

from accounts import own_data_views, views

own = [
    path("start/", views.start, name="start"),
    path("profile/", views.profile, name="profile"),
    path("profile/theme/", views.theme, name="theme"),
    path("profile/data/", own_data_views.page, name="own_data"),
    path("profile/data/copy/", own_data_views.ask_copy, name="ask_copy"),
    path("profile/data/copy/<uuid:uuid>/", own_data_views.download, name="own_data_file"),
    path("profile/data/erase/", own_data_views.erase, name="erase"),
    path("profile/data/keep/", own_data_views.keep, name="keep_account"),
    path("hat/", views.hat, name="hat"),
]
urlpatterns = [
    path("", views.home, name="home"),
    path("", include((own, "accounts"))),
]
