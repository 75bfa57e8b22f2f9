"""English words around the names of drugs: what to pass over, and what changes the meaning of a name."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FILLERS = _words(
    "a an the some any bit bits of bag bags wrap wraps gram grams g half quarter eighth ounce oz mg ml lot lots "
    "few couple called sold bought as it was is were be been to just my his her their our your this that these"
)
"""Words that leave a name the whole answer: 'a bag of brown' is 'brown'."""

COLOURS_AND_FORMS = _words(
    "white brown blue green red pink yellow purple black grey gray orange cream silver gold clear dark light "
    "bright pale off beige colour color coloured powder powders powdery pill tablet tablets tab capsule capsules "
    "cap caps liquid liquids vape vapes vaping oil oils herb herbal resin paper papers patch patches crystal "
    "crystals crystalline rock rocks stone stones lump lumps chunk chunks paste gel gas spray bottle bottles pod "
    "pods pouch pills sweet sweets gummy sticky waxy round square oval oblong triangle diamond shaped shape stamped "
    "stamp logo marked marking scored press pressed packet packets pack box blister strip strips foil clingfilm "
    "baggie ziplock cart carts cartridge cartridges device juice drink smoke snort joint joints spirits"
)
"""How things look. Some are street names too, but only when nothing else was said."""

ORDINARY = (
    FILLERS
    | COLOURS_AND_FORMS
    | _words(
        "about absent after again ago all almost also always am ambulance and another anyone anything app "
        "april are around asleep at ate august away back bad bar batch bathroom because before being believed "
        "best between big both boy boys breathing brother bus but buying by came campsite can cannot cans car "
        "cell centre chemist child children cigarette claimed client clients clinic club cocktail collapsed "
        "combination combined combo concert confirmed contain contained containing contains corner could "
        "custody cut day days dead dealer december delivered detected did didnt different dispensed do doctor "
        "does dont dose doses double down drank drinking drug drugs during each earlier early eaten ed "
        "effects else envelope even evening event ever everyone extra facebook fake false february feel felt "
        "female festival field filter first flat for found friday friend friends from full garden gave "
        "generic genuine get getting gig girl girls given go going gone good got gp group guy had has have "
        "having he help here high higher him hospital hostel hour hours house how i if immunoassay in "
        "injected injecting inside instagram internet into isnt its itself january jar july june keyworker "
        "kid kids kind kitchen know known lab laced lad lads landlord last late later left legit lighter like "
        "line lines local look looked looking looks low lower made man manager many march market mate mates "
        "maybe me men might minute minutes mixed mixture monday month months more morning most much must "
        "mystery name named needed needle needles negative new next night no none normal not nothing november "
        "now nurse october old on once one online only or original other others out over overdose overdosed "
        "paramedic paramedics parcel park partner party patient patients people person pharmacist pharmacy "
        "pipe place plus point police positive possible possibly posted potent prescribed prescription "
        "present presented previous prison probably proper pupil pupils purchased put quickly random rave "
        "real really recently regular report reported reporting reports result results road room said same "
        "sample samples saturday saw say says school screening script second see seen sell selling september "
        "service shared she shop should sick similar since six size sleepy slowly small smell smelled "
        "smelling smells smoked smoking snapchat sniffed snorted so someone something sort spoon staff "
        "started station still stolen straight street strength strong stronger student stuff substance "
        "substances such suddenly sunday supposed suspected swallowed syringe syringes take taken takes "
        "taking tasted telegram tent test tested testing than them then there they thing things think thinks "
        "thought three through thursday time times tin today together toilet told too took town train triple "
        "tub tuesday twice two type unconscious under unknown unlabeled unlabelled unmarked unsure until up "
        "us use used user users using usual usually very via vitamin vitamins vomiting want ward wasnt way we "
        "weak web website wednesday week weekend well went what whatsapp when where whether which while who "
        "why will wing with within without woman women worker would year years yesterday you young "
    )
)
"""Words that are never the name of a drug by themselves, nor a misspelling of one."""

SALTS = _words(
    "hydrochloride hcl sulphate sulfate citrate tartrate maleate phosphate hydrobromide hbr fumarate mesylate "
    "oxalate sodium succinate acetate bitartrate monohydrate"
)
"""A salt of a drug is that drug."""

MODIFIERS = _words(
    "para ortho meta alpha beta gamma delta iso sec tert desethyl desmethyl acetyl acryl acryloyl benzyl bromo "
    "butyl butyr butyryl carboxy chloro cyano cyclo deschloro desnitro dimethyl ethyl ethoxy fluoro furanyl "
    "hydroxy iodo isobutyryl methoxy methyl methylene methylenedioxy nitro phenyl piperidinyl piperidino "
    "propionyl propyl pyrrolidino pyrrolidinyl thio valeryl amino meth"
)
"""Parts of chemical names: beside a name, they make it the name of another drug."""

HARMLESS_JOINS = _words(
    "based laced soaked dipped coated cut infused contaminated containing contaminated only free negative street fake "
    "counterfeit pressed filled mixed and style branded brand type tablets tablet pills powder vape vapes"
)
"""What may stand at the other end of a hyphen without changing which drug is meant."""

NEGATORS = _words(
    "no not non without neither wasnt isnt werent arent didnt doesnt dont hasnt havent denies denied denying "
    "excluded excluding never"
)
"""Words that deny what follows them."""

NEGATOR_PAIRS = frozenset(
    {
        ("instead", "of"),
        ("rather", "than"),
        ("absence", "of"),
        ("negative", "for"),
        ("negative", "to"),
        ("free", "of"),
    }
)
"""Words that deny what follows only together."""

BETWEEN = _words(
    "a an the any of to be been have has had contain contains containing contained thought believed found detected "
    "trace traces sign signs evidence for actual real actually it was is were tested taking took take taken using "
    "used use sold as in than anything there presence positive had show shows showed showing"
)
"""What may stand between a denial and the name it denies; any other word ends its reach ('not waking after')."""

TURNS = _words("but however although though actually except apart besides then")
"""Words that end the reach of a denial."""

CONNECTIVES = _words("or nor and any either of for to the a an in it also")
"""Words that carry a denial from one name to the next."""

DETECTED = _words("detected found present seen identified there used taken involved confirmed")
"""After a name and a negator: 'fentanyl was not detected'."""

SAID_ABSENT = _words("absent excluded negative free")
"""After a name: 'fentanyl negative'."""

TESTS = _words("strip strips test tests result results screen screening immunoassay was were is are came back")
"""What may stand between a name and what is said of it: 'fentanyl strip negative'."""

LETTERED = _words("class vitamin hepatitis hep schedule group type plan grade section block unit room")
"""Before a single letter, these make it no drug: 'vitamin B'."""

LINKS = _words("and with plus n or then in")
"""Words that only join names: 'brown and white'."""

PASSED_OVER = (
    ORDINARY
    | SALTS
    | MODIFIERS
    | NEGATORS
    | TURNS
    | CONNECTIVES
    | DETECTED
    | SAID_ABSENT
    | BETWEEN
    | LETTERED
    | frozenset(word for pair in NEGATOR_PAIRS for word in pair)
    | _words("sure certain known knew just clear idea doubt other others responding response")
)
"""Words that are never themselves the name of a drug that we do not know."""

NOT_A_DRUG: tuple[str, ...] = (
    "diet coke",
    "coke can",
    "coke cans",
    "cans of coke",
    "can of coke",
    "coke bottle",
    "bottle of coke",
    "coke zero",
    "coca cola",
    "glue stick",
    "brown envelope",
    "crack down",
    "cracked",
    "wine gums",
    "weed killer",
    "ginger beer",
    "crack of dawn",
    "hash brown",
    "hash browns",
    "cheese board",
)
"""Phrases that hold a drug's name and mean no drug."""
