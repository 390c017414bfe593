from django.urls import path

from clients.views import blocks, book, company, invite, people, team

app_name = "clients"
urlpatterns = [
    path("start/company/", company.create, name="create"),
    path("company/", company.settings, name="company"),
    path("company/history/", company.history, name="history"),
    path("companies/<int:client_id>/", company.card, name="card"),
    path("company/blocks/", blocks.blocks, name="blocks"),
    path("companies/<int:client_id>/block/", blocks.block_client, name="block_client"),
    path("companies/<int:client_id>/unblock/", blocks.unblock_client, name="unblock_client"),
    path("companies/<int:client_id>/give_consent/", people.give, name="give_consent"),
    path("companies/<int:client_id>/withdraw_consent/", people.withdraw, name="withdraw_consent"),
    path("team/", team.team, name="team"),
    path("team/<int:member_id>/", team.edit, name="member"),
    path("team/<int:member_id>/deactivate/", team.deactivate, name="deactivate_member"),
    path("team/invites/<int:invite_id>/withdraw/", team.withdraw, name="withdraw_invite"),
    path("invite/<str:token>/", invite.accept, name="accept_invite"),
    path("customers/", book.customers, name="customers"),
    path("customers/new/", book.customer, name="customer_new"),
    path("customers/<int:customer_id>/", book.customer, name="customer"),
    path("customers/<int:customer_id>/projects/new/", book.project, name="project_new"),
    path("customers/<int:customer_id>/projects/<int:project_id>/", book.project, name="project"),
    path("locations/", book.locations, name="locations"),
    path("locations/new/", book.location, name="location_new"),
    path("locations/<int:location_id>/", book.location, name="location"),
    path("workers/", people.workers, name="workers"),
    path("workers/<int:worker_id>/", people.worker, name="worker"),
    path("workers/<int:worker_id>/block/", blocks.block_worker, name="block_worker"),
    path("workers/<int:worker_id>/unblock/", blocks.unblock_worker, name="unblock_worker"),
    path("profile/blocks/", blocks.blocked_companies, name="blocked_companies"),
    path("profile/consents/", people.consents, name="consents"),
]
