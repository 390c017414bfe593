from django.urls import path

from common import device, views

urlpatterns = [
    path("styleguide/", views.styleguide, name="styleguide"),
    path("sw.js", device.service_worker, name="service_worker"),
    path("manifest.webmanifest", device.manifest, name="manifest"),
    path("offline/", device.offline, name="offline"),
]
