"""Offices of the demo: real ministries and agencies, invented results. Nobody here is a real person."""

MINISTRIES = [
    ("pmo", "สำนักนายกรัฐมนตรี", "Office of the Prime Minister"),
    ("interior", "กระทรวงมหาดไทย", "Ministry of Interior"),
    ("finance", "กระทรวงการคลัง", "Ministry of Finance"),
    ("commerce", "กระทรวงพาณิชย์", "Ministry of Commerce"),
    ("labour", "กระทรวงแรงงาน", "Ministry of Labour"),
    ("health", "กระทรวงสาธารณสุข", "Ministry of Public Health"),
    ("education", "กระทรวงศึกษาธิการ", "Ministry of Education"),
    ("transport", "กระทรวงคมนาคม", "Ministry of Transport"),
    ("digital", "กระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม", "Ministry of Digital Economy and Society"),
    ("agriculture", "กระทรวงเกษตรและสหกรณ์", "Ministry of Agriculture and Cooperatives"),
    ("justice", "กระทรวงยุติธรรม", "Ministry of Justice"),
    ("culture", "กระทรวงวัฒนธรรม", "Ministry of Culture"),
]

OPDC = (
    "opdc",
    "สำนักงานคณะกรรมการพัฒนาระบบราชการ (สำนักงาน ก.พ.ร.)",
    "Office of the Public Sector Development Commission (OPDC)",
    "central",
    "pmo",
)

# (code, Thai, English, kind, ministry)
OFFICES = [
    (
        "ict-moi",
        "ศูนย์เทคโนโลยีสารสนเทศและการสื่อสาร สำนักงานปลัดกระทรวงมหาดไทย",
        "ICT Centre, Ministry of Interior",
        "office",
        "interior",
    ),
    (
        "policy-moi",
        "สำนักนโยบายและแผน สำนักงานปลัดกระทรวงมหาดไทย",
        "Policy and Planning Bureau, Ministry of Interior",
        "office",
        "interior",
    ),
    (
        "inspection-moi",
        "สำนักตรวจราชการและเรื่องราวร้องทุกข์ สำนักงานปลัดกระทรวงมหาดไทย",
        "Inspection and Grievance Bureau, Ministry of Interior",
        "office",
        "interior",
    ),
]
SCHOOLS = [
    (
        "ict-education",
        "สำนักเทคโนโลยีเพื่อการเรียนการสอน",
        "Bureau of Technology for Teaching and Learning",
        "office",
        "education",
    ),
    ("nonformal", "กรมส่งเสริมการเรียนรู้", "Department of Learning Encouragement", "department", "education"),
    ("fine-arts", "กรมศิลปากร", "Fine Arts Department", "department", "culture"),
]
REGISTRIES = [
    ("lands", "กรมที่ดิน", "Department of Lands", "department", "interior"),
    ("provincial-admin", "กรมการปกครอง", "Department of Provincial Administration", "department", "interior"),
    ("chiang-mai", "จังหวัดเชียงใหม่", "Chiang Mai Province", "province", "interior"),
    ("khon-kaen", "จังหวัดขอนแก่น", "Khon Kaen Province", "province", "interior"),
]
DEPARTMENTS = [
    ("business", "กรมพัฒนาธุรกิจการค้า", "Department of Business Development", "department", "commerce"),
    ("internal-trade", "กรมการค้าภายใน", "Department of Internal Trade", "department", "commerce"),
    ("employment", "กรมการจัดหางาน", "Department of Employment", "department", "labour"),
    ("skills", "กรมพัฒนาฝีมือแรงงาน", "Department of Skill Development", "department", "labour"),
    ("comptroller", "กรมบัญชีกลาง", "Comptroller General's Department", "department", "finance"),
    ("treasury", "กรมธนารักษ์", "Treasury Department", "department", "finance"),
    ("excise", "กรมสรรพสามิต", "Excise Department", "department", "finance"),
    ("disease-control", "กรมควบคุมโรค", "Department of Disease Control", "department", "health"),
    ("fda", "สำนักงานคณะกรรมการอาหารและยา", "Food and Drug Administration", "department", "health"),
    ("land-transport", "กรมการขนส่งทางบก", "Department of Land Transport", "department", "transport"),
    ("highways", "กรมทางหลวง", "Department of Highways", "department", "transport"),
    ("meteorology", "กรมอุตุนิยมวิทยา", "Thai Meteorological Department", "department", "digital"),
    ("rice", "กรมการข้าว", "Rice Department", "department", "agriculture"),
    ("fisheries", "กรมประมง", "Department of Fisheries", "department", "agriculture"),
    ("corrections", "กรมราชทัณฑ์", "Department of Corrections", "department", "justice"),
]
PUBLIC_ORGANISATIONS = [
    ("dga", "สำนักงานพัฒนารัฐบาลดิจิทัล (องค์การมหาชน)", "Digital Government Development Agency", "public_organisation", "pmo"),
    ("tceb", "สำนักงานส่งเสริมการจัดประชุมและนิทรรศการ (องค์การมหาชน)", "Thailand Convention and Exhibition Bureau", "public_organisation", "pmo"),
    ("hii", "สถาบันสารสนเทศทรัพยากรน้ำ (องค์การมหาชน)", "Hydro-Informatics Institute", "public_organisation", "pmo"),
    ("sac", "ศูนย์มานุษยวิทยาสิรินธร (องค์การมหาชน)", "Princess Maha Chakri Sirindhorn Anthropology Centre", "public_organisation", "culture"),
    ("hai", "สถาบันรับรองคุณภาพสถานพยาบาล (องค์การมหาชน)", "Healthcare Accreditation Institute", "public_organisation", "health"),
    ("film", "หอภาพยนตร์ (องค์การมหาชน)", "Thai Film Archive", "public_organisation", "culture"),
]  # fmt: skip

# Which offices carry which yearly form.
BY_FRAMEWORK = {
    "ict-2550": REGISTRIES,
    "moi-ict-2556": OFFICES,
    "ict-2558": SCHOOLS,
    "dga-digital-2563": DEPARTMENTS,
    "sdo-2562": PUBLIC_ORGANISATIONS,
}
