from django.urls import path

from common import views

urlpatterns = [path("styleguide/", views.styleguide, name="styleguide")]
