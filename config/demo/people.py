"""Accounts of the demo. Every person is invented; there are no telephone numbers."""

import zlib

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User

from scorecards.models import Agency, Membership
from scorecards.states import Role

GIVEN = (
    "กมล", "กฤษณา", "จันทนา", "ชูศักดิ์", "ณัฐพล", "ดวงใจ", "ธิดา", "นิพนธ์", "บุษบา", "ปราณี", "พิชัย", "มณี", "วิชัย", "อุไร",
)  # fmt: skip
FAMILY = ("จำลอง", "ตัวอย่างดี", "ทดสอบ", "นามสมมุติ", "สมมุติ")
PASSWORD = "scorecard-demo-2562"

# (username, first name, last name, agency, role): the accounts that `manage.py demo` prints.
ACCOUNTS = [
    ("it-collector", "มาลี", "ตัวอย่างดี", "ict-moi", Role.COLLECTOR),
    ("it-supervisor", "สมศักดิ์", "ตัวอย่างดี", "ict-moi", Role.SUPERVISOR),
    ("it-head", "วนิดา", "ตัวอย่างดี", "ict-moi", Role.HEAD),
    ("dept-collector", "กานดา", "สมมุติ", "business", Role.COLLECTOR),
    ("dept-supervisor", "ประเสริฐ", "สมมุติ", "business", Role.SUPERVISOR),
    ("dept-head", "อรุณี", "สมมุติ", "business", Role.HEAD),
    ("sdo-collector", "ธีรพงศ์", "จำลอง", "dga", Role.COLLECTOR),
    ("sdo-supervisor", "นภาพร", "จำลอง", "dga", Role.SUPERVISOR),
    ("sdo-head", "ไพโรจน์", "จำลอง", "dga", Role.HEAD),
    ("reviewer", "ศิริพร", "ผู้ประเมิน", "opdc", Role.REVIEWER),
    ("reviewer2", "ชัยวัฒน์", "ผู้ประเมิน", "opdc", Role.REVIEWER),
    ("chief", "รัตนา", "หัวหน้าผู้ประเมิน", "opdc", Role.CHIEF),
    ("chief2", "อนันต์", "หัวหน้าผู้ประเมิน", "opdc", Role.CHIEF),
    ("admin", "จิราภา", "ผู้ดูแลระบบ", "opdc", Role.ADMINISTRATOR),
    ("observer", "สุรชัย", "ผู้สังเกตการณ์", "opdc", Role.OBSERVER),
]


def make_accounts():
    """The demo accounts, all with the same printed password."""
    password = make_password(PASSWORD)
    for username, first, last, agency, role in ACCOUNTS:
        user = User.objects.create(
            username=username,
            first_name=first,
            last_name=last,
            password=password,
            email=f"{username}@example.org",  # nobody's: mails of the demo are files under var/mail
        )
        Membership.objects.create(user=user, agency=Agency.objects.get(code=agency), role=role)
    User.objects.filter(username="admin").update(is_staff=True, is_superuser=True)


def invented_name(username) -> tuple[str, str]:
    """A name that nobody bears, always the same for the same account."""
    family, given = divmod(zlib.crc32(username.encode()) % (len(GIVEN) * len(FAMILY)), len(GIVEN))
    return GIVEN[given], FAMILY[family]


def officials_of(agency) -> dict[str, User]:
    """The agency's collector, supervisor and head: its demo accounts, or invented ones that nobody can sign in as."""
    found = {m.role: m.user for m in agency.memberships.select_related("user")}
    for role in (Role.COLLECTOR, Role.SUPERVISOR, Role.HEAD):
        if role not in found:
            user = User(username=f"{agency.code}-{role}")
            user.first_name, user.last_name = invented_name(user.username)
            user.set_unusable_password()
            user.save()
            Membership.objects.create(user=user, agency=agency, role=role)
            found[role] = user
    return found
