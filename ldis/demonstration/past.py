"""What came in over the last weeks: invented reports and results, each as many days ago as it says."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from ldis.demonstration.world import DERBY, LEICESTER, NOTTINGHAM, REPORTER, Person
from ldis.submissions.rules import (
    Finding,
    Form,
    HarmLevel,
    HowKnown,
    Naloxone,
    Part,
    Purpose,
    Setting,
    Stage,
    Symptom,
    Technique,
)
from ldis.submissions.schemas import ComponentForm, IncidentForm, LabResultForm

LABORATORY = "Sampleton University Laboratory"


@dataclass(frozen=True, kw_only=True)
class PastReport:
    """A report, received some days and hours before now and about the day before that where it says so."""

    days_ago: int
    hours_ago: int = 0
    heard_later: int = 0
    area: str
    sold_as: str
    harm: HarmLevel
    naloxone: Naloxone = Naloxone.NOT_APPLICABLE
    known: HowKnown = HowKnown.SAW_IT
    setting: Setting | None = None
    form: Form | None = None
    symptoms: tuple[Symptom, ...] = ()
    details: str = ""
    organisation: str = ""
    photos: int = 0
    reporter: Person | None = None

    def received_at(self, now: datetime) -> datetime:
        """When it came in."""
        return now - timedelta(days=self.days_ago, hours=self.hours_ago)

    def as_form(self, now: datetime) -> IncidentForm:
        """The report as its sender would have filled it in."""
        return IncidentForm(
            happened_on=(self.received_at(now) - timedelta(days=self.heard_later)).date(),
            area_code=self.area,
            sold_as=self.sold_as,
            harm_level=self.harm,
            naloxone=self.naloxone,
            how_known=self.known,
            setting=self.setting,
            form=self.form,
            symptoms=self.symptoms,
            details=self.details,
            reporter_organisation=self.organisation,
            reporter_name=self.reporter.name if self.reporter else "",
            reporter_email=self.reporter.email if self.reporter else "",
            may_contact=self.reporter is not None,
        )


@dataclass(frozen=True, kw_only=True)
class PastResult:
    """A laboratory's result, received some days before now."""

    days_ago: int
    sample: str
    sold_as: str
    form: Form
    found: tuple[tuple[str, Part, str, str], ...]
    stage: Stage = Stage.PRELIMINARY
    technique: Technique = Technique.FTIR

    def received_at(self, now: datetime) -> datetime:
        """When it came in."""
        return now - timedelta(days=self.days_ago)

    def as_form(self, now: datetime) -> LabResultForm:
        """The result as the laboratory would have filled it in."""
        day = self.received_at(now).date()
        return LabResultForm(
            sample_reference=self.sample,
            laboratory=LABORATORY,
            purpose=Purpose.INTELLIGENCE,
            stage=self.stage,
            technique=self.technique,
            sold_as=self.sold_as,
            form=self.form,
            sampled_on=day - timedelta(days=4),
            sample_received_on=day - timedelta(days=2),
            reported_on=day,
            finding=Finding.FOUND if self.found else Finding.NOTHING,
            components=tuple(_component(*one) for one in self.found),
        )


def _component(substance: str, part: Part, quantity: str, unit: str) -> ComponentForm:
    return ComponentForm(
        substance=substance, part=part, quantity=Decimal(quantity) if quantity else None, unit=unit
    )


RUMOUR = (
    PastReport(
        days_ago=41,
        heard_later=1,
        area=LEICESTER,
        sold_as="very strong ket",
        harm=HarmLevel.MILD,
        known=HowKnown.READ_IT,
        setting=Setting.NIGHTLIFE,
        form=Form.POWDER,
        details="Posts in a student group. Nobody at the venue saw anything.",
        organisation="Examplewick College",
    ),
    PastReport(
        days_ago=40,
        heard_later=2,
        area=LEICESTER,
        sold_as="ketamine",
        harm=HarmLevel.NONE,
        known=HowKnown.TOLD_BY_OTHER,
        setting=Setting.NIGHTLIFE,
        form=Form.POWDER,
    ),
)
"""The two reports of the closed case: a rumour that came to nothing, kept so that it is remembered."""

BLUE_TABLETS = (
    PastReport(
        days_ago=2,
        hours_ago=3,
        area=NOTTINGHAM,
        sold_as="blue street valium",
        harm=HarmLevel.SEVERE,
        naloxone=Naloxone.NOT_GIVEN,
        setting=Setting.HOSTEL,
        form=Form.TABLET,
        symptoms=(Symptom.DROWSY, Symptom.CONFUSED),
        details="Two residents very drowsy for ten hours after two tablets each. Ambulance called for one.",
        organisation="Harbour Rest Hostel",
        photos=2,
        reporter=REPORTER,
    ),
    PastReport(
        days_ago=1,
        hours_ago=5,
        area=NOTTINGHAM,
        sold_as="vallies",
        harm=HarmLevel.SEVERE,
        naloxone=Naloxone.NOT_KNOWN,
        known=HowKnown.TOLD_BY_PERSON,
        setting=Setting.STREET,
        form=Form.TABLET,
        symptoms=(Symptom.COLLAPSE,),
        organisation="Lantern Outreach",
    ),
)
"""The two reports of the case that is in triage."""

BLUE_TABLETS_RESULT = PastResult(
    days_ago=1,
    sample="SUL-2207",
    sold_as="blue street valium",
    form=Form.TABLET,
    found=(("bromazolam", Part.MAIN, "1.6", "mg per tablet"), ("caffeine", Part.MINOR, "", "")),
    technique=Technique.GC_MS,
)

OTHER_REPORTS = (
    PastReport(
        days_ago=34,
        area=DERBY,
        sold_as="brown heroin",
        harm=HarmLevel.LIFE_THREATENING,
        naloxone=Naloxone.GIVEN,
        setting=Setting.HOSTEL,
        form=Form.POWDER,
        symptoms=(Symptom.UNCONSCIOUS, Symptom.BREATHING, Symptom.PINPOINT),
        details="Came round after the second dose of naloxone.",
        organisation="Harbour Rest Hostel",
    ),
    PastReport(
        days_ago=29,
        area=NOTTINGHAM,
        sold_as="THC vape",
        harm=HarmLevel.MODERATE,
        setting=Setting.SCHOOL,
        form=Form.VAPE,
        symptoms=(Symptom.COLLAPSE, Symptom.VOMITING),
        details="Two pupils felt very unwell within minutes. The device was kept.",
        organisation="Examplewick College",
    ),
    PastReport(
        days_ago=25,
        heard_later=1,
        area=LEICESTER,
        sold_as="ecstacy, pink tablets with a crown",
        harm=HarmLevel.SEVERE,
        known=HowKnown.TOLD_BY_PERSON,
        setting=Setting.NIGHTLIFE,
        form=Form.TABLET,
        symptoms=(Symptom.HOT, Symptom.AGITATED),
        organisation="Sampleton Infirmary",
    ),
    PastReport(
        days_ago=20,
        area=DERBY,
        sold_as="pregabs",
        harm=HarmLevel.MODERATE,
        naloxone=Naloxone.NOT_GIVEN,
        setting=Setting.HOME,
        form=Form.CAPSULE,
        symptoms=(Symptom.DROWSY,),
        organisation="Crossways Recovery",
    ),
    PastReport(
        days_ago=16,
        heard_later=2,
        area=NOTTINGHAM,
        sold_as="coke",
        harm=HarmLevel.MODERATE,
        known=HowKnown.TOLD_BY_OTHER,
        setting=Setting.NIGHTLIFE,
        form=Form.POWDER,
        symptoms=(Symptom.CHEST_PAIN,),
    ),
    PastReport(
        days_ago=12,
        area=DERBY,
        sold_as="herion",
        harm=HarmLevel.LIFE_THREATENING,
        naloxone=Naloxone.GIVEN,
        setting=Setting.STREET,
        form=Form.POWDER,
        symptoms=(Symptom.UNCONSCIOUS, Symptom.BLUE),
        organisation="Lantern Outreach",
    ),
    PastReport(
        days_ago=6,
        area=LEICESTER,
        sold_as="xanax bars bought online",
        harm=HarmLevel.MODERATE,
        known=HowKnown.TOLD_BY_PERSON,
        setting=Setting.HOME,
        form=Form.TABLET,
        symptoms=(Symptom.CONFUSED, Symptom.DROWSY),
        organisation="Crossways Recovery",
    ),
    PastReport(
        days_ago=0,
        hours_ago=1,
        area=DERBY,
        sold_as="spice",
        harm=HarmLevel.SEVERE,
        setting=Setting.STREET,
        form=Form.HERBAL,
        symptoms=(Symptom.SEIZURE, Symptom.VOMITING),
        details="Two people in the doorway of the car park. Ambulance called for one.",
        organisation="Lantern Outreach",
    ),
)
"""Reports that are in no case: what a coordinator finds in the inbox."""

OTHER_RESULTS = (
    PastResult(
        days_ago=27,
        sample="SUL-2113",
        sold_as="THC vape",
        form=Form.VAPE,
        found=(("MDMB-4en-PINACA", Part.MINOR, "", ""), ("propylene glycol", Part.MAIN, "", "")),
        technique=Technique.GC_MS,
        stage=Stage.CONFIRMED,
    ),
    PastResult(
        days_ago=22,
        sample="SUL-2140",
        sold_as="ecstasy",
        form=Form.TABLET,
        found=(("MDMA", Part.MAIN, "210", "mg per tablet"),),
        technique=Technique.RAMAN,
    ),
    PastResult(days_ago=9, sample="SUL-2188", sold_as="ketamine", form=Form.POWDER, found=()),
)
