"""GOV.UK Notify's statuses and errors, each with what it means for us.

Source: Notify's documentation of its REST API. What concerns our account (a wrong key, a limit, a template) is never
held against the recipient: those messages wait until somebody has put the account right.
"""

from alerts.channels.meaning import Meaning, for_good, for_now
from alerts.messages import ReceiptState

# Notify's words for how far a message has got, and ours.
STATES = {
    "created": ReceiptState.QUEUED,
    "sending": ReceiptState.QUEUED,
    "pending": ReceiptState.QUEUED,
    "sent": ReceiptState.SENT,  # to another country: nothing more will be heard
    "delivered": ReceiptState.DELIVERED,
    "temporary-failure": ReceiptState.TEMPORARY_FAILURE,
    "permanent-failure": ReceiptState.PERMANENT_FAILURE,
    "technical-failure": ReceiptState.TEMPORARY_FAILURE,
}

REASONS = {
    "temporary-failure": "The phone is off or out of reach, or the inbox is full.",
    "permanent-failure": "The number or e-mail address does not exist, or refuses our messages.",
    "technical-failure": "The provider had a fault on the way.",
}

# Notify gives an error a name and a sentence, and one name to several failures of one status; the beginning of the
# sentence tells them apart.
_RECIPIENT = for_good("The number or e-mail address is not one that messages can be sent to.")
REFUSALS = {
    "BadRequestError: Can't send to this recipient using a team-only": for_now(
        "Our key with the provider may only send to our own team."
    ),
    "BadRequestError: Can't send to this recipient when service is in trial": for_now(
        "Our service with the provider is still on trial."
    ),
    "BadRequestError: Template": for_now("Our template at the provider is not set up."),
    "BadRequestError: Missing personalisation": for_now("Our template at the provider is not set up."),
    "BadRequestError: Cannot send to international": for_now("Our account may not send to this country."),
    "BadRequestError: Service is not allowed": for_now("Our account may not send messages of this kind."),
    "BadRequestError: Content for template": for_good("The message is too long."),
    "BadRequestError: Text messages cannot be longer": for_good("The message is too long."),
    "BadRequestError: Emails cannot be longer": for_good("The message is too long."),
    "ValidationError: phone_number": _RECIPIENT,
    "ValidationError: email_address": _RECIPIENT,
    "ValidationError: template_id": for_now("Our template at the provider is not set up."),
    "AuthError": for_now("The provider did not accept our key."),
    "RateLimitError": for_now("We sent faster than the provider allows."),
    "TooManyRequestsError": for_now("Our daily limit with the provider is used up."),
}


def meaning_of(error: str | None, sentence: str, *, http_status: int) -> Meaning:
    """What a refusal means. One that is not in the table is judged by the status it came with."""
    said = f"{error}: {sentence}"
    for beginning, meaning in REFUSALS.items():
        if said.startswith(beginning):
            return meaning
    if http_status >= 500 or http_status in (401, 403, 408, 429):
        return for_now("The provider could not take the message.")
    return for_good("The provider refused the message.")
