"""What the API answers: the shape of every answer, for the answers themselves and for the schema."""

from rest_framework import serializers


class PublicationSummary(serializers.Serializer):
    """One live publication."""

    study = serializers.SlugField(help_text="Short name of the study")
    name = serializers.CharField()
    name_en = serializers.CharField(help_text="Empty where the study has no English name")
    year = serializers.IntegerField()
    is_rehearsal = serializers.BooleanField(help_text="Played by a simulated panel; no real result")
    revision = serializers.IntegerField(min_value=1)
    published_at = serializers.DateTimeField()
    manifest_sha256 = serializers.CharField()
    signature = serializers.CharField(help_text="Ed25519 signature of the manifest, in Base64")
    url = serializers.URLField(help_text="The publication with its list")


class ListedUnit(serializers.Serializer):
    """One unit of a published list; scores are unrounded."""

    rank = serializers.IntegerField(min_value=1)
    rank_low = serializers.IntegerField(min_value=1, allow_null=True, help_text="Best rank of the interval")
    rank_high = serializers.IntegerField(min_value=1, allow_null=True, help_text="Worst rank of the interval")
    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    attributes = serializers.DictField(child=serializers.CharField(), help_text="Further columns of the data")
    tier = serializers.IntegerField(min_value=0, help_text="1 is the best; 0 is outside the tiers")
    tier_name = serializers.CharField(help_text="In the language of Accept-Language; empty outside the tiers")
    score = serializers.FloatField()
    dimensions = serializers.DictField(
        child=serializers.FloatField(allow_null=True),
        help_text="Score of every first-level indicator by code",
    )


class PublishedList(PublicationSummary):
    """One live publication with its list in order of rank."""

    list = ListedUnit(many=True)
