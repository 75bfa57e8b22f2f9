"""Twilio's error codes, each with what it means for us: is it worth trying again, and what do we tell people.

Source: Twilio's error and warning dictionary. What concerns our account (a wrong token, a suspended account, no
money) is never held against the recipient: those messages wait until somebody has put the account right.
"""

from alerts.channels.meaning import Meaning, for_good, for_now

CODES = {
    # our account
    "20003": for_now("The SMS provider did not accept our account or token."),
    "20005": for_now("Our account with the SMS provider is not active."),
    "20429": for_now("We sent faster than the SMS provider allows."),
    "14107": for_now("We sent faster than the SMS provider allows."),
    "21408": for_now("Our account may not send to this country."),
    "21606": for_now("Our sender may not send to this number."),
    "21611": for_now("Too many messages wait behind our sender."),
    "21659": for_now("Our sender is not a number of our account."),
    "21660": for_now("Our sender is not a number of our account."),
    "21705": for_now("Our messaging service is not set up."),
    "30002": for_now("Our account with the SMS provider is suspended."),
    "30023": for_now("Our daily limit with the SMS provider is used up."),
    "63038": for_now("Our daily limit with the SMS provider is used up."),
    # on the way
    "20500": for_now("The SMS provider had a fault."),
    "20503": for_now("The SMS provider is not available."),
    "30001": for_now("Too many messages waited at the SMS provider."),
    "30003": for_now("The phone is off or out of reach."),
    "30008": for_now("The network did not say why it failed."),
    "30009": for_now("Part of the message was lost on the way."),
    "30017": for_now("The network is congested."),
    "30022": for_now("The network takes no more messages for now."),
    "30410": for_now("The network did not answer in time."),
    "30500": for_now("The network had a fault."),
    # the recipient or the words
    "21211": for_good("The number is not a phone number."),
    "21214": for_good("The number cannot be reached."),
    "21217": for_good("The number is not a phone number."),
    "21265": for_good("A short code cannot receive our messages."),
    "21266": for_good("The number is our own."),
    "21610": for_good("The person has replied STOP."),
    "21612": for_good("The number cannot be reached from our sender."),
    "21614": for_good("The number is not a mobile."),
    "21617": for_good("The message is too long."),
    "21635": for_good("The number is a landline."),
    "30004": for_good("The network or the person has blocked our messages."),
    "30005": for_good("The number is not in use."),
    "30006": for_good("The number is a landline, or its network takes no texts."),
    "30007": for_good("The network took the message for unwanted advertising."),
    "30010": for_good("The message costs more than we allow."),
    "30036": for_good("The message was too old to be of use before it could be delivered."),
}


def meaning_of(code: str | None, *, http_status: int) -> Meaning:
    """What a failure means. A code that is not in the table is judged by the status it came with."""
    if code in CODES:
        return CODES[code]
    if http_status >= 500 or http_status in (401, 403, 408, 429):
        return for_now("The SMS provider could not take the message.")
    return for_good("The SMS provider refused the message.")
