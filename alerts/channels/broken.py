"""What a connection over HTTP that broke off tells us: whether the message may have gone all the same."""

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError

from alerts.channels.protocol import TryAgain


def broken_off(broken: Exception, provider: str) -> TryAgain:
    """The failure to raise, for a provider of that name at the start of a sentence."""
    if isinstance(broken, requests.Timeout) and not isinstance(broken, requests.ConnectTimeout):
        return TryAgain(f"{provider} did not answer in time.", may_have_gone=True)
    return TryAgain(f"{provider} cannot be reached.", may_have_gone=not _never_connected(broken))


def _never_connected(broken: Exception) -> bool:
    """Whether the connection was never made, so that nothing can have been handed over."""
    if isinstance(broken, requests.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    if isinstance(broken, requests.exceptions.SSLError):
        return "CERTIFICATE_VERIFY_FAILED" in str(broken)  # any other may have come after the message
    cause = broken.args[0] if broken.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)
