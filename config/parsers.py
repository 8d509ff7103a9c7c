"""How the API reads what is sent to it."""

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from survey.strict_json import read_json


class StrictJSONParser(BaseParser):
    """JSON in UTF-8 by the rules of `survey.strict_json`, at most ``DATA_UPLOAD_MAX_MEMORY_SIZE`` bytes."""

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        """The value that was sent; 400 with the reason for anything else."""
        content = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(content) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise ParseError("too much")
        try:
            return read_json(content.decode())
        except (ValueError, RecursionError) as error:
            raise ParseError(f"This is no JSON that can be read safely: {error}") from error
