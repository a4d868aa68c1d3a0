"""The tables of people: who they are, how they come in, what they hold."""

import sqlalchemy as sa

from belowline.store.tables import Id, UtcTime, metadata

person = sa.Table(
    "person",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False, server_default=""),
    sa.Column("picture", sa.Text),  # print of the picture's bytes, part of its address; null: none
    sa.Column("private", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("lang", sa.Text),  # of mails and pages; null: the site's
    sa.Column("email", sa.Text),  # proved by its owner; for mails to them only
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("deleted_at", UtcTime),
)

person_name = sa.Table(  # earlier names, for moderators
    "person_name",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("until", UtcTime, nullable=False),
)

picture = sa.Table(
    "picture",
    metadata,
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), primary_key=True, autoincrement=False),
    sa.Column("webp", sa.LargeBinary, nullable=False),
)

login = sa.Table(
    "login",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), nullable=False, index=True),
    sa.Column("method", sa.Text, nullable=False),  # email, jwt, oidc; passkeys have a table of their own
    sa.Column("issuer", sa.Text, nullable=False),  # who vouches: a site's key, an issuer's address; "" for email
    sa.Column("subject", sa.Text, nullable=False),  # the issuer's name for the person; for email a keyed hash
    sa.Column("created_at", UtcTime, nullable=False),
    sa.UniqueConstraint("method", "issuer", "subject", name="login_subject"),
)

role = sa.Table(
    "role",
    metadata,
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), primary_key=True, autoincrement=False),
    sa.Column("site_id", Id, sa.ForeignKey("site.id"), primary_key=True, autoincrement=False),
    sa.Column("role", sa.Text, nullable=False),
)

session = sa.Table(
    "session",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("hash", sa.Text, nullable=False, unique=True),  # of the cookie's or the refresh token
    sa.Column("earlier_hash", sa.Text, index=True),  # of the refresh token before: who shows it again stole it
    sa.Column("access_hash", sa.Text, unique=True),  # of the embed's short-lived token
    sa.Column("access_until", UtcTime),
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),  # page: by cookie; embed: by tokens
    sa.Column("site_id", Id, sa.ForeignKey("site.id")),  # the only site that an embed's tokens are good for
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("seen_at", UtcTime, nullable=False),
    sa.Column("expires_at", UtcTime, nullable=False),
    sa.Column("agent", sa.Text, nullable=False),  # the browser as it names itself, cut short
)

mail_code = sa.Table(
    "mail_code",
    metadata,
    sa.Column("hash", sa.Text, primary_key=True),  # of the link's token
    sa.Column(
        "browser_hash", sa.Text, nullable=False, unique=True
    ),  # of the asking browser's: the code works only there
    sa.Column("code_hash", sa.Text, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("email", sa.Text, nullable=False),  # blank once used
    sa.Column("email_hash", sa.Text, nullable=False, index=True),
    sa.Column("next", sa.Text, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("expires_at", UtcTime, nullable=False),
    sa.Column("used_at", UtcTime),
)

passkey = sa.Table(
    "passkey",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), nullable=False, index=True),
    sa.Column("credential", sa.Text, nullable=False, unique=True),  # its id, base64url
    sa.Column("public_key", sa.LargeBinary, nullable=False),
    sa.Column("sign_count", sa.BigInteger, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("used_at", UtcTime),
)

spent = sa.Table(  # what may be shown once: a JWT's jti, a state, a challenge
    "spent",
    metadata,
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("expires_at", UtcTime, nullable=False, index=True),
)

login_ways = sa.Table(  # where they differ from the defaults
    "login_ways",
    metadata,
    sa.Column("site_id", Id, sa.ForeignKey("site.id"), primary_key=True, autoincrement=False),
    sa.Column("ways", sa.JSON, nullable=False),
)
