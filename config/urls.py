"""Includes only: each room's urls.py holds its full paths."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from config import entrance_admin, health, metrics

# Administration has no sign-in of its own: the portal's, with its second factor and its limits, is the only door.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.enable_nav_sidebar = False
entrance_admin.replace_pages()

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.page, name="metrics"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("common.urls")),
    path("", include("accounts.urls")),
    path("", include("notifications.urls")),
    path("", include("workers.urls")),
    path("", include("clients.urls")),
    path("", include("assignments.urls")),
    path("", include("payments.urls")),
]

handler400 = "common.views.handler400"
handler403 = "common.views.handler403"
handler404 = "common.views.handler404"
handler429 = "common.views.handler429"
handler500 = "common.views.handler500"
