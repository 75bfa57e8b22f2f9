"""Local servers that speak the providers' real protocols: a mail server, Twilio's messages and GOV.UK Notify.

Tests, benchmarks and `make demo` send to them, then read back from them what really arrived. They can be told to
fail in the ways that real providers fail.
"""

from ldis.demonstration.providers.mail import Letter, MailServer
from ldis.demonstration.providers.notify import NotifyServer
from ldis.demonstration.providers.twilio import Text, TwilioServer

__all__ = ["Letter", "MailServer", "NotifyServer", "Text", "TwilioServer"]
