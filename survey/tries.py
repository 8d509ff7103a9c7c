"""A limit on wrong tries that shuts nobody else out.

Every wrong try takes a token out of a bucket of the visitor's address and one of the visitor's network; a bucket of
`size` tokens fills again within `SECONDS`. There is no bucket of an account or of a code, so wrong tries from elsewhere
cannot stop the right person. The buckets are in Redis under a keyed hash of the address and are gone after ten minutes.
Without Redis nothing is limited: it may vanish at any time, and nobody may be shut out by that.
"""

import hashlib
import hmac
import ipaddress
import logging
from dataclasses import dataclass
from functools import cache

import redis
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from survey.ciphers import purpose_keys
from survey.refusal import Refusal

log = logging.getLogger(__name__)
SECONDS = 600
NETWORK = {4: (32, 24), 6: (64, 48)}  # length of the prefix of one visitor, and of a network
# All buckets give a token, or none does. KEYS: buckets. ARGV: seconds to fill an empty one, then the size of each.
TAKE = """
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
local period, wait, held = ARGV[1] * 1000, 0, {}
for place, key in ipairs(KEYS) do
  local size = tonumber(ARGV[place + 1])
  local found = redis.call('HMGET', key, 'tokens', 'at')
  held[place] = math.min(size, (tonumber(found[1]) or size) + (now - (tonumber(found[2]) or now)) * size / period)
  if held[place] < 1 then wait = math.max(wait, math.ceil((1 - held[place]) * period / size / 1000)) end
end
if wait == 0 then
  for place, key in ipairs(KEYS) do
    redis.call('HSET', key, 'tokens', tostring(held[place] - 1), 'at', tostring(now))
    redis.call('PEXPIRE', key, period)
  end
end
return wait
"""


class TooManyTries(Refusal):
    """Wrong tries came faster than anybody types."""

    code = "too_many_tries"
    status = 429
    message = _(
        "Too many wrong tries came from your network, so this one was not looked at. Try again in %(minutes)d "
        "minutes. Nobody is locked out: who tried from elsewhere does not matter."
    )

    def __init__(self, wait: int):
        super().__init__(minutes=-(-wait // 60))


@dataclass(frozen=True)
class Bucket:
    """One bucket: whose it is, and how many tokens it holds when full."""

    owner: str
    size: int

    @property
    def key(self) -> str:
        """Its name in Redis, from which the owner cannot be read."""
        digest = hmac.new(purpose_keys("heng/v1/tries")[0], self.owner.encode(), hashlib.sha256).hexdigest()
        return f"heng:tries:{digest[:32]}"


def address_buckets(request, purpose: str, *, size: int) -> list[Bucket]:
    """The bucket of the visitor's address, and a four times larger one of the network."""
    try:
        address = ipaddress.ip_address(client_address(request))
    except ValueError:
        return [Bucket(f"{purpose} unknown", size)]
    one, network = NETWORK[address.version]
    return [
        Bucket(f"{purpose} {ipaddress.ip_network((address, prefix), strict=False)}", held)
        for prefix, held in ((one, size), (network, 4 * size))
    ]


def client_address(request) -> str:
    """Who knocks: the connection's other end or, behind a proxy of ours, the last one the proxy wrote down."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_TLS_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


def take_try(buckets: list[Bucket]) -> None:
    """Take a token out of each bucket; raises `TooManyTries` and takes nothing where one is empty."""
    try:
        keys, sizes = [bucket.key for bucket in buckets], [bucket.size for bucket in buckets]
        wait = int(_redis().eval(TAKE, len(keys), *keys, SECONDS, *sizes))
    except redis.RedisError:
        log.warning("tries are not limited: Redis does not answer")
        return
    if wait:
        raise TooManyTries(wait)


def give_back(buckets: list[Bucket]) -> None:
    """The try was no wrong one: its tokens go back."""
    try:
        for bucket in buckets:
            _redis().hincrbyfloat(bucket.key, "tokens", 1)
            _redis().expire(bucket.key, SECONDS)
    except redis.RedisError:
        log.warning("tries are not limited: Redis does not answer")


@cache
def _redis() -> redis.Redis:
    return redis.from_url(settings.TRIES_URL, socket_timeout=1, socket_connect_timeout=1)
