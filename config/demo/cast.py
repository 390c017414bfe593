"""Who is in the demo. Names and places are invented or public facts; every address ends in onsite.example."""

from dataclasses import dataclass, field
from datetime import datetime

from allauth.account.models import EmailAddress

from accounts.models import User
from clients.models import Client, Customer, DirectConsent, Location, Member, Project
from clients.roles import Role
from common import clock
from common.money import Money
from ledger.reserve import grant_terms
from payments.actions import depositing
from workers.models import Availability, Skill, Worker

PASSWORD = "onsite-demo"  # noqa: S105 (said on the start page of the demo, never used elsewhere)
TERMS_LIMIT = Money(2_000_000, "USD")


@dataclass(frozen=True, slots=True)
class Place:
    city: str
    region: str
    postcode: str
    lat: float
    lon: float
    zone: str


COLUMBUS = Place("Columbus", "OH", "43215", 39.966, -83.004, "America/New_York")
DAYTON = Place("Dayton", "OH", "45402", 39.759, -84.192, "America/New_York")
CINCINNATI = Place("Cincinnati", "OH", "45202", 39.107, -84.504, "America/New_York")
CLEVELAND = Place("Cleveland", "OH", "44114", 41.506, -81.691, "America/New_York")
INDIANAPOLIS = Place("Indianapolis", "IN", "46204", 39.771, -86.157, "America/Indiana/Indianapolis")
PITTSBURGH = Place("Pittsburgh", "PA", "15222", 40.447, -79.994, "America/New_York")
DETROIT = Place("Detroit", "MI", "48226", 42.332, -83.048, "America/Detroit")
CHICAGO = Place("Chicago", "IL", "60601", 41.886, -87.623, "America/Chicago")
DENVER = Place("Denver", "CO", "80202", 39.752, -104.999, "America/Denver")
MIAMI = Place("Miami", "FL", "33130", 25.767, -80.205, "America/New_York")
SEATTLE = Place("Seattle", "WA", "98101", 47.611, -122.334, "America/Los_Angeles")
PLACES = (
    COLUMBUS,
    DAYTON,
    CINCINNATI,
    CLEVELAND,
    INDIANAPOLIS,
    PITTSBURGH,
    DETROIT,
    CHICAGO,
    DENVER,
    MIAMI,
    SEATTLE,
)

WORKERS: tuple[tuple[str, str, Place, tuple[str, ...]], ...] = (
    ("worker", "Dana Ruiz", COLUMBUS, ("cabling", "networking", "point of sale")),
    ("worker2", "Marcus Obi", COLUMBUS, ("networking", "wireless", "rack")),
    ("tomasz", "Tomasz Kowal", DAYTON, ("printers", "cabling")),
    ("aisha", "Aisha Bello", CINCINNATI, ("point of sale", "signage")),
    ("leo", "Leo Lindqvist", CLEVELAND, ("cameras", "cabling")),
    ("mei", "Mei Tanaka", INDIANAPOLIS, ("wireless", "survey")),
    ("omar", "Omar Haddad", PITTSBURGH, ("printers", "point of sale")),
    ("grace", "Grace O'Connor", DETROIT, ("kiosks", "signage")),
    ("ivan", "Ivan Petrov", CHICAGO, ("rack", "networking")),
    ("sofia", "Sofia Marino", DENVER, ("cameras", "survey")),
    ("jamal", "Jamal Carter", MIAMI, ("point of sale", "kiosks")),
    ("nora", "Nora Quinn", SEATTLE, ("wireless", "printers")),
)

PEOPLE: dict[str, tuple[tuple[str, str, Role, int | None], ...]] = {
    "Northwind Facilities": (
        ("client", "Priya Nair", Role.ADMINISTRATOR, None),
        ("controller", "Colin Frost", Role.CONTROLLER, None),
        ("sam", "Sam Whitlock", Role.USER, 75_000),
    ),
    "Harbor Retail Group": (
        ("harbor", "Helena Brandt", Role.ADMINISTRATOR, None),
        ("manager", "Mateo Silva", Role.MANAGER, None),
        ("viewer", "Vera Lang", Role.VIEW_ONLY, None),
    ),
}


@dataclass
class Company:
    client: Client
    people: list[User]
    customers: list[Customer] = field(default_factory=list)

    @property
    def boss(self) -> User:
        return self.people[0]


@dataclass
class Cast:
    admin: User
    companies: list[Company]
    workers: list[Worker]

    def worker(self, login: str) -> Worker:
        return next(w for w in self.workers if w.user.email == address(login))


def address(login: str) -> str:
    return f"{login}@onsite.example"


def engage_cast(at: datetime) -> Cast:
    """Make all people and companies, with money in the companies' accounts."""
    admin = _user("admin", "Alex Morgan", "", COLUMBUS.zone, is_staff=True, is_superuser=True)
    companies = [
        _company("Northwind Facilities", 1_800_000, at, admin, auto_pay=False),
        _company("Harbor Retail Group", 130_000, at, admin, auto_pay=True),
    ]
    workers = [_worker(*line) for line in WORKERS]
    cast = Cast(admin, companies, workers)
    for login in ("worker2", "tomasz"):
        DirectConsent.objects.create(client=companies[0].client, worker=cast.worker(login), given_at=at)
    return cast


def _user(login: str, name: str, hat: str, zone: str, **more: bool) -> User:
    user = User.objects.create_user(address(login), PASSWORD, name=name, hat=hat, time_zone=zone, **more)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def _company(name: str, cash_minor: int, at: datetime, admin: User, *, auto_pay: bool) -> Company:
    client = Client.objects.create(
        name=name,
        industry="Retail",
        time_zone=COLUMBUS.zone,
        street="200 Civic Center Drive",
        city=COLUMBUS.city,
        region=COLUMBUS.region,
        postcode=COLUMBUS.postcode,
        fee_bps=1_000,
        default_terms_days=30,
        auto_pay=auto_pay,
        created_at=at,
    )
    people = []
    for login, person, role, limit in PEOPLE[name]:
        user = _user(login, person, "client", COLUMBUS.zone)
        Member.objects.create(client=client, user=user, role=role, max_budget_minor=limit, joined_at=at)
        people.append(user)
    cash = Money(cash_minor, "USD")
    grant_terms(client.pk, TERMS_LIMIT, key=f"demo:terms:{client.pk}", at=at, actor=admin)
    with clock.moved(at):
        depositing.record_deposit(
            client.pk, actor=admin, amount=cash, key=f"demo:deposit:{client.pk}", reference="Bank transfer"
        )
    company = Company(client, people)
    for customer in ("Bluebird Pharmacies", "Orchard Coffee"):
        found = Customer.objects.create(client=client, name=customer)
        Project.objects.create(customer=found, name="Store refresh")
        company.customers.append(found)
    for number, place in enumerate(PLACES, start=201):
        Location.objects.create(
            client=client,
            customer=company.customers[number % 2],
            name=f"Store {number}",
            number=str(number),
            street=f"{number} Main Street",
            city=place.city,
            region=place.region,
            postcode=place.postcode,
            lat=place.lat,
            lon=place.lon,
            time_zone=place.zone,
            contact_name="Jordan Reyes",
            contact_phone="+1 555 0100",
            contact_email="store@onsite.example",
            instructions="Ask at the service desk for the key to the back room.",
        )
    return company


def _worker(login: str, name: str, place: Place, skills: tuple[str, ...]) -> Worker:
    worker = Worker.objects.create(
        user=_user(login, name, "worker", place.zone),
        phone="+1 555 0142",
        city=place.city,
        region=place.region,
        postcode=place.postcode,
        lat=place.lat,
        lon=place.lon,
        radius_miles=60,
        about=f"Field technician in {place.city}: {', '.join(skills)}. Own tools, own vehicle.",
    )
    worker.skills.set([Skill.objects.get_or_create(name=skill)[0] for skill in skills])
    Availability.objects.bulk_create(
        Availability(worker=worker, weekday=day, from_minute=8 * 60, to_minute=18 * 60) for day in range(5)
    )
    return worker
