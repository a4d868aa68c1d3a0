"""Reasons for decisions: the rules of the house, and kinds of illegal content, with the Commission's names for them."""

import msgspec

from belowline.words import N_


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule of a site, as its terms print it and as a writer is told that they broke it."""

    key: str
    """Short name, kept with decisions: a-z, 0-9 and hyphens."""
    title: str
    text: str
    """One or two plain sentences."""
    category: str = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"
    """Of the transparency database (rules.dsa.CATEGORIES)."""
    keyword: str = ""
    """More exactly (rules.dsa.KEYWORDS); may be empty."""

    @property
    def sentence(self) -> str:
        return f"{self.title}. {self.text}"


class Kind(msgspec.Struct, frozen=True):
    """A kind of illegal content that a comment can be."""

    key: str
    title: str
    ground: str
    """The law, as far as it is the same everywhere in the Union; a site names its own country's in its policy."""
    category: str
    keyword: str = ""
    anonymous: bool = False
    """Who gives notice of it need not say who they are (Digital Services Act, Article 16(2)(c))."""


_SPEECH = "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH"
_PRIVACY = "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS"
_TERMS = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"

RULES = (
    Rule(
        "insults",
        N_("Be civil"),
        N_("Argue with what somebody says, not with who they are. Insults and belittling are removed."),
        "STATEMENT_CATEGORY_CYBER_VIOLENCE",
        "KEYWORD_CYBER_HARASSMENT",
    ),
    Rule(
        "hatred",
        N_("No hatred"),
        N_("Nobody is attacked for their origin, religion, sex, sexuality, age or disability."),
        _SPEECH,
        "KEYWORD_DISCRIMINATION",
    ),
    Rule(
        "threats",
        N_("No threats, no calls for violence"),
        N_("Nobody is threatened here, and nobody is called on to harm others."),
        "STATEMENT_CATEGORY_VIOLENCE",
        "KEYWORD_INCITEMENT_VIOLENCE_HATRED",
    ),
    Rule(
        "private-data",
        N_("No private data of others"),
        N_("Addresses, telephone numbers and other private data of people do not belong here."),
        _PRIVACY,
        "KEYWORD_MISSING_PROCESSING_GROUND",
    ),
    Rule(
        "falsehood",
        N_("No harmful falsehoods"),
        N_("What is presented as a fact and does harm must be true. Name your source."),
        "STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
        "KEYWORD_MISINFORMATION_DISINFORMATION",
    ),
    Rule(
        "off-topic", N_("Stay with the story"), N_("Comments are about the story and what others say about it."), _TERMS
    ),
    Rule("repeated", N_("Say it once"), N_("The same text again and again, or in many places, is removed."), _TERMS),
    Rule(
        "spam",
        N_("No advertising"),
        N_("Advertising, paid links and mass mailings are removed."),
        "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
        "KEYWORD_HIDDEN_ADVERTISEMENT",
    ),
    Rule(
        "imitation",
        N_("Write as yourself"),
        N_("Nobody pretends to be somebody else, least of all the newsroom."),
        "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
        "KEYWORD_IMPERSONATION_ACCOUNT_HIJACKING",
    ),
    Rule("language", N_("In our languages"), N_("Comments are written in a language of this publication."), _TERMS),
    Rule(
        "copyright",
        N_("Quote, do not copy"),
        N_("Quote what you need and name the source; whole texts of others are removed."),
        "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
        "KEYWORD_COPYRIGHT_INFRINGEMENT",
    ),
    Rule("other", N_("The rules of the house"), N_("The comment does not fit the rules of the house."), _TERMS),
)
"""With what a site begins."""

KINDS = (
    Kind(
        "incitement",
        N_("Incitement to hatred or violence"),
        N_("National law under Framework Decision 2008/913/JHA on combating racism and xenophobia"),
        _SPEECH,
        "KEYWORD_HATE_SPEECH",
    ),
    Kind(
        "insult", N_("Insult or defamation"), N_("National law on insult and defamation"), _SPEECH, "KEYWORD_DEFAMATION"
    ),
    Kind(
        "threat",
        N_("Threat"),
        N_("National criminal law on threats"),
        "STATEMENT_CATEGORY_VIOLENCE",
        "KEYWORD_INCITEMENT_VIOLENCE_HATRED",
    ),
    Kind(
        "stalking",
        N_("Stalking or harassment"),
        N_("National law on stalking and harassment"),
        "STATEMENT_CATEGORY_CYBER_VIOLENCE",
        "KEYWORD_CYBER_STALKING",
    ),
    Kind(
        "terrorism",
        N_("Terrorist content"),
        N_("Regulation (EU) 2021/784 on terrorist content online"),
        "STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY",
        "KEYWORD_TERRORIST_CONTENT",
    ),
    Kind(
        "child-abuse",
        N_("Sexual abuse of children"),
        N_("National law under Directive 2011/93/EU, Articles 3 to 7"),
        "STATEMENT_CATEGORY_PROTECTION_OF_MINORS",
        "KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL",
        anonymous=True,
    ),
    Kind(
        "private-data",
        N_("Private data without consent"),
        N_("Regulation (EU) 2016/679 (GDPR), Article 6"),
        _PRIVACY,
        "KEYWORD_MISSING_PROCESSING_GROUND",
    ),
    Kind(
        "intimate-images",
        N_("Intimate material without consent"),
        N_("National law under Directive (EU) 2024/1385, Article 5"),
        "STATEMENT_CATEGORY_CYBER_VIOLENCE",
        "KEYWORD_NON_CONSENSUAL_IMAGE_SHARING",
    ),
    Kind(
        "fraud",
        N_("Fraud"),
        N_("National criminal law on fraud"),
        "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
        "KEYWORD_PHISHING",
    ),
    Kind(
        "copyright",
        N_("Breach of copyright"),
        N_("National law under Directive 2001/29/EC"),
        "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
        "KEYWORD_COPYRIGHT_INFRINGEMENT",
    ),
    Kind(
        "goods",
        N_("Offer of illegal goods or services"),
        N_("National law on the goods or services offered"),
        "STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS",
        "KEYWORD_PROHIBITED_PRODUCTS",
    ),
    Kind(
        "denial",
        N_("Forbidden symbols, denial of genocide"),
        N_("National criminal law; Framework Decision 2008/913/JHA, Article 1(1)(c) and (d)"),
        _SPEECH,
        "KEYWORD_HATE_SPEECH",
    ),
    Kind("other", N_("Something else that is against the law"), N_("As the notice names it"), _SPEECH, "KEYWORD_OTHER"),
)
