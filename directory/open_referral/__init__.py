"""Open Referral UK 3.0, a profile of HSDS 3.0 (openreferral.org): the directory as a feed, and feeds as our records."""

from directory.open_referral.incoming import MOST_SERVICES, Imported, from_feed, services_in
from directory.open_referral.outgoing import (
    LOST,
    LOST_IN_PUBLIC,
    is_public,
    listed,
    page_of,
    taxonomies,
    terms,
    to_feed,
)
from directory.open_referral.terms import PROFILE, VERSION

__all__ = [
    "LOST",
    "LOST_IN_PUBLIC",
    "MOST_SERVICES",
    "PROFILE",
    "VERSION",
    "Imported",
    "from_feed",
    "is_public",
    "listed",
    "page_of",
    "services_in",
    "taxonomies",
    "terms",
    "to_feed",
]
